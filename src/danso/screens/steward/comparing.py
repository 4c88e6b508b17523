"""Two records side by side: every field the purpose shows, and where they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from danso.kernel.text import fold
from danso.modules.population import interface as population
from danso.modules.population.data import NumberRecord, PastCard, PersonRecord
from danso.screens.steward import record, words
from danso.screens.steward.desk import Desk
from danso.screens.steward.record import FieldLine

Comparison = Literal["differs", "lacking", "same", "empty"]
STATES: Final[tuple[Comparison, ...]] = get_args(Comparison)


@dataclass(frozen=True)
class ComparedLine:
    """One field of both records. *Differs*: both say something and contradict each other;
    *lacking*: one says more than the other."""

    code: str
    name: str
    left: FieldLine
    right: FieldLine
    state: Comparison


@dataclass(frozen=True)
class Belongings:
    """What hangs on a record beside its fields: numbers, cards, household."""

    numbers: tuple[NumberRecord, ...]
    cards: tuple[str, ...]
    household: str
    members: tuple[PersonRecord, ...]


def compare(left: PersonRecord, right: PersonRecord, desk: Desk) -> tuple[ComparedLine, ...]:
    """Every field that the purpose shows, what contradicts first."""
    sides = record.groups(left, desk), record.groups(right, desk)
    lines = [
        ComparedLine(one.code, one.name, one, other, _state(one, other, (left, right)))
        for group, fields in sides[0].items()
        for one, other in zip(fields, sides[1][group], strict=True)
        if not one.is_hidden
    ]
    return tuple(sorted(lines, key=lambda line: STATES.index(line.state)))


def _state(
    one: FieldLine, other: FieldLine, people: tuple[PersonRecord, PersonRecord]
) -> Comparison:
    if not one.value and not other.value:
        return "empty"
    if fold(one.value) == fold(other.value):
        return "same"
    left, right = (person.of_field(one.code) for person in people)
    contradicts = any(
        fold(str(left[column])) != fold(str(right[column])) for column in left.keys() & right.keys()
    )
    return "differs" if contradicts else "lacking"


def hidden_fields(person: PersonRecord, desk: Desk) -> int:
    """How many fields this purpose does not show."""
    lines = record.groups(person, desk).values()
    return sum(1 for group in lines for line in group if line.is_hidden)


def belongings(person: PersonRecord, desk: Desk) -> Belongings:
    """Numbers, earlier cards and household where the purpose shows them."""
    home = record.find_household(person, desk)
    place = ""
    if home is not None:
        parts = (home.address, home.hamlet, words.commune_name(home.commune))
        place = ", ".join(part for part in parts if part)
    return Belongings(
        numbers=population.numbers_of(person.key) if "number" in desk.fields else (),
        cards=tuple(map(_card, population.cards_of(person.key))) if "card" in desk.fields else (),
        household=place,
        members=home.members if home is not None else (),
    )


def _card(card: PastCard) -> str:
    held = {
        "card_kind": card.kind,
        "card_number": card.number,
        "card_issued": card.issued,
        "card_expires": card.expires,
        "card_status": card.status,
    }
    return words.held_text("card", held)


def fuller(left: PersonRecord, right: PersonRecord, lines: tuple[ComparedLine, ...]) -> str:
    """Which record to suggest keeping: the one with a number, else with more fields, else the
    older one."""
    if bool(left.number) != bool(right.number):
        return "left" if left.number else "right"
    more = sum(1 for line in lines if line.left.value) - sum(
        1 for line in lines if line.right.value
    )
    return "left" if more > 0 or (more == 0 and left.key < right.key) else "right"
