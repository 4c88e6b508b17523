"""`danso synth-sources` as typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from danso.config.commands.synth import app as synth
from danso.config.commands.synth_sources import app
from danso.kernel.errors import DansoError

TEAHOUSE = Path(__file__).parents[2] / "catalogues" / "teahouse"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments), "--province", str(TEAHOUSE)])


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("people") / "out"
    told = ["--people", "1500", "--clean", "--province", str(TEAHOUSE)]
    assert CliRunner().invoke(synth, [str(folder), *told]).exit_code == 0
    return folder


def test_share_of_the_people_stands_in_every_source(people: Path, tmp_path: Path) -> None:
    result = run(people, tmp_path / "out", "--share", "0.2", "--seed", "3", "--bare", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert {code: one["rows"] for code, one in told["sources"].items()} == {"kettles": 300}
    assert told["seed"] == 3
    bare = (tmp_path / "out" / "bare" / "kettles.csv").read_text(encoding="utf-8")
    assert bare.startswith("record_key,full_name,birth,sex,number\n")


def test_one_source_says_where_it_went(people: Path, tmp_path: Path) -> None:
    result = run(people, tmp_path / "out", "--source", "kettles", "--rows", "50")
    assert result.exit_code == 0, result.output
    assert "1 sources, 50 records" in result.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--source", "spoons"], "catalogue_unknown"),
        (["--rows", "0"], "synth_sources_wish"),
        (["--rows", "5000"], "synth_sources_rows"),
    ],
)
def test_impossible_wish_is_refused(
    people: Path, tmp_path: Path, arguments: list[str], code: str
) -> None:
    result = run(people, tmp_path / "out", *arguments)
    assert isinstance(result.exception, DansoError)
    assert result.exception.code == code
    assert result.exception.fix


def test_used_folder_is_refused(people: Path) -> None:
    result = run(people, people, "--rows", "50")
    assert isinstance(result.exception, DansoError)
    assert result.exception.code == "synth_sources_folder_not_empty"
