"""`danso link` and `danso source` from the console: figures, files for others, refusals."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from danso.config.commands import link, source
from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.linkage.engine.model import read_model
from danso.modules.sources.models import Fact, SourceRecord
from tests.modules.linkage.conftest import record, write
from tests.modules.population.conftest import Inbox, enrol

pytestmark = pytest.mark.usefixtures("others")
RUN = CliRunner()


def test_a_file_is_matched_and_its_links_written_for_their_owner_only(
    tmp_path: Path, inbox: Callable[[], Inbox]
) -> None:
    person = enrol("Trương Quý Khoát")
    file = write(tmp_path, record("A1", "Trương Quý Khoát"), record("A2", "Cầm Bá Lai", "1990"))

    told = json.loads(RUN.invoke(link.app, ["run", str(file), "--json"]).stdout)
    out = tmp_path / "links.csv"
    written = RUN.invoke(link.app, ["export", str(file), "--out", str(out), "--json"])

    assert (told["records"], told["linked"], told["not_found"]) == (2, 1, 1)
    assert json.loads(written.stdout)["rows"] == 2
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [(row["record_key"], row["person_key"], row["band"]) for row in rows] == [
        ("A1", str(person), "linked"),
        ("A2", "", "not_found"),
    ]
    assert "linkage.export_links" in {entry["action"] for entry in inbox().entries}
    again = RUN.invoke(link.app, ["export", str(file), "--out", str(out)])
    assert isinstance(again.exception, Conflict)


def test_people_read_counts_and_nobody_s_name(tmp_path: Path) -> None:
    enrol("Trương Quý Khoát")
    file = write(tmp_path, record("A1", "Trương Quý Khoát"))
    done = RUN.invoke(link.app, ["run", str(file)])
    assert "100.00%" in done.output
    assert "Khoát" not in done.output


def test_a_model_is_trained_and_used(tmp_path: Path) -> None:
    file = tmp_path / "others" / "clean" / "people.csv.gz"
    model = tmp_path / "model.json"
    trained = RUN.invoke(link.app, ["train", str(file), "--out", str(model)])
    assert trained.exit_code == 0, trained.exception
    assert read_model(model).about["records"] == 500
    assert RUN.invoke(link.app, ["run", str(file), "--model", str(model)]).exit_code == 0


def test_records_that_teach_nothing_train_no_model(tmp_path: Path) -> None:
    file = write(tmp_path, *(record(f"A{n}") for n in range(3)))
    refused = RUN.invoke(link.app, ["train", str(file), "--out", str(tmp_path / "model.json")])
    assert isinstance(refused.exception, InvalidValue)
    assert refused.exception.code == "records_too_few"
    assert not (tmp_path / "model.json").exists()


def test_what_is_neither_a_file_nor_a_source_is_refused(tmp_path: Path) -> None:
    missing = RUN.invoke(link.app, ["run", str(tmp_path / "nothing.csv")])
    assert isinstance(missing.exception, NotFound)
    never = RUN.invoke(link.app, ["export", "insurance", "--out", str(tmp_path / "x.csv")])
    assert isinstance(never.exception, NotFound)


def test_a_source_is_loaded_matched_and_listed(tmp_path: Path) -> None:
    enrol("Trương Quý Khoát")
    folder = tmp_path / "drop"
    folder.mkdir()
    heading = "MA_SO_BHXH,MA_THE_BHYT,HO_TEN,NGAY_SINH,GIOI_TINH"
    row = "9900000001,GD4389900000001,Trương Quý Khoát,21/03/1984,Nam"
    (folder / "a.csv").write_text(f"{heading}\n{row}\n", encoding="utf-8")

    done = RUN.invoke(source.app, ["load", "insurance", str(folder), "--json"])
    told = json.loads(done.stdout)
    listed = json.loads(RUN.invoke(source.app, ["list", "--json"]).stdout)

    assert (told["load"]["new"], told["match"]["counts"]["linked"]) == (1, 1)
    assert Fact.objects.count() == 2
    assert {one["code"]: one["records"] for one in listed}["insurance"] == 1
    assert "Khoát" not in done.stdout
    shown = RUN.invoke(source.app, ["list"])
    assert "insurance" in shown.output
    again = RUN.invoke(link.app, ["run", "insurance", "--json"])
    assert json.loads(again.stdout)["changed"] == 0


def test_a_source_without_a_place_or_that_comes_another_way_is_refused(tmp_path: Path) -> None:
    unplaced = RUN.invoke(source.app, ["load", "insurance"])
    assert isinstance(unplaced.exception, NotFound)
    other = RUN.invoke(source.app, ["load", "tax", str(tmp_path)])
    assert isinstance(other.exception, InvalidValue)
    assert not SourceRecord.objects.exists()
