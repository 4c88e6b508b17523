"""Kin: parents and spouses in the household, grown children of other households, heads and
relations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from danso.modules.population.engine.synth import demography as model
from danso.modules.population.engine.synth.couples import (
    ABSENT,
    ALIVE,
    FIRST_CHILD,
    GRANDFATHER,
    GRANDMOTHER,
    MAN,
    PLACES,
    WOMAN,
    Households,
)
from danso.modules.population.engine.synth.draw import YEAR, Bools, Ints, chance
from danso.modules.population.engine.synth.families import Slots
from danso.modules.population.engine.synth.naming import Names, ages

NOBODY = -1
SINGLE, MARRIED, DIVORCED, WIDOWED = 1, 2, 3, 4

RELATIONS = (
    "head",
    "wife",
    "husband",
    "child",
    "father",
    "mother",
    "father_in_law",
    "mother_in_law",
    "child_in_law",
    "grandchild",
    "grandfather",
    "grandmother",
    "sibling",
)
# What a man, woman, grandfather, grandmother, child of the house is to the head, by who the head
# is.
_TO_HEAD = {
    False: (
        ("head", "wife", "father", "mother", "child"),
        ("husband", "head", "father_in_law", "mother_in_law", "child"),
        ("child", "child_in_law", "head", "wife", "grandchild"),
        ("child", "child_in_law", "husband", "head", "grandchild"),
        ("father", "mother", "grandfather", "grandmother", "sibling"),
    ),
    True: (
        ("head", "wife", "father_in_law", "mother_in_law", "child"),
        ("husband", "head", "father", "mother", "child"),
        ("child_in_law", "child", "head", "wife", "grandchild"),
        ("child_in_law", "child", "husband", "head", "grandchild"),
        ("father", "mother", "grandfather", "grandmother", "sibling"),
    ),
}
GROWN_CHILDREN_LINKED = 0.62
SIBLINGS_APART = 300
MOST_SIBLINGS = 9


@dataclass(frozen=True)
class Kin:
    """Slot numbers of father, mother, spouse and head (NOBODY where none), relation and marital
    status."""

    father: Ints
    mother: Ints
    spouse: Ints
    head: Ints
    relation: Ints
    marital: Ints


def link_kin(
    homes: Households, slots: Slots, names: Names, today: int, rng: np.random.Generator
) -> Kin:
    """All links of all people; every parent linked is 18 to 45 years older."""
    table = np.full((len(homes.commune), PLACES), NOBODY, dtype=np.int32)
    table[slots.household, slots.place] = np.arange(len(slots.place), dtype=np.int32)
    father, mother = _parents_at_home(homes, slots, table)
    _link_grown_children(homes, slots, names, (father, mother, table), rng)
    marital = _marital(homes, slots, today, rng)
    spouse = _spouses(slots, table, marital)
    head, relation = _heads(homes, slots, table, rng)
    return Kin(father, mother, spouse, head, relation, marital)


def _parents_at_home(homes: Households, slots: Slots, table: Ints) -> tuple[Ints, Ints]:
    count = len(slots.place)
    father = np.full(count, NOBODY, dtype=np.int32)
    mother = np.full(count, NOBODY, dtype=np.int32)
    house = slots.household
    child = slots.place >= FIRST_CHILD
    unwed = homes.kinds.single[house]
    mother[child] = table[house[child], WOMAN]
    father[child & ~unwed] = table[house[child & ~unwed], MAN]
    for place, maternal in ((MAN, False), (WOMAN, True)):
        heir = (slots.place == place) & (homes.kinds.wifes_parents[house] == maternal)
        father[heir] = table[house[heir], GRANDFATHER]
        mother[heir] = table[house[heir], GRANDMOTHER]
    return father, mother


def _link_grown_children(
    homes: Households,
    slots: Slots,
    names: Names,
    links: tuple[Ints, Ints, Ints],
    rng: np.random.Generator,
) -> None:
    """Give grown people without parents at home an older couple of their commune, surname and
    group."""
    father, mother, table = links
    couples = _couples(homes, table)
    search = (father == NOBODY) & (mother == NOBODY) & (slots.state != ABSENT)
    search &= chance(rng, GROWN_CHILDREN_LINKED, len(search))
    seekers = np.flatnonzero(search)
    gap = model.MOTHER_OF_GROWN[0] + model.MOTHER_OF_GROWN[1] * rng.standard_normal(len(seekers))
    line = _line(slots, names)
    # Couples on one line by (commune, surname, group, mother's birth): the nearest at or after is
    # taken.
    place = line[couples[:, 0]] * 100_000 + slots.birth[couples[:, 1]] + 60_000
    order = np.argsort(place, kind="stable")
    wanted = line[seekers] * 100_000 + (slots.birth[seekers] - gap * YEAR).astype(np.int64) + 60_000
    near = np.minimum(np.searchsorted(place[order], wanted), len(order) - 1)
    found = couples[order[near]] if len(order) else np.empty((0, 2), dtype=np.int32)
    if len(found):
        fits = _fits(slots, line, seekers, found)
        father[seekers[fits]], mother[seekers[fits]] = found[fits, 0], found[fits, 1]
    grown = np.zeros(len(search), dtype=np.bool_)
    grown[seekers] = True
    for check in (_siblings_married, _crowded, _crowded, _crowded):
        lost = check(slots, table, grown, mother)
        father[lost] = mother[lost] = NOBODY


def _couples(homes: Households, table: Ints) -> Ints:
    """Rows (father, mother) of every couple that may have grown children elsewhere."""
    core = table[~homes.kinds.single][:, [MAN, WOMAN]]
    elders = table[:, [GRANDFATHER, GRANDMOTHER]]
    both = np.concatenate([core, elders])
    return np.asarray(both[(both >= 0).all(axis=1)])


def _line(slots: Slots, names: Names) -> Ints:
    commune = slots.commune.astype(np.int64)
    return (commune * 4096 + names.surname) * 64 + names.group


def _fits(slots: Slots, line: Ints, child: Ints, couple: Ints) -> Bools:
    older = (slots.birth[child][:, None] - slots.birth[couple]) / YEAR
    oldest = np.asarray([model.FATHER_OLDEST, model.MOTHER_OLDEST])
    near = ((older >= model.PARENT_YOUNGEST) & (older <= oldest)).all(axis=1)
    return np.asarray(near & (line[child] == line[couple[:, 0]]))


def _siblings_married(slots: Slots, table: Ints, grown: Bools, mother: Ints) -> Ints:
    """Of a couple with one mother, those who got her from another household."""
    couples = np.concatenate([table[:, [MAN, WOMAN]], table[:, [GRANDFATHER, GRANDMOTHER]]])
    couples = couples[(couples >= 0).all(axis=1)]
    theirs = mother[couples]
    alike = couples[(theirs[:, 0] == theirs[:, 1]) & (theirs[:, 0] >= 0)].ravel()
    return np.asarray(alike[grown[alike]])


def _crowded(slots: Slots, table: Ints, grown: Bools, mother: Ints) -> Ints:
    """Births of one mother within ten months, or more than nine: those linked from elsewhere."""
    rows = np.flatnonzero(mother >= 0)
    rows = rows[np.lexsort((slots.birth[rows], mother[rows]))]
    first, second = rows[:-1], rows[1:]
    close = (mother[first] == mother[second]) & (
        slots.birth[second] - slots.birth[first] < SIBLINGS_APART
    )
    too_near = np.where(grown[second], second, first)[close]
    begins = np.searchsorted(mother[rows], mother[rows], side="left")
    too_many = rows[np.arange(len(rows)) - begins >= MOST_SIBLINGS]
    lost = np.concatenate([too_near, too_many])
    return np.asarray(lost[grown[lost]])


def _marital(homes: Households, slots: Slots, today: int, rng: np.random.Generator) -> Ints:
    house = slots.household
    marital = np.full(len(house), SINGLE, dtype=np.int8)
    for own, other in (
        (MAN, WOMAN),
        (WOMAN, MAN),
        (GRANDFATHER, GRANDMOTHER),
        (GRANDMOTHER, GRANDFATHER),
    ):
        mine = slots.place == own
        marital[mine] = np.where(homes.death[house[mine], other] >= 0, WIDOWED, MARRIED)
    core = slots.place <= WOMAN
    marital[core & homes.kinds.divorced[house]] = DIVORCED
    marital[core & homes.kinds.single[house]] = SINGLE
    grown = (slots.place >= FIRST_CHILD) & (ages(slots.birth, today) >= 30)
    marital[grown & chance(rng, 0.10, len(grown))] = DIVORCED
    return marital


def _spouses(slots: Slots, table: Ints, marital: Ints) -> Ints:
    spouse = np.full(len(marital), NOBODY, dtype=np.int32)
    for own, other in (
        (MAN, WOMAN),
        (WOMAN, MAN),
        (GRANDFATHER, GRANDMOTHER),
        (GRANDMOTHER, GRANDFATHER),
    ):
        mine = (slots.place == own) & (marital == MARRIED)
        spouse[mine] = table[slots.household[mine], other]
    return spouse


def _heads(
    homes: Households, slots: Slots, table: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    count = len(homes.commune)
    here = np.zeros((count, PLACES), dtype=np.bool_)
    listed = slots.state != ABSENT
    alive = slots.state == ALIVE
    here[slots.household[alive], slots.place[alive]] = True
    empty: Bools = np.asarray(~here.any(axis=1))
    here[slots.household[listed], slots.place[listed]] |= empty[slots.household[listed]]
    place = np.argmax(here, axis=1)
    place[here[:, MAN] & here[:, WOMAN] & chance(rng, 0.13, count)] = WOMAN
    widow = here[:, GRANDMOTHER] & ~here[:, GRANDFATHER] & chance(rng, 0.35, count)
    place[widow] = GRANDMOTHER
    place[here[:, GRANDFATHER] & chance(rng, 0.6, count)] = GRANDFATHER
    head = table[np.arange(count), place][slots.household]
    number = {name: code for code, name in enumerate(RELATIONS)}
    tables = np.asarray(
        [
            [[number[name] for name in row] for row in _TO_HEAD[maternal]]
            for maternal in (False, True)
        ],
        dtype=np.int8,
    )
    maternal = homes.kinds.wifes_parents[slots.household].astype(np.int8)
    head_kind = np.minimum(place, FIRST_CHILD)[slots.household]
    relation = tables[maternal, head_kind, np.minimum(slots.place, FIRST_CHILD)]
    relation[np.arange(len(head)) == head] = number["head"]
    return head.astype(np.int32), relation
