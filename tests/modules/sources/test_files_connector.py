"""Files dropped into a folder: each once, whatever breaks in between."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from danso.kernel.errors import InvalidValue, Unavailable
from danso.modules.sources.adapters import files
from danso.modules.sources.adapters.files import FilesConnector
from danso.modules.sources.adapters.port import Batch, Checkpoint, Fault, rehearse
from danso.toolkit.tables import lines
from tests.modules.sources.described import kettles_of, pull_killed_after, rows_of, source

FORMATS = ("csv", "xlsx", "xml", "jsonl", "parquet", "dbf")
HEADER = "MA_AM,HO_TEN,NGAY_SINH,CAP_NHAT\n"


def connector(folder: Path, holds: str = "changes") -> FilesConnector:
    described = source(kind="file", formats=FORMATS, holds=holds)
    assert described.transport.kind == "file"
    return FilesConnector(described, described.transport, folder, quiet=0)


def dropped(folder: Path, name: str, *rows: str, header: str = HEADER) -> Path:
    path = folder / name
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def last_of(batches: list[Batch]) -> Checkpoint:
    """The last checkpoint, as it comes back from where it was stored."""
    found: Checkpoint = json.loads(json.dumps(dict(batches[-1].after)))
    return found


def test_files_come_in_the_order_in_which_they_were_dropped(tmp_path: Path) -> None:
    for place, name in enumerate(("b.csv", "a.csv")):
        path = dropped(tmp_path, name, f"K{place},Nguyễn Văn Ấm,1984,")
        os.utime(path, (place, place))
    batches = list(connector(tmp_path).pull(None))
    assert rows_of(batches)[0] == {
        "kettle": "K0",
        "keeper": "Nguyễn Văn Ấm",
        "born": "1984",
        "updated_at": "",
    }
    assert kettles_of(batches) == ["K0", "K1"]
    assert [(batch.part, batch.end) for batch in batches if batch.end] == [
        ("b.csv", "whole"),
        ("a.csv", "whole"),
    ]


def test_a_file_is_read_once_and_a_second_copy_of_it_not_at_all(tmp_path: Path) -> None:
    dropped(tmp_path, "a.csv", "K1,,,")
    first = list(connector(tmp_path).pull(None))
    dropped(tmp_path, "again.csv", "K1,,,")
    dropped(tmp_path, "b.csv", "K2,,,")
    assert kettles_of(connector(tmp_path).pull(last_of(first))) == ["K2"]


@pytest.mark.parametrize("stored", range(6))
def test_a_pull_killed_anywhere_goes_on_with_every_row_once(
    tmp_path: Path, stored: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "AT_ONCE", 100)
    names = [f"K{place}" for place in range(500)]
    dropped(tmp_path, "a.csv", *(f"{name},," + "," for name in names[:300]))
    dropped(tmp_path, "b.csv", *(f"{name},," + "," for name in names[300:]))
    before, checkpoint = pull_killed_after(connector(tmp_path), None, stored)
    kept = None if checkpoint is None else json.loads(json.dumps(dict(checkpoint)))
    after = list(connector(tmp_path).pull(kept))
    assert Counter(kettles_of([*before, *after])) == Counter(names)


def test_rows_without_a_key_and_broken_rows_stand_apart(tmp_path: Path) -> None:
    dropped(tmp_path, "a.csv", "K1,,,", " ,x,,", "K2,x", "K3,,,")
    batches = list(connector(tmp_path).pull(None))
    assert kettles_of(batches) == ["K1", "K3"]
    assert [fault for batch in batches for fault in batch.faulty] == [
        Fault(4, "row_short"),
        Fault(3, "key_missing"),
    ]


def test_a_large_file_with_one_broken_line_loses_one_line(tmp_path: Path) -> None:
    """A million rows on a quiet machine take some seconds; memory stays that of a batch."""
    count, broken = 1_000_000, 765_432
    with (tmp_path / "big.csv").open("w", encoding="utf-8") as big:
        big.write(HEADER)
        for place in range(count):
            name = '"Nguyễn Văn' if place == broken else "Nguyễn Văn Ấm"
            big.write(f"K{place},{name},1984-03-21,2026-01-01\n")
    began = time.monotonic()
    faults: list[Fault] = []
    seen = largest = 0
    for batch in connector(tmp_path).pull(None):
        seen += batch.rows["kettle"].n_unique()
        largest = max(largest, batch.rows.height)
        faults += batch.faulty
    assert (seen, faults) == (count - 1, [Fault(broken + 2, "quote_unclosed")])
    assert largest <= 20_000
    assert time.monotonic() - began < 60


def test_drift_of_columns_is_told_and_nothing_is_read(tmp_path: Path) -> None:
    path = dropped(tmp_path, "a.csv", "K1,x,y", header="SO_HIEU,HO_TEN,MAU\n")
    checked = connector(tmp_path).check()
    assert (checked.ok, checked.missing, checked.unknown) == (
        False,
        ("kettle", "born", "updated_at"),
        ("SO_HIEU", "MAU"),
    )
    assert checked.problems[0].code == "source_columns_missing"
    with pytest.raises(InvalidValue, match="kettle"):
        list(connector(tmp_path, "everything").pull(None))

    path.write_text("ma_am,Họ tên,MAU\nK1,x,y\n")
    checked = connector(tmp_path).check()
    assert (checked.ok, checked.unknown) == (True, ("Họ tên", "MAU"))


def test_a_column_twice_is_refused(tmp_path: Path) -> None:
    dropped(tmp_path, "a.csv", "K1,K2", header="MA_AM,ma_am\n")
    with pytest.raises(InvalidValue) as caught:
        list(connector(tmp_path).pull(None))
    assert caught.value.code == "column_twice"


def test_a_damaged_file_stops_changes_but_not_whole_states(tmp_path: Path) -> None:
    damaged = tmp_path / "a.parquet"
    damaged.write_bytes(b"PAR1" + b"\0" * 100)
    os.utime(damaged, (1, 1))
    dropped(tmp_path, "b.csv", "K1,,,")
    with pytest.raises(InvalidValue) as caught:
        list(connector(tmp_path).pull(None))
    assert caught.value.code == "file_cut_off"
    batches = list(connector(tmp_path, "everything").pull(None))
    assert (batches[0].end, batches[0].faulty) == ("broken", (Fault(0, "file_cut_off"),))
    assert kettles_of(batches) == ["K1"]
    assert list(connector(tmp_path, "everything").pull(last_of(batches))) == []


def test_a_file_still_being_written_waits(tmp_path: Path) -> None:
    dropped(tmp_path, "a.csv.part", "K1,,,")
    dropped(tmp_path, "b.csv", "K2,,,")
    patient = FilesConnector(
        connector(tmp_path).source, connector(tmp_path).transport, tmp_path, quiet=3600
    )
    assert list(patient.pull(None)) == []
    assert kettles_of(connector(tmp_path).pull(None)) == ["K2"]
    assert [one.code for one in connector(tmp_path).check().problems] == ["file_unsettled"]


def test_a_file_changed_under_the_reader_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = dropped(tmp_path, "a.csv", "K1,,,")
    pull = connector(tmp_path).pull(None)
    next(pull)
    path.write_text(path.read_text() + "K2,,,\n")
    with pytest.raises(Unavailable):
        next(pull)
    assert kettles_of(connector(tmp_path).pull(None)) == ["K1", "K2"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    dropped(tmp_path, "secret.csv", "K1,,,")
    folder = tmp_path / "drop"
    folder.mkdir()
    (folder / "a.csv").symlink_to(tmp_path / "secret.csv")
    assert list(connector(folder).pull(None)) == []


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    checked = connector(tmp_path / "nowhere").check()
    assert (checked.ok, checked.problems[0].code) == (False, "source_folder")


def test_preview_and_dry_run_remember_nothing(tmp_path: Path) -> None:
    dropped(tmp_path, "a.csv", *(f"K{place},,," for place in range(50)), "K", "")
    shown = connector(tmp_path).preview(3)
    assert kettles_of([shown]) == ["K0", "K1", "K2"]
    done = rehearse(connector(tmp_path), None)
    assert (done.rows, dict(done.faults), done.stopped) == (50, {"row_short": 1}, None)


def test_every_format_is_read_alike(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Danh sách ấm"])
    sheet.append(["MA_AM", "HO_TEN", "NGAY_SINH"])
    sheet.append(["K1", "Ấm", "1984"])
    book.save(tmp_path / "1.xlsx")
    pl.DataFrame({"AM": ["K2"], "HO_TEN": ["Ấm"], "NGAY_SINH": [1984]}).write_parquet(
        tmp_path / "2.parquet"
    )
    (tmp_path / "3.jsonl").write_text('{"am": "K3", "chu": {"ten": "Ấm"}, "ngay_sinh": 1984}\n')
    (tmp_path / "4.xml").write_text(
        "<DS><Ngay>x</Ngay><Am><MA_AM>K4</MA_AM><Chu><Ten>Ấm</Ten></Chu>"
        "<NGAY_SINH>1984</NGAY_SINH></Am></DS>"
    )
    for place in range(1, 5):
        path = next(tmp_path.glob(f"{place}.*"))
        os.utime(path, (place, place))
    rows = rows_of(connector(tmp_path).pull(None))
    assert rows == [
        {"kettle": f"K{place}", "keeper": "Ấm", "born": "1984", "updated_at": ""}
        for place in range(1, 5)
    ]


def test_a_kind_that_was_not_agreed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"MA_AM": "K1"}\n')
    described = source(kind="file", formats=("csv",), holds="changes")
    assert described.transport.kind == "file"
    one = files.FilesConnector(described, described.transport, tmp_path, quiet=0)
    assert one.check().problems[0].code == "file_kind"
