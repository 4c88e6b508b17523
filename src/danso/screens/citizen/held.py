"""What is held about somebody, as they may see it themselves.

Left out, because the law hides it even from them: sources through which nobody is reached
(denouncers, preventive measures, investigations: not even that they hold something), the mark
"under investigation", who is protected, other people's numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel import clock
from danso.modules.population import interface as population
from danso.modules.population.data import (
    HistoryEntry,
    HouseholdRecord,
    NumberRecord,
    PersonRecord,
    field_of,
    person_not_found,
)
from danso.modules.sources import interface as sources
from danso.modules.sources.data import FactRecord
from danso.screens.citizen import words
from danso.screens.citizen.words import Words
from danso.toolkit.html.formats import number
from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register, RegisterField
    from danso.catalogue.shapes.sources import Source, SourceField

GROUPS: Final[tuple[tuple[Words, tuple[str, ...]], ...]] = (
    (
        _("Nhân thân"),
        (
            "full_name", "other_name", "number", "old_number", "birth", "sex", "ethnicity",
            "religion", "nationality", "marital_status", "blood_group", "occupation", "death",
        ),
    ),
    (
        _("Nơi ở, nơi sinh"),
        (
            "permanent_place", "temporary_place", "temporary_absence", "current_place",
            "birth_place", "birth_registration_place", "home_place",
        ),
    ),
    (_("Gia đình"), ("relation_to_head", "father", "mother", "spouse", "representative")),
    (_("Thẻ căn cước"), ("card",)),
)  # fmt: skip
# A relative's name is the holder's business, their number is not.
RELATIVES: Final = ("father", "mother", "spouse", "representative")
DOUBTFUL: Final = "unverified"


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of the register: its value, when it last changed, whether it is in doubt, whether
    it can be reported as wrong from here."""

    code: str
    name: str
    value: str
    changed_at: datetime | None
    is_doubtful: bool
    is_reportable: bool


@dataclass(frozen=True, slots=True)
class FactLine:
    """One thing that a source tells: the value, from when to when, as of when, how good."""

    kind: str
    name: str
    value: str
    since: date | None
    until: date | None
    as_of: datetime
    is_good: bool
    is_over: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What one source tells, with its name and who keeps it."""

    source: str
    name: str
    owner: str
    facts: tuple[FactLine, ...]

    @property
    def as_of(self) -> datetime:
        """The newest of its facts."""
        return max(one.as_of for one in self.facts)


@dataclass(frozen=True, slots=True)
class Held:
    """Everything a holder may see of themselves."""

    person: PersonRecord
    groups: tuple[tuple[Words, tuple[FieldLine, ...]], ...]
    empty: tuple[FieldLine, ...]
    household: HouseholdRecord | None
    numbers: tuple[NumberRecord, ...]
    told: tuple[Told, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """Codes of all fields and kinds of facts shown, for the journal."""
        lines = (line.code for _name, lines in self.groups for line in lines)
        facts = (fact.kind for one in self.told for fact in one.facts)
        home = ("household",) if self.household is not None else ()
        return tuple(dict.fromkeys((*lines, *home, *facts)))


def held_about(person: UUID, keys: Collection[UUID]) -> Held:
    """What the register and every source hold. The caller journals the look in the same commit."""
    record = population.find_person(person)
    if record is None:
        raise person_not_found()
    changed = _changed_at(population.history_of(person))
    lines = [(name, [_line(code, record, changed) for code in codes]) for name, codes in GROUPS]
    return Held(
        person=record,
        groups=tuple((name, tuple(one for one in group if one.value)) for name, group in lines),
        empty=tuple(one for _name, group in lines for one in group if not one.value),
        household=population.household_of(person),
        numbers=tuple(one for one in population.numbers_of(person) if one.status != "active"),
        told=told_about(keys),
    )


def told_about(keys: Collection[UUID]) -> tuple[Told, ...]:
    """What every source tells about somebody known by these keys, in the order of their names."""
    facts = [fact for key in keys for fact in sources.facts_about(key)]
    ordered = sorted(facts, key=lambda one: one.source)
    found = [_told(code, list(group)) for code, group in groupby(ordered, lambda one: one.source)]
    return tuple(sorted(found, key=lambda one: one.name))


def origin_text(record: PersonRecord) -> str:
    """Where the record came from, without the names of files."""
    if record.source == population.UPSTREAM:
        return gettext("cơ sở dữ liệu quốc gia về dân cư")
    return gettext("cơ quan công an trong tỉnh")


def is_reportable(field: str, record: PersonRecord) -> bool:
    """Whether the holder may say here that a field is wrong. Of protected people nothing lies on
    lists that many read: they go to the police."""
    return field in sources.correctable_fields() and not record.protected


def _line(code: str, record: PersonRecord, changed: dict[str, datetime]) -> FieldLine:
    hidden: dict[str, Any] = {f"{code}_number": None} if code in RELATIVES else {}
    shown = replace(record, **hidden)
    return FieldLine(
        code=code,
        name=gettext("Tình trạng") if code == "death" else words.field_name(code),
        value=sources.stored_text(code, shown, words.language()),
        changed_at=changed.get(code),
        is_doubtful=record.flags.get(code) == DOUBTFUL,
        is_reportable=is_reportable(code, record),
    )


def _changed_at(history: Iterable[HistoryEntry]) -> dict[str, datetime]:
    """When each field was last written; the history comes in order."""
    return {
        field_of(column): entry.recorded_at
        for entry in history
        for column, (before, after) in entry.changes.items()
        if before != after
    }


def _told(code: str, facts: Sequence[FactRecord]) -> Told:
    teller = sources.find_teller(code)
    lines = [_fact(one, teller) for one in facts]
    return Told(
        source=code,
        name=words.said(teller) if teller is not None else code,
        owner=unit_name(teller.owner) if teller is not None else "",
        facts=tuple(sorted(lines, key=lambda one: (one.is_over, one.name))),
    )


def _fact(fact: FactRecord, teller: Source | Register | None) -> FactLine:
    kind = next((one for one in teller.facts if one.code == fact.kind), None) if teller else None
    field = teller.by_code.get(kind.field) if teller is not None and kind is not None else None
    return FactLine(
        kind=fact.kind,
        name=words.field_name(fact.kind),
        value=fact_value(field, fact.value),
        since=fact.since,
        until=fact.until,
        as_of=fact.as_of,
        is_good=fact.quality == "good",
        is_over=fact.until is not None and fact.until < clock.today(),
    )


def fact_value(field: SourceField | RegisterField | None, value: str) -> str:
    """A value in words: codes by their list, days and amounts as people write them."""
    if field is None:
        return value
    if field.code_list is not None and field.code_list in province().code_lists:
        return province().code_list(field.code_list).label(value, words.language())
    own = {one.code: words.said(one) for one in getattr(field, "choices", ())}
    if value in own:
        return own[value]
    if field.kind in ("date", "month"):
        return words.day_text(value)
    if field.kind == "commune":
        return unit_name(value)
    return _amount(value) if field.kind == "amount" else value


def _amount(value: str) -> str:
    try:
        read = float(value)
    except ValueError:
        return value
    return number(read, 0 if read.is_integer() else 1)
