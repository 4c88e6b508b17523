"""A person's record as a page shows it: what the purpose allows, and what it hides and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Look
from danso.modules.exchange import interface as exchange
from danso.modules.identity import interface as identity
from danso.modules.population import interface as population
from danso.modules.population.data import (
    FIELD_COLUMNS,
    HistoryEntry,
    HouseholdRecord,
    PersonRecord,
    columns_of,
)
from danso.modules.sources import interface as sources
from danso.screens.steward import look_words, register_words, words
from danso.screens.steward.desk import Desk, purposes
from danso.toolkit.html import formats
from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province

GROUPS: Final = (
    (
        "who",
        (
            "number", "old_number", "full_name", "other_name", "birth", "sex", "ethnicity",
            "religion", "nationality", "marital_status", "blood_group", "occupation", "death",
        ),
    ),
    (
        "where",
        (
            "permanent_place", "temporary_place", "temporary_absence", "current_place",
            "birth_place", "birth_registration_place", "home_place",
        ),
    ),
    ("kin", ("relation_to_head", "father", "mother", "spouse", "representative")),
    ("card", ("card",)),
)  # fmt: skip
# Beside facts of their own: shown as lists.
LISTED: Final = ("household",)
INVESTIGATION: Final = "under_investigation"
LOOKS_SHOWN: Final = 50


@dataclass(frozen=True)
class FieldLine:
    """One field: its value, or which purposes would show it."""

    code: str
    name: str
    value: str
    is_hidden: bool = False
    allowed_by: tuple[str, ...] = ()
    flag: str = ""
    is_sensitive: bool = False
    is_correctable: bool = False


@dataclass(frozen=True)
class ChangeLine:
    """One recorded change: what it was before and after, who and why."""

    entry: HistoryEntry
    action: str
    who: str
    differences: tuple[tuple[str, str, str], ...]
    hidden: int


@dataclass(frozen=True)
class LookLine:
    """One look at this person: when and why; by which unit, not by whom."""

    at: datetime
    what: str
    unit: str
    purpose: str
    file_code: str


def visible_fields(desk: Desk) -> tuple[str, ...]:
    """The fields a record page shows under this purpose, for the journal."""
    shown = [field for _, fields in GROUPS for field in fields]
    return tuple(field for field in (*shown, *LISTED) if field in desk.fields)


def groups(person: PersonRecord, desk: Desk) -> Mapping[str, tuple[FieldLine, ...]]:
    """Every field of every group; the purpose decides which values are there."""
    correctable = frozenset(sources.correctable_fields())
    return {
        group: tuple(_line(field, person, desk, correctable) for field in fields)
        for group, fields in GROUPS
    }


def _line(field: str, person: PersonRecord, desk: Desk, correctable: frozenset[str]) -> FieldLine:
    sensitive = province().field(field).sensitivity != "basic"
    if field not in desk.fields:
        return FieldLine(
            field,
            words.field_name(field),
            "",
            is_hidden=True,
            allowed_by=purposes_showing(field),
            is_sensitive=sensitive,
        )
    flag = person.flags.get(field, "")
    is_living = field == "death" and person.status == "alive"
    return FieldLine(
        field,
        words.state_name(field) if is_living else words.field_name(field),
        words.value_text(field, person),
        flag="" if flag == INVESTIGATION and INVESTIGATION not in desk.fields else flag,
        is_sensitive=sensitive,
        is_correctable=field in correctable,
    )


def purposes_showing(field: str) -> tuple[str, ...]:
    """The names of the officers' purposes that allow a field."""
    return tuple(words.purpose_name(one.code) for one in purposes() if field in one.share)


def find_household(person: PersonRecord, desk: Desk) -> HouseholdRecord | None:
    """The household where the purpose shows it, without protected members."""
    if "household" not in desk.fields:
        return None
    home = population.household_of(person.key)
    if home is None:
        return None
    members = tuple(one for one in home.members if not one.protected)
    return HouseholdRecord(
        home.key, home.head, home.commune, home.hamlet, home.address, home.book_number, members
    )


