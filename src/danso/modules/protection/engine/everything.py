"""Everything that a person may see about themselves, as plain values in the order of a copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a copy: a table. `columns`: code to words, in order; rows hold texts by code."""

    code: str
    title: str
    columns: Mapping[str, str]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Everything:
    """What goes into a copy. `fields`: catalogue codes that are in it, for the journal."""

    province: str
    law: str
    parts: tuple[Part, ...]
    fields: tuple[str, ...]
