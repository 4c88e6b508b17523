"""One broken line is one broken row."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from danso.toolkit.tables import lines
from danso.toolkit.tables.lines import Fault
from danso.toolkit.tables.opening import open_table
from danso.toolkit.tables.tables import Piece

WANTED = {"code": ["MA"], "name": ["HO_TEN", "TEN"]}
KNOWN = ["MA", "HO_TEN", "TEN"]


def read(path: Path, after: int = 0) -> tuple[list[tuple[int, str, str]], list[Fault]]:
    """All rows as (line, code, name), and all faults."""
    pieces = list(open_table(path, KNOWN, ["csv"]).read(WANTED, after=after))
    return rows_of(pieces), [fault for piece in pieces for fault in piece.faults]


def rows_of(pieces: list[Piece]) -> list[tuple[int, str, str]]:
    frames = [piece.rows for piece in pieces]
    return pl.concat(frames).select("line", "code", "name").rows() if frames else []


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path / "." if path.is_dir() else path


def test_rows_come_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "ma;Họ_Tên;TEN\n1;x;Ấm\n\n2;y;Nước\n")
    assert read(path) == ([(2, "1", "Ấm"), (4, "2", "Nước")], [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1258"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_encoding_and_line_end_is_read(tmp_path: Path, encoding: str, end: str) -> None:
    text = end.join(["MA,TEN", *(f"{n},Hoà {n}" for n in range(100)), ""])
    rows, faults = read(written(tmp_path / "a.csv", text, encoding))
    assert (rows[0], rows[-1], len(rows)) == ((2, "0", "Hoà 0"), (101, "99", "Hoà 99"), 100)
    assert faults == []


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("3", "row_short"),
        ("3,x,y", "row_long"),
        ('3,"x', "quote_unclosed"),
        ('"3,x', "quote_unclosed"),
        ('3,"x, y "z",', "quote_unclosed"),
    ],
)
def test_a_broken_line_is_a_fault_and_the_rest_is_read(
    tmp_path: Path, line: str, reason: str
) -> None:
    text = f'MA,TEN\n1,a\n2,"b, c"\n{line}\n4,"d, e"\n5,f\n'
    rows, faults = read(written(tmp_path / "a.csv", text))
    assert rows == [(2, "1", "a"), (3, "2", "b, c"), (5, "4", "d, e"), (6, "5", "f")]
    assert faults == [Fault(4, reason)]


def test_bytes_of_another_encoding_spoil_only_their_line(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"MA,TEN\n" + "1,Ấm\n".encode() * 9_000 + b"2,\xff\xfex\n3,y\n4,\0\n")
    rows, faults = read(path)
    assert rows[-1] == (9003, "3", "y")
    assert faults == [Fault(9002, "encoding_mismatch"), Fault(9004, "encoding_mismatch")]


def test_a_cell_over_lines_is_one_row(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", 'MA,TEN\n1,"a\nb, ""c"""\n2,d "e"\n3,5" ống\n')
    assert read(path)[0] == [(2, "1", 'a\nb, "c"'), (4, "2", 'd "e"'), (5, "3", '5" ống')]


def test_a_cell_over_lines_at_the_border_of_blocks_is_one_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "AT_ONCE", 100)
    text = "MA,TEN\n" + "".join(f'{n},"x\ny"\n' if n % 7 == 0 else f"{n},z\n" for n in range(2000))
    rows, faults = read(written(tmp_path / "a.csv", text))
    assert [code for _, code, _ in rows] == [str(n) for n in range(2000)]
    assert faults == []


def test_a_line_without_an_end_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MOST_LETTERS_OF_A_LINE", 1000)
    path = written(tmp_path / "a.csv", "MA,TEN\n1,a\n2," + "x" * 3_000_000 + "\n3,b\n")
    assert read(path) == ([(2, "1", "a"), (4, "3", "b")], [Fault(3, "row_too_long")])


def test_reading_goes_on_behind_a_line(tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", "MA,TEN\n1,a\n2,b\n3,c\n")
    assert read(path, after=3)[0] == [(4, "3", "c")]
