"""Everything that a person may see about themselves, as plain values in the order of a copy."""

from __future__ import annotations

from dataclasses import dataclass

from danso.modules.protection.data import Part


@dataclass(frozen=True, slots=True)
class Everything:
    """What goes into a copy. `fields`: catalogue codes that are in it, for the journal."""

    province: str
    law: str
    parts: tuple[Part, ...]
    fields: tuple[str, ...]
