"""`danso catalogue check` and `danso plan`, as a person and as a script use them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from danso import catalogue
from danso.config.commands.catalogue import app as catalogue_app
from danso.config.commands.plan import app as plan_app
from danso.kernel.errors import NotFound
from tests.catalogue.conftest import TEAHOUSE, THANH_HOA, Break

runner = CliRunner()


def test_a_sound_province_is_said_to_be_sound() -> None:
    result = runner.invoke(catalogue_app, ["check", str(TEAHOUSE)])
    assert result.exit_code == 0
    assert "sound" in result.output
    assert "1 with unknown successor" in result.output
    assert "not decided: 2022" in result.output


@pytest.mark.parametrize(
    ("kind", "code"), [("purposes", "tea-tasting"), ("agencies", "cup-office"), ("fields", "birth")]
)
def test_codes_of_a_province_are_listed(kind: str, code: str) -> None:
    result = runner.invoke(catalogue_app, ["list", kind, str(TEAHOUSE)])
    assert code in result.output
    told = json.loads(runner.invoke(catalogue_app, ["list", kind, str(TEAHOUSE), "--json"]).stdout)
    assert code in {one["code"] for one in told}
    assert all(one["vi"] and one["en"] for one in told)


def test_a_broken_province_ends_with_1_and_says_where(folder: Path, breaking: Break) -> None:
    breaking("databases/cups.yaml", "purposes: [tea-service]", "purposes: [spying]")
    result = runner.invoke(catalogue_app, ["check", str(folder)])
    assert result.exit_code == 1
    assert "databases/cups.yaml:15: cups" in result.output
    assert "1 to mend" in result.output


def test_scripts_get_json(folder: Path, breaking: Break) -> None:
    breaking("province.yaml", "slug: teahouse\n", "")
    result = runner.invoke(catalogue_app, ["check", str(folder), "--json"])
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["sound"] is False
    assert answer["faults"][0]["file"] == "province.yaml"


def test_the_real_province_is_sound() -> None:
    result = runner.invoke(catalogue_app, ["check", str(THANH_HOA), "--json"])
    assert json.loads(result.stdout) == {"sound": True, "faults": []}


def test_the_plan_says_when_there_is_no_evidence(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone.json")
    result = runner.invoke(plan_app, [str(TEAHOUSE), "--evidence", gone])
    assert result.exit_code == 0
    assert result.output.startswith("No test evidence in this tree")
    assert "run `make test` first" in result.output
    assert "7 not built" in result.output


def test_the_plan_tells_one_clause_and_answers_scripts(tmp_path: Path) -> None:
    proof = {"test": "tests/x.py::test_[a]", "outcome": "passed", "partly": "no lids"}
    evidence = tmp_path / "evidence.json"
    evidence.write_text(
        json.dumps({"commit": "f" * 40, "at": "2026-01-01", "clauses": {"T.2": [proof]}})
    )
    options = [str(TEAHOUSE), "--evidence", str(evidence)]
    shown = runner.invoke(plan_app, [*options, "--clause", "T.2"]).output
    assert "T.2 partly" in shown
    assert "open: no lids" in shown
    assert "tests/x.py::test_[a]" in shown
    answer = json.loads(runner.invoke(plan_app, [*options, "--json"]).stdout)
    assert answer["evidence"]["commit"] == "f" * 40
    assert answer["counts"] == {"carried-out": 0, "partly": 1, "not-built": 6}
    page = runner.invoke(plan_app, [*options, "--markdown"]).stdout
    assert page.startswith("# What carries out the plan")


def test_an_unknown_clause_is_refused_with_the_next_step(tmp_path: Path) -> None:
    result = runner.invoke(plan_app, [str(TEAHOUSE), "--clause", "T.99"])
    assert isinstance(result.exception, NotFound)
    assert "danso plan" in result.exception.fix


def test_which_province_is_asked_when_unclear(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="DANSO_PROVINCE"):
        catalogue.only_province(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "province.yaml").touch()
        if name == "a":
            assert catalogue.only_province(tmp_path) == tmp_path / "a"
    with pytest.raises(NotFound, match="a, b"):
        catalogue.only_province(tmp_path)
