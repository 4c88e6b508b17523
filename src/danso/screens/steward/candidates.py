"""A source's record beside the people it may be about: every field, and what agreeing weighed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from danso.modules.linkage.data import Candidate, Decision, OpenCount, OpenLink
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.sources.data import OwnersRecord
from danso.screens.steward import record, words
from danso.screens.steward.desk import Desk
from danso.toolkit.platform import province

# What a source says (its term), what matching compared, and the register's field for it.
ROWS: Final = (
    ("full_name", "full_name", "full_name"),
    ("birth", "birth", "birth"),
    ("sex", "sex", "sex"),
    ("number", "number", "number"),
    ("old_number", "old_number", "old_number"),
    ("commune", "commune", "permanent_place"),
    ("father_name", "father", "father"),
    ("mother_name", "mother", "mother"),
)
AGREE: Final = frozenset({"same", "tones_lost", "swapped"})
SILENT: Final = "unknown"


@dataclass(frozen=True)
class CandidateCell:
    """A candidate's value, how it stands to the record's, and what that gave to the weight."""

    value: str
    level: str
    weight: float

    @property
    def tone(self) -> str:
        """For the tag: agreeing, nearly so, or not."""
        if self.level == SILENT:
            return "mute"
        if self.level in AGREE:
            return "good"
        return "bad" if self.level == "differs" else "warn"

    @property
    def width(self) -> int:
        """Of the bar, in tenths: the heaviest agreement fills it."""
        return min(10, round(abs(self.weight) / 2))


@dataclass(frozen=True)
class ComparedRow:
    """One field: what the record says, and each candidate."""

    name: str
    said: str
    is_faulty: bool
    cells: tuple[CandidateCell, ...]


@dataclass(frozen=True)
class CandidateColumn:
    """One person: what is chosen, and what stands around them."""

    place: int
    person: PersonRecord
    candidate: Candidate
    household: str
    members: tuple[PersonRecord, ...]

    @property
    def start(self) -> float:
        """What the weight starts from: how likely anybody drawn blindly is the one."""
        return self.candidate.weight - sum(one.weight for one in self.candidate.shares.values())


@dataclass(frozen=True)
class SourceLine:
    """One source with what waits in it."""

    code: str
    name: str
    count: OpenCount


@dataclass(frozen=True)
class DecisionLine:
    """One decision: whom it named, by whom."""

    decision: Decision
    source: str
    person: PersonRecord | None
    who: str
    at: datetime
    is_own: bool


def fields_shown(desk: Desk) -> tuple[str, ...]:
    """The register's fields that this page shows under the purpose, for the journal."""
    shown = [field for _, _, field in ROWS] + list(record.LISTED)
    return tuple(field for field in shown if field in desk.fields)


def columns_of(found: OpenLink, desk: Desk) -> tuple[CandidateColumn, ...]:
    """The people, the likeliest first, with their households where the purpose shows them."""
    people = population.people_by_keys(one.person for one in found.candidates)
    known = [one for one in found.candidates if one.person in people]
    return tuple(
        _column(place, people[one.person], one, desk) for place, one in enumerate(known, start=1)
    )


def _column(place: int, person: PersonRecord, candidate: Candidate, desk: Desk) -> CandidateColumn:
    home = record.find_household(person, desk)
    where = ""
    if home is not None:
        parts = (home.address, home.hamlet, words.commune_name(home.commune))
        where = ", ".join(part for part in parts if part)
    members = tuple(one for one in home.members if one.key != person.key) if home else ()
    return CandidateColumn(place, person, candidate, where, members)


def compared_rows(
    said: OwnersRecord, columns: Sequence[CandidateColumn], desk: Desk
) -> tuple[ComparedRow, ...]:
    """Every field that the purpose shows and either side knows."""
    rows = [
        ComparedRow(
            name=words.field_name(field),
            said=said_text(term, said),
            is_faulty=term in said.faulty,
            cells=tuple(_cell(comparison, field, one) for one in columns),
        )
        for term, comparison, field in ROWS
        if field in desk.fields
    ]
    return tuple(row for row in rows if row.said or any(cell.value for cell in row.cells))


def _cell(comparison: str, field: str, column: CandidateColumn) -> CandidateCell:
    share = column.candidate.shares.get(comparison)
    value = words.value_text(field, column.person)
    if share is None:
        return CandidateCell(value, SILENT, 0)
    return CandidateCell(value, share.level, share.weight)


def said_text(term: str, said: OwnersRecord) -> str:
    """What the source says, in words; as it came where that is wrong."""
    value = said.values.get(term, "")
    if not value or term in said.faulty:
        return value
    if term == "birth":
        return words.iso_day(value)
    if term == "sex":
        return words.held_text("sex", {"sex": int(value)}) if value.isdigit() else value
    if term == "commune" and value in {**province().units.by_code, **province().units.old_by_code}:
        return words.recorded_name(value)
    return value


def source_name(code: str) -> str:
    """A source's name in the reader's language; the code of one that is not described."""
    found = province().sources.get(code)
    if found is None:
        return code
    return found.en if words.language() == "en" else found.vi


def source_lines(counts: Iterable[OpenCount]) -> tuple[SourceLine, ...]:
    """The described sources in which something waits: of a bare file nobody kept the records."""
    known = province().sources
    return tuple(
        SourceLine(one.source, source_name(one.source), one)
        for one in counts
        if one.source in known
    )


def decision_lines(decisions: Iterable[Decision], desk: Desk) -> tuple[DecisionLine, ...]:
    """Decisions with whom they named; people out of reach by now are left unnamed."""
    listed = [one for one in decisions if one.source in province().sources]
    people = population.people_by_keys({one.person for one in listed if one.person})
    return tuple(_line(one, people, desk) for one in listed)


def _line(decision: Decision, people: dict[UUID, PersonRecord], desk: Desk) -> DecisionLine:
    person = people.get(decision.person) if decision.person else None
    if person is not None and not is_reached(person, desk):
        person = None
    return DecisionLine(
        decision,
        source_name(decision.source),
        person,
        record.who("officer", decision.proposed_by),
        decision.decided_at or decision.proposed_at,
        decision.proposed_by == desk.officer.actor.id,
    )


def is_reached(person: PersonRecord, desk: Desk) -> bool:
    """Whether this officer may see them in a list."""
    reach = desk.scope.communes
    return not person.protected and (reach is None or person.commune in reach)
