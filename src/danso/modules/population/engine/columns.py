"""How the values of a person's columns lie in JSON, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from danso.modules.population.data import DAY_COLUMNS, KEY_COLUMNS


def to_json(value: object) -> object:
    """Days and keys as ISO text; everything else a column holds is JSON already."""
    if isinstance(value, date | UUID) and not isinstance(value, datetime):
        return str(value)
    return dict(value) if isinstance(value, Mapping) else value


def from_json(column: str, value: object) -> object:
    """The value of a column from its JSON form."""
    if isinstance(value, str) and column in DAY_COLUMNS:
        return date.fromisoformat(value)
    if isinstance(value, str) and column in KEY_COLUMNS:
        return UUID(value)
    return value
