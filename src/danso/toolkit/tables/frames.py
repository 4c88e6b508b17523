"""Rows of cells, one by one, gathered into frames of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import polars as pl

ROWS_AT_ONCE: Final = 20_000
# No list has more columns, no cell more letters: what exceeds it is not a list of people.
MOST_COLUMNS: Final = 300
LONGEST_CELL: Final = 10_000

Row = tuple[int, Sequence[str]]


def frames_of(
    rows: Iterable[Row], width: int, convert: Callable[[str], str] | None = None
) -> Iterator[pl.DataFrame]:
    """Frames with c0 ... and `line`; a row of another width than the header gets a `reason`.

    `convert` turns text of an old encoding into Unicode. Rows without any text are left out.
    """
    gathered: list[list[str | int | None]] = []
    for line, cells in rows:
        if not any(map(str.strip, cells)):
            continue
        gathered.append(_fitted(line, cells, width))
        if len(gathered) == ROWS_AT_ONCE:
            yield _frame(gathered, width, convert)
            gathered = []
    if gathered:
        yield _frame(gathered, width, convert)


def _fitted(line: int, cells: Sequence[str], width: int) -> list[str | int | None]:
    """Cut or filled to the header's width. Empty cells too many do no harm."""
    reason: str | None = None
    if len(cells) < width:
        reason = "row_short"
    elif any(map(str.strip, cells[width:])):
        reason = "row_long"
    kept = [cell[:LONGEST_CELL].strip() for cell in cells[:width]]
    return [*kept, *[""] * (width - len(kept)), line, reason]


def _frame(
    rows: list[list[str | int | None]], width: int, convert: Callable[[str], str] | None
) -> pl.DataFrame:
    columns = [f"c{place}" for place in range(width)]
    schema = {
        **dict.fromkeys(columns, pl.String),
        "line": pl.Int64,
        "reason": pl.String,
    }
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame if convert is None else converted(frame, columns, convert)


def converted(
    frame: pl.DataFrame, columns: list[str], convert: Callable[[str], str]
) -> pl.DataFrame:
    """Only text outside ASCII differs between encodings; each is converted once."""
    for name in columns:
        odd = frame[name].filter(frame[name].str.contains(r"[^\x00-\x7f]")).unique()
        if odd.len():
            changed = {cell: convert(cell) for cell in odd.to_list()}
            frame = frame.with_columns(pl.col(name).replace(changed))
    return frame
