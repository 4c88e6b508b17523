"""`danso import` from the console: figures for people and for scripts, refusals in one line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from danso.config.commands.importing import app
from danso.kernel.errors import InvalidValue
from danso.modules.population.models import Person
from tests.modules.population.files import csv_file, person

pytestmark = pytest.mark.usefixtures("db")
RUN = CliRunner()


def test_the_report_says_what_became_of_the_rows(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [person(**{"Ghi chú": "x"}), person(**{"Họ và tên": ""})])
    done = RUN.invoke(app, ["people", str(path)])
    assert done.exit_code == 0
    assert "Thiếu họ, chữ đệm và tên" in done.output
    assert "cột không nhận ra: Ghi chú" in done.output
    assert "Chất lượng dữ liệu" in done.output
    assert "Nguyễn Văn An" not in done.output


def test_scripts_get_json_without_anybodys_data(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [person(), person(**{"Họ và tên": ""})])
    done = RUN.invoke(app, ["people", str(path), "--json"])
    told = json.loads(done.stdout)
    assert (told["loaded"], told["quarantined"]) == (1, 1)
    assert told["files"][0]["reasons"] == {"name_empty": 1}
    assert "Nguyễn" not in done.stdout

    counts = json.loads(RUN.invoke(app, ["quarantine", "--json"]).stdout)
    listed = json.loads(RUN.invoke(app, ["list", "--json"]).stdout)
    assert counts == {"name_empty": 1}
    assert [one["name"] for one in listed] == ["list.csv"]


def test_a_worklist_is_written(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [person(**{"Họ và tên": ""})])
    RUN.invoke(app, ["people", str(path)])
    out = tmp_path / "worklist.csv"
    done = RUN.invoke(app, ["quarantine", "--out", str(out), "--json"])
    assert json.loads(done.stdout)["rows"] == 1
    assert out.exists()


def test_a_dry_run_and_a_wrong_column_write_nothing(tmp_path: Path) -> None:
    path = csv_file(tmp_path, [person()])
    assert RUN.invoke(app, ["people", str(path), "--dry-run"]).exit_code == 0
    refused = RUN.invoke(app, ["people", str(path), "--column", "Ghi chú"])
    assert isinstance(refused.exception, InvalidValue)
    future = RUN.invoke(app, ["people", str(path), "--as-of", "2999-01-01"])
    assert isinstance(future.exception, InvalidValue)
    assert not Person.objects.exists()


def test_one_bad_file_of_a_folder_does_not_keep_the_others_out(tmp_path: Path) -> None:
    csv_file(tmp_path, [person()], name="1-good.csv")
    (tmp_path / "2-bad.csv").write_bytes(b"\0\1\2" * 500)
    csv_file(tmp_path, [person(**{"Số định danh": "099084000099"})], name="3-good.csv")
    done = RUN.invoke(app, ["people", str(tmp_path), "--no-quality"])
    assert done.exit_code == 1
    assert "2-bad.csv: The file is not text." in done.output
    assert Person.objects.count() == 2
