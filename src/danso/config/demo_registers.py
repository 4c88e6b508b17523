"""Records of hosted registers in a demo home: made up from what each description says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from danso.catalogue.patterns import compiled
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.sources import interface as sources
from danso.modules.sources.data import GivenRecord, Keeper, RecordFaults
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register, RegisterField

EACH: Final = 8
TRIES: Final = 6
# Of fields that may stay empty so many are filled.
FILLED: Final = 0.5


def fill_registers(communes: list[str], *, actor: Actor, seed: int) -> int:
    """Some records of each register in each of the communes; once per home. Returns how many."""
    keeper = Keeper.console(actor, "demo")
    if any(one.records or one.ended for one in sources.register_standings(keeper)):
        return 0
    rng = random.Random(seed)  # noqa: S311 - made-up records, the same each time
    made = 0
    people = [person for commune in communes for person in _people(commune)]
    for register in province().registers.values():
        for person in rng.sample(people, min(len(people), EACH * len(communes))):
            made += _enter(register, person, rng, keeper)
    return made


def _people(commune: str) -> Iterator[PersonRecord]:
    due = population.list_card_due(commune, limit=4 * EACH)
    known = population.people_by_keys(one.person for one in due)
    yield from (one for one in known.values() if one.number and one.status == "alive")


def _enter(register: Register, person: PersonRecord, rng: random.Random, keeper: Keeper) -> bool:
    """What is drawn may break a rule of the register: then it is drawn again."""
    for _ in range(TRIES):
        values: dict[str, str] = {}
        for field in register.fields:
            need = field.required_when
            is_needed = need is not None and values.get(need.field) in need.is_one_of
            if field.required or is_needed or (need is None and rng.random() < FILLED):
                values[field.code] = _value(field, rng, _age(person))
        try:
            given = GivenRecord(str(person.number), person.commune or "", values)
            sources.enter_record(register.code, given, keeper=keeper)
        except RecordFaults:
            continue
        return True
    return False


def _age(person: PersonRecord) -> int:
    """In years, near enough; of somebody without a birth date as of a grown-up."""
    born = person.born
    return clock.today().year - born.year if born is not None else 40


def _value(field: RegisterField, rng: random.Random, age: int) -> str:
    if field.kind == "code":
        codes = [one.code for one in field.choices if one.is_for(age)]
        return rng.choice(codes or list(province().code_list(field.code_list or "").codes))
    if field.kind == "date":
        return (clock.today() - timedelta(days=rng.randrange(30, 900))).isoformat()
    if field.kind == "amount":
        # Steps of half a unit look like coefficients; sums of money have no upper bound here.
        low, high = field.at_least or 0, field.at_most
        return str(500_000 * rng.randrange(1, 4)) if high is None else _step(low, high, rng)
    if field.pattern:
        # Telephones and accounts alike; what neither fits stays empty.
        digits = f"09{rng.randrange(10**8):08d}"
        return digits if compiled(field.pattern)(digits) else ""
    if field.kind in ("name", "number", "month", "commune"):
        return ""
    return f"{field.vi} {rng.randrange(1, 99)}"


def _step(low: float, high: float, rng: random.Random) -> str:
    return f"{low + rng.randrange(int((high - low) * 2) + 1) / 2:g}"