def has_head(home: HouseholdRecord | None) -> bool:
    """Whether the household's head is one of its living members."""
    return home is not None and any(
        one.key == home.head and one.status == "alive" for one in home.members
    )


def changes(person: UUID, desk: Desk) -> list[ChangeLine]:
    """The history, newest first, with the values that the purpose allows."""
    lines = [_change(entry, desk) for entry in population.history_of(person)]
    return sorted(lines, key=lambda line: line.entry.seq, reverse=True)


def _change(entry: HistoryEntry, desk: Desk) -> ChangeLine:
    moved = {column: pair for column, pair in entry.changes.items() if pair[0] != pair[1]}
    fields = words.fields_of_change(moved)
    seen = [field for field in fields if field in desk.fields]
    differences = [_difference(field, entry) for field in seen]
    if "flags" in moved:
        differences.append(_flag_difference(moved["flags"], desk))
    return ChangeLine(
        entry=entry,
        action=str(words.CHANGES.get(entry.action, entry.action)),
        who=who(entry.actor_kind, entry.actor),
        differences=tuple(one for one in differences if one[1] != one[2]),
        hidden=sum(1 for field in fields if field in FIELD_COLUMNS and field not in desk.fields),
    )


def _difference(field: str, entry: HistoryEntry) -> tuple[str, str, str]:
    before, after = (_as_held(field, entry, side) for side in (0, 1))
    return words.field_name(field), before, after


def _as_held(field: str, entry: HistoryEntry, side: int) -> str:
    """The field's words from the change's columns alone, as they were before (0) or after (1)."""
    held: dict[str, object] = {}
    for column in columns_of(field):
        if column in entry.changes:
            held[column] = entry.changes[column][side]
    return words.held_text(field, held)


def _flag_difference(pair: tuple[object, object], desk: Desk) -> tuple[str, str, str]:
    before, after = (_flags(value, desk) for value in pair)
    return words.field_name("flags"), before, after


def _flags(value: object, desk: Desk) -> str:
    if not isinstance(value, Mapping):
        return ""
    return "; ".join(
        f"{words.field_name(field)}: {words.FLAGS[flag][0]}"
        for field, flag in value.items()
        if flag in words.FLAGS and (flag != INVESTIGATION or INVESTIGATION in desk.fields)
    )


def who(kind: str, key: str) -> str:
    """An officer's name; for anybody else, what kind of actor it was."""
    if kind == "officer":
        try:
            return identity.get_account(UUID(key)).name
        except (ValueError, NotFound):
            return key
    return str(words.ACTORS.get(kind, key))


def looks_at(person: UUID) -> list[LookLine]:
    """Who looked, as the person will read it: dates and units, no positions."""
    found = audit.entries_about(person, also=population.keys_of(person), limit=LOOKS_SHOWN)
    return [_look(look) for look in found]


def _look(look: Look) -> LookLine:
    return LookLine(
        at=look.at,
        what=_act(look.action),
        unit=partner_or_unit(look.actor),
        purpose=words.purpose_name(look.purpose) if look.purpose else "",
        file_code=look.file_code,
    )


def _act(action: str) -> str:
    """What was done, in words; the code itself where there are none."""
    known = look_words.LOOKS.get(action)
    return str(known) if known is not None else register_words.look_text(action)


def partner_or_unit(actor: Actor) -> str:
    """The unit that looked; a partner that is no agency by its own name."""
    if actor.kind == "partner" and not actor.unit:
        named = exchange.partner_name(actor.id, is_english=words.language() == "en")
        return named or actor.id
    return unit_name(actor.unit or actor.system)


def day_of(text: str) -> date | None:
    """An as-of date as typed; None for none or nonsense."""
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), shape).date()  # noqa: DTZ007 - a day, no instant
        except ValueError:
            continue
    return None


def day_text(day: date | None) -> str:
    """For the field of the form."""
    return formats.day(day) if day else ""
