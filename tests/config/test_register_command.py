"""`danso register`: what an operator may do with hosted registers from the console."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from django.conf import LazySettings
from typer.testing import CliRunner

from danso.catalogue import CatalogueError
from danso.config import demo_registers
from danso.config.commands.register import app
from danso.modules.sources.models import Fact, RegisterRecord
from tests.conftest import Database
from tests.exchange_world import AN, TEAHOUSE
from tests.modules.sources.graduating import SOURCE, home_of, load, teahouse_with
from tests.modules.sources.hosting import CODE, FIRST, enter, somebody
from tests.officers import TESTER

DESCRIPTION = TEAHOUSE / "registers" / f"{CODE}.yaml"


@pytest.fixture(autouse=True)
def _teahouse(settings: LazySettings, fresh_db: Database, tmp_path: Path) -> None:
    settings.DANSO = dataclasses.replace(
        settings.DANSO, province_path=teahouse_with(tmp_path), home=home_of(tmp_path)
    )


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, list(arguments), catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def test_a_file_is_looked_at_then_taken_then_listed(tmp_path: Path) -> None:
    somebody()
    file = tmp_path / "saucers.csv"
    file.write_text(f"number,shape,held_from\n{AN['number']},Nông,03/02/2021\n", encoding="utf-8")
    assert "Nothing taken: 1 lines, 1 new" in run("import", CODE, str(file), "--check")
    assert not RegisterRecord.objects.exists()
    assert "Taken: 1 lines, 1 new" in run("import", CODE, str(file))
    (row,) = json.loads(run("list", "--json"))
    assert (row["register"], row["records"], row["facts"]) == (CODE, 1, 1)
    assert CODE in run("list")


def test_a_faulty_file_ends_with_an_error_and_names_the_lines(tmp_path: Path) -> None:
    somebody()
    file = tmp_path / "saucers.csv"
    file.write_text(f"number,shape,held_from\n{AN['number']},Vuông,2021\n", encoding="utf-8")
    said = run("import", CODE, str(file), code=1)
    assert "line 2: shape: code_unknown" in said
    assert AN["number"] not in said


def test_a_description_is_checked_before_it_is_used(tmp_path: Path) -> None:
    assert "sound, 5 fields" in run("check", str(DESCRIPTION))
    wrong = tmp_path / "wrong.yaml"
    text = DESCRIPTION.read_text(encoding="utf-8").replace("cup-office", "mug-office")
    wrong.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match="mug-office is no agency"):
        run("check", str(wrong))


def test_a_register_graduates_by_its_filled_map(tmp_path: Path) -> None:
    somebody()
    enter()
    assert "1 records" in run("export", CODE, "--out", str(tmp_path / "out"))
    load(tmp_path / "drop", [("S-1", AN["number"], AN["full_name"], "flat", "2021-02-03", "")])
    id_map = tmp_path / "out" / "id-map.csv"
    text = id_map.read_text(encoding="utf-8").rstrip() + "S-1\n"
    id_map.write_text(text, encoding="utf-8")
    said = run("graduate", CODE, SOURCE, "--map", str(id_map))
    assert "1 facts told; 0 answers differ" in " ".join(said.split())
    assert Fact.objects.get().source == SOURCE


def test_a_demo_home_gets_records_that_the_rules_accept() -> None:
    for last in range(1, 6):
        somebody(f"90900000000{last}")
    made = demo_registers.fill_registers([FIRST], actor=TESTER, seed=1)
    assert made == RegisterRecord.objects.count() > 0
    assert demo_registers.fill_registers([FIRST], actor=TESTER, seed=1) == 0
