"""Mismatches as pages show them: both values side by side as far as the purpose shows the field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext

from danso.catalogue.shapes.sources import Source, SourceField
from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.sources import interface as sources
from danso.modules.sources.data import MismatchRecord, StepRecord
from danso.screens.steward import words
from danso.screens.steward.desk import Desk
from danso.screens.steward.journaling import record_looks
from danso.toolkit.html.formats import moment
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


@dataclass(frozen=True)
class StepLine:
    """One thing said. `correction`: where police said it, the correction they answered."""

    record: StepRecord
    evidence: str
    correction: UUID | None


def steps_of(mismatch: UUID) -> list[StepLine]:
    """What was said so far. Police answer a correction: it is named and led to, not its key."""
    return [_step(one) for one in sources.steps_of(mismatch)]


def _step(record: StepRecord) -> StepLine:
    kind, _, key = record.evidence.partition(" ")
    if kind != "correction":
        return StepLine(record, record.evidence, None)
    try:
        found = sources.get_correction(UUID(key))
    except (ValueError, NotFound):
        return StepLine(record, "", None)
    # The proof that lies there is the asker's; what police hold against it stands in their words.
    what = {"field": words.field_name(found.field), "when": moment(record.at)}
    return StepLine(record, gettext("Xác minh %(field)s, trả lời lúc %(when)s") % what, found.key)


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
    # Of two records that contradict each other only the keys stand here.
    shows = field in desk.fields or record.kind == "contradicts"
    return MismatchLine(
        record=record,
        source=source,
        field=source.compared[record.field],
        register_field=field,
        said=_side(record, field, record.said, gettext("bản ghi %(key)s")) if shows else None,
        held=_side(record, field, record.held, gettext("bản ghi kia %(key)s")) if shows else None,
        commune=words.commune_name(record.commune),
        is_late=record.is_late(clock.today()),
        seen=sources.as_seen(record),
    )


def _side(record: MismatchRecord, field: str, value: str, named: str) -> str:
    """A value as people read it; of two records that contradict each other, the key."""
    if record.kind == "contradicts":
        return named % {"key": value}
    return sources.value_text(field, value)
