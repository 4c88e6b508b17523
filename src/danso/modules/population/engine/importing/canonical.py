"""danso's own clean file, CSV or parquet, read in blocks by polars."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Final

import polars as pl
from polars.exceptions import PolarsError

from danso.modules.population.engine.importing import words
from danso.toolkit.tables.files import SAMPLE, Format, Sheet, unreadable
from danso.toolkit.tables.plain_tables import DAMAGED_PARQUET

BLOCK: Final = 16 << 20
_OWN: Final = frozenset({"key", "number", "full_name", "birth", "commune"})
_ROWS_AT_ONCE: Final = 50_000


def is_canonical(headings: Sequence[str]) -> bool:
    """Whether these are danso's own column names, each once."""
    names = set(headings)
    return _OWN <= names <= set(words.COLUMNS) and len(names) == len(headings)


def open_clean(path: Path, form: Format) -> Sheet | None:
    """The file, if it is danso's own; None where somebody else made it."""
    if form == "parquet":
        return _open_parquet(path)
    with _opened(path, form) as content:
        line = _first_line(content, path)
    headings = tuple(line.split(","))
    if not is_canonical(headings):
        return None
    return Sheet(form, "utf-8", headings, lambda: _csv_frames(path, form, headings))


def _opened(path: Path, form: Format) -> IO[bytes]:
    if form == "csv.gz":
        return io.BufferedReader(gzip.GzipFile(path))
    return path.open("rb")


def _first_line(content: IO[bytes], path: Path) -> str:
    try:
        return content.readline(SAMPLE).decode("utf-8", errors="replace").strip("\r\n")
    except (OSError, EOFError, zlib.error) as error:
        raise _cut_off(path) from error


def _csv_frames(path: Path, form: Format, headings: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    columns = [f"c{place}" for place in range(len(headings))]
    line = 2
    with _opened(path, form) as content:
        try:
            content.readline()
            for block in _blocks(content):
                frame = _parse(block, columns, path, line)
                yield _numbered(frame, line)
                line += frame.height
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise _cut_off(path) from error


def _blocks(content: IO[bytes]) -> Iterator[bytes]:
    """Whole lines, some MB at a time; a line break inside quotation marks is not an end."""
    rest = b""
    while more := content.read(BLOCK):
        more = rest + more
        end = more.rfind(b"\n") + 1
        if not end or more.count(b'"', 0, end) % 2:
            rest = more
            continue
        yield more[:end]
        rest = more[end:]
    if rest:
        yield rest


def _parse(block: bytes, columns: list[str], path: Path, line: int) -> pl.DataFrame:
    try:
        return pl.read_csv(
            block,
            has_header=False,
            new_columns=columns,
            infer_schema=False,
            schema_overrides=dict.fromkeys(columns, pl.String),
        )
    except PolarsError as error:
        raise unreadable(
            f"{path.name} is malformed after line {line}.",
            code="file_malformed",
            fix="What came before is in; write the file again and import it: nothing is doubled.",
        ) from error


def _numbered(frame: pl.DataFrame, first: int) -> pl.DataFrame:
    is_blank = pl.all_horizontal(pl.all().is_null())
    return frame.with_columns(
        line=pl.int_range(first, first + frame.height, dtype=pl.Int64),
        reason=pl.lit(None, dtype=pl.String),
        is_blank=is_blank,
    ).filter(~pl.col("is_blank"))


def _open_parquet(path: Path) -> Sheet:
    try:
        names = tuple(pl.read_parquet_schema(path))
    except DAMAGED_PARQUET as error:
        raise _cut_off(path) from error
    if not is_canonical(names):
        raise unreadable(
            f"{path.name} doesn't have danso's own columns.",
            code="parquet_foreign",
            fix="Export it as CSV or XLSX: their headings are matched.",
        )
    return Sheet("parquet", "utf-8", names, lambda: _parquet_frames(path, names))


def _parquet_frames(path: Path, names: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    renamed = {name: f"c{place}" for place, name in enumerate(names)}
    scan = pl.scan_parquet(path).select(pl.col(names).cast(pl.String)).rename(renamed)
    at = 0
    while True:
        try:
            frame = scan.slice(at, _ROWS_AT_ONCE).collect()
        except DAMAGED_PARQUET as error:
            raise _cut_off(path) from error
        if frame.is_empty():
            return
        yield _numbered(frame, at + 1)
        at += frame.height


def _cut_off(path: Path) -> Exception:
    return unreadable(
        f"{path.name} is damaged or cut off.",
        code="file_cut_off",
        fix="Get the whole file and import it: what is in already is not doubled.",
    )
