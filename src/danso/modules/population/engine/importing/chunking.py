"""A file's frames under the register's column names, cut into stretches that are always the
same for the same file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from danso.toolkit.tables.files import Sheet

UNKNOWN = "?"


def stretches(
    sheet: Sheet, mapping: Mapping[str, int], size: int, *, unknown: Mapping[str, int]
) -> Iterator[pl.DataFrame]:
    """Frames of about `size` rows. Columns are renamed by `mapping` (column -> place in the
    headings); `unknown` ones keep their heading after a question mark, for quarantine. A household
    that stands together is never cut in two."""
    names = {f"c{place}": column for column, place in mapping.items()}
    names |= {f"c{place}": UNKNOWN + heading for heading, place in unknown.items()}
    picked = [*names, "line", "reason"]
    rest: pl.DataFrame | None = None
    for frame in sheet.frames():
        part = frame.select(picked).rename(names)
        whole = part if rest is None else pl.concat([rest, part])
        while whole.height > size:
            at = _boundary(whole, size)
            if at == whole.height:
                break
            yield whole[:at]
            whole = whole[at:]
        rest = whole
    if rest is not None and not rest.is_empty():
        yield rest


def _boundary(frame: pl.DataFrame, size: int) -> int:
    """Where the household of row `size` - 1 ends; at most twice `size`."""
    if "household" not in frame.columns:
        return size
    homes = frame["household"][size - 1 : 2 * size]
    if not homes[0]:
        return size
    other = (homes != homes[0]).fill_null(value=True).arg_max()
    return size - 1 + other if other else min(frame.height, 2 * size)
