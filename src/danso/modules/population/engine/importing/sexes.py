"""Two columns, Nam and Nữ: a mark in one of them tells the sex, a year or date the birth too."""

from __future__ import annotations

from typing import Final

import polars as pl

from danso.kernel import text

COLUMNS: Final = ("male", "female")
_CODES: Final = ("1", "2")
_NOTHING: Final = frozenset(map(text.plain, ("", "0", "-", "không")))
# Letters that are marks; any sign that is no letter (✓, +) is one too.
_MARKS: Final = frozenset(map(text.plain, ("x", "xx", "v", "có", "nam", "nữ")))
_FOUND: Final = ("pair_sex", "pair_birth", "pair_note")


def with_sexes(frame: pl.DataFrame) -> pl.DataFrame:
    """`sex` and `birth` from the pair of columns, where the row has none of its own."""
    if all(frame[name].null_count() == frame.height for name in COLUMNS):
        return frame
    # Marks and years are few: each pair is read once.
    pairs = frame.select(COLUMNS).unique()
    rows = [(*pair, *_read(*pair)) for pair in pairs.iter_rows()]
    schema = dict.fromkeys((*COLUMNS, *_FOUND), pl.String)
    table = pl.DataFrame(rows, schema=schema, orient="row")
    joined = frame.join(table, on=COLUMNS, how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(
        sex=pl.coalesce("sex", "pair_sex"),
        birth=pl.coalesce("birth", "pair_birth"),
        notes=pl.col("notes") + pl.col("pair_note"),
    ).drop(_FOUND)


def _read(male: str | None, female: str | None) -> tuple[str | None, str | None, str]:
    """Sex, birth and note of one pair. Something in both columns tells no sex."""
    cells = [text.tidy(cell or "") for cell in (male, female)]
    said = [place for place in (0, 1) if text.plain(cells[place]) not in _NOTHING]
    births = [cells[place] for place in said if _is_birth(cells[place])]
    birth = births[0] if len(births) == 1 else None
    if len(said) != 1:
        return None, birth, "value_unknown|" if said else ""
    cell = cells[said[0]]
    if not birth and any(map(str.isalpha, cell)) and text.plain(cell) not in _MARKS:
        return None, None, "value_unknown|"
    return _CODES[said[0]], birth, ""


def _is_birth(cell: str) -> bool:
    """A figure that is no mark; whether it is a date is judged with the other birth dates."""
    return cell not in _CODES and cell[:1].isdigit()
