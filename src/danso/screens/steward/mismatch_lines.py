"""Mismatches as pages show them: both values side by side as far as the purpose shows the field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from danso.catalogue.shapes.sources import Source, SourceField
from danso.kernel import clock
from danso.modules.sources import interface as sources
from danso.modules.sources.data import MismatchRecord
from danso.screens.steward import words
from danso.screens.steward.desk import Desk
from danso.screens.steward.journaling import record_looks
from danso.toolkit.platform import province


@dataclass(frozen=True)
class MismatchLine:
    """A mismatch with its words; `said` and `held` are None where the purpose hides the field.
    `seen` goes with an answer."""

    record: MismatchRecord
    source: Source
    field: SourceField
    register_field: str
    said: str | None
    held: str | None
    commune: str
    is_late: bool
    seen: str


def lines_of(found: Iterable[MismatchRecord], desk: Desk) -> list[MismatchLine]:
    """Ready to be shown, each journaled as a look at its person."""
    lines = [_line(one, desk) for one in found]
    for field in {line.register_field for line in lines}:
        people = [line.record.person for line in lines if line.register_field == field]
        record_looks(people, desk, action="mismatch", fields=(field,))
    return lines


def _line(record: MismatchRecord, desk: Desk) -> MismatchLine:
    source = province().source(record.source)
    field = sources.register_field(record.source, record.field)
    shows = field in desk.fields
    return MismatchLine(
        record=record,
        source=source,
        field=source.by_code[record.field],
        register_field=field,
        said=sources.value_text(field, record.said) if shows else None,
        held=sources.value_text(field, record.held) if shows else None,
        commune=words.commune_name(record.commune),
        is_late=record.is_late(clock.today()),
        seen=sources.as_seen(record),
    )
