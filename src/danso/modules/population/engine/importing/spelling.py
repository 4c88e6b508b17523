"""Everything the register computes from a full name, once per distinct name of a stretch."""

from __future__ import annotations

from typing import Final

import polars as pl

from danso.kernel import text
from danso.kernel.names import list_key
from danso.wire import keys

_COLUMNS: Final = ("full_name", "family", "middle", "given", "name_key", "search_key", "sort_key")


def with_name_parts(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with family, middle, given, `name_key`, `search_key` and `sort_key` of its
    `full_name` (tidied, not null)."""
    rows = [_spelled(full) for full in frame["full_name"].unique().to_list()]
    table = pl.DataFrame(rows, schema=dict.fromkeys(_COLUMNS, pl.String), orient="row")
    return frame.join(table, on="full_name", how="left", maintain_order="left")


def _spelled(full: str) -> tuple[str, ...]:
    parts = full.split(" ")
    family = parts[0] if len(parts) > 1 else ""
    name_key = keys.name_key(full)
    # `plain_key` is `fold` of the canonical form: nothing is computed twice.
    plain = text.fold(name_key)
    return full, family, " ".join(parts[1:-1]), parts[-1], name_key, plain, list_key(full)
