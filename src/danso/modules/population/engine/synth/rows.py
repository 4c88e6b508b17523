"""The canonical rows: a population's whole numbers turned into the register's words, one
stretch at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from danso.modules.population.engine.synth.births import MONTH, YEAR_ONLY
from danso.modules.population.engine.synth.couples import (
    ABSENT,
    DEAD,
    FEMALE,
    FIRST_CHILD,
    MALE,
)
from danso.modules.population.engine.synth.draw import Bools, Ints
from danso.modules.population.engine.synth.kinship import NOBODY, RELATIONS
from danso.modules.population.engine.synth.naming import birth_years
from danso.modules.population.engine.synth.papers import NONE
from danso.modules.population.engine.synth.people import Population

COLUMNS = (
    "number",
    "old_number",
    "full_name",
    "birth",
    "sex",
    "ethnicity",
    "religion",
    "marital_status",
    "nationality",
    "birth_place",
    "origin",
    "commune",
    "commune_recorded",
    "code_version",
    "hamlet",
    "address",
    "household",
    "relation",
    "father_number",
    "mother_number",
    "spouse_number",
    "father_name",
    "mother_name",
    "spouse_name",
    "head_number",
    "status",
    "death_date",
    "card_number",
    "card_issued",
    "card_expires",
    "blood_group",
    "key",
)
COUNTRY = "VN"
NUMBER_WIDTH = 9
OLD_NUMBER_WIDTH = 7
HOUSEHOLD_KEYS_LATER = 1 << 24
PARENT_UNKNOWN = 0.04
PARENTS_YEARS_BEFORE = 27
_HEX = pl.Series([f"{place:04x}" for place in range(1 << 16)])


@dataclass(frozen=True)
class Stretch:
    """Slots `first` to `last` of a population: whole communes, so that all links stay inside."""

    population: Population
    first: int
    last: int
    rows: Ints

    @classmethod
    def of_communes(cls, population: Population, first: int, last: int) -> Stretch:
        """The stretch of the communes from `first` up to, not including, `last`."""
        low, high = np.searchsorted(population.slots.commune, [first, last], side="left")
        listed = population.slots.state[low:high] != ABSENT
        return cls(population, int(low), int(high), low + np.flatnonzero(listed))

    @property
    def homes(self) -> Ints:
        """Household numbers of the rows."""
        return self.population.slots.household[self.rows]


def render(stretch: Stretch) -> pl.DataFrame:
    """Canonical rows, all text, an empty string where nothing is known."""
    columns = {
        **_identity(stretch),
        **_kin(stretch),
        **_residence(stretch),
        **_life(stretch),
        **_card(stretch),
    }
    return pl.DataFrame(columns).select(COLUMNS)


def _identity(stretch: Stretch) -> dict[str, pl.Series]:
    people, rows = stretch.population, stretch.rows
    inputs = people.inputs
    homes = stretch.homes
    return {
        "key": keys(people, rows, people.key_low[rows], offset=0),
        "household": keys(people, homes, people.home_low[homes], offset=HOUSEHOLD_KEYS_LATER),
        "number": _digits(people.papers.number[rows], inputs.synthetic_prefix, NUMBER_WIDTH),
        "old_number": _digits(
            people.papers.old_number[rows], inputs.old_number_prefix, OLD_NUMBER_WIDTH
        ),
        "full_name": full_names(people, rows),
        "birth": _partial(people.slots.birth[rows], people.precision[rows]),
        "sex": pl.Series(people.slots.sex[rows]).cast(pl.String),
        "ethnicity": _words([group.code for group in inputs.groups], people.names.group[rows]),
    }


def keys(people: Population, places: Ints, low: Ints, *, offset: int) -> pl.Series:
    """UUIDs of version 7 (RFC 9562) that grow with the place: a load in order appends to its
    index."""
    places = places.astype(np.uint64)
    moment = np.uint64(people.today * 86_400_000 + offset) + (places >> np.uint64(12))
    high = (moment << np.uint64(16)) | np.uint64(0x7000) | (places & np.uint64(0xFFF))
    tail = low.astype(np.uint64) | np.uint64(1 << 63)
    parts = [
        _HEX.gather(((part >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.int64))
        for part in (high, tail)
        for shift in (48, 32, 16, 0)
    ]
    frame = pl.DataFrame({str(place): part for place, part in enumerate(parts)})
    return frame.select(
        pl.format("{}{}-{}-{}-{}-{}{}{}", *(pl.col(str(place)) for place in range(8)))
    ).to_series()


def full_names(people: Population, slots: Ints) -> pl.Series:
    """Full names of slots, listed or not."""
    names = people.names
    return _joined(people, names.surname[slots], names.middle[slots], names.given[slots])


def _joined(people: Population, surname: Ints, middle: Ints, given: Ints) -> pl.Series:
    book = people.book
    frame = pl.DataFrame(
        {
            "surname": pl.Series(book.surnames.words).gather(surname),
            "middle": pl.Series([f"{w} " if w else "" for w in book.middles.words]).gather(middle),
            "given": pl.Series(book.givens.words).gather(given),
        }
    )
    return frame.select(pl.format("{} {}{}", "surname", "middle", "given")).to_series()


def _digits(values: Ints, prefix: str, width: int) -> pl.Series:
    number = pl.col("n")
    return (
        pl.DataFrame({"n": values})
        .select(
            pl.when(number == NONE)
            .then(pl.lit(""))
            .otherwise(pl.lit(prefix) + number.cast(pl.String).str.zfill(width))
        )
        .to_series()
    )


def _days(values: Ints) -> pl.Series:
    """ISO dates of day numbers; empty where there is no day."""
    day = pl.col("d")
    return (
        pl.DataFrame({"d": values.astype(np.int32)})
        .select(
            pl.when(day < 0).then(pl.lit("")).otherwise(day.cast(pl.Date).dt.to_string("%Y-%m-%d"))
        )
        .to_series()
    )


def _partial(values: Ints, precision: Ints) -> pl.Series:
    frame = pl.DataFrame({"d": values.astype(np.int32), "p": precision})
    iso = pl.col("d").cast(pl.Date).dt.to_string("%Y-%m-%d")
    kind = pl.col("p")
    return frame.select(
        pl.when(kind == YEAR_ONLY)
        .then(iso.str.slice(0, 4))
        .when(kind == MONTH)
        .then(iso.str.slice(0, 7))
        .otherwise(iso)
    ).to_series()


def _kin(stretch: Stretch) -> dict[str, pl.Series]:
    people, rows = stretch.population, stretch.rows
    links = people.kin
    rng = np.random.Generator(np.random.PCG64([people.seed, stretch.first]))
    elsewhere = {
        "father": _parent_elsewhere(stretch, rng, mother=False),
        "mother": _parent_elsewhere(stretch, rng, mother=True),
        "spouse": pl.repeat("", len(rows), dtype=pl.String, eager=True),
    }
    columns: dict[str, pl.Series] = {}
    for name, link in (
        ("father", links.father),
        ("mother", links.mother),
        ("spouse", links.spouse),
    ):
        known = link[rows]
        named = full_names(people, np.maximum(known, 0))
        columns[f"{name}_name"] = named.zip_with(pl.Series(known != NOBODY), elsewhere[name])
        columns[f"{name}_number"] = _number_of(people, known)
    columns["head_number"] = _number_of(people, links.head[rows])
    codes = people.inputs.codes.relations
    columns["relation"] = _words([codes[name] for name in RELATIONS], links.relation[rows])
    return columns


def _number_of(people: Population, slots: Ints) -> pl.Series:
    numbers = np.where(slots == NOBODY, NONE, people.papers.number[np.maximum(slots, 0)])
    return _digits(numbers, people.inputs.synthetic_prefix, NUMBER_WIDTH)


def _parent_elsewhere(stretch: Stretch, rng: np.random.Generator, *, mother: bool) -> pl.Series:
    """Names for parents who are nobody in the register: given a generation before the child's."""
    people, rows = stretch.population, stretch.rows
    names, slots = people.names, people.slots
    group = names.group[rows].astype(np.int64)
    sex = np.full(len(rows), FEMALE if mother else MALE)
    years = birth_years(slots.birth[rows]) - PARENTS_YEARS_BEFORE
    style = people.book.styles(group, sex, years)
    surname = people.book.surnames.draw(rng, group) if mother else names.surname[rows]
    drawn = (people.book.middles.draw(rng, style), people.book.givens.draw(rng, style))
    fatherless = (slots.place[rows] >= FIRST_CHILD) & (not mother)
    unknown = fatherless | (rng.random(len(rows)) < PARENT_UNKNOWN)
    nothing = pl.repeat("", len(rows), dtype=pl.String, eager=True)
    return nothing.zip_with(pl.Series(unknown), _joined(people, surname, *drawn))


def _residence(stretch: Stretch) -> dict[str, pl.Series]:
    people, rows, homes = stretch.population, stretch.rows, stretch.homes
    places, inputs = people.places, people.inputs
    commune = _words([unit.code for unit in inputs.communes], people.slots.commune[rows])
    former = _words([unit.code for unit in places.old_map.units], places.former[homes])
    on_old_map = pl.Series(places.recorded_old[homes])
    versions = _words([inputs.version, inputs.older_version], places.recorded_old[homes])
    towns = [f"{unit.name}, {unit.district}, {inputs.province}" for unit in places.old_map.units]
    return {
        "commune": commune,
        "commune_recorded": former.zip_with(on_old_map, commune),
        "code_version": versions,
        "hamlet": _words(places.hamlet_names, places.hamlet[homes]),
        "address": _addresses(stretch),
        "birth_place": _words(towns, places.birth_place[rows]),
        "origin": _words(towns, places.origin[rows]),
    }


def _addresses(stretch: Stretch) -> pl.Series:
    """A house number in towns and for some in the country, where a hamlet is often all there is."""
    people, homes = stretch.population, stretch.homes
    urban = np.asarray([unit.urban for unit in people.inputs.communes])[
        people.slots.commune[stretch.rows]
    ]
    house = people.places.house[homes]
    frame = pl.DataFrame({"house": house, "shown": urban | (house % 5 == 0)})
    word = people.inputs.hamlets.house
    return frame.select(
        pl.when("shown").then(pl.format(f"{word} {{}}", "house")).otherwise(pl.lit(""))
    ).to_series()


def _life(stretch: Stretch) -> dict[str, pl.Series]:
    people, rows = stretch.population, stretch.rows
    state = people.slots.state[rows]
    dead = state == DEAD
    life = np.where(dead, 1, np.where(people.missing[rows], 2, 0))
    count = len(rows)
    return {
        "status": _words(["alive", "dead", "missing"], life),
        "death_date": _days(np.where(dead, people.slots.death[rows], NONE)),
        "religion": _words(people.religions, people.religion[rows]),
        "marital_status": pl.Series(people.kin.marital[rows]).cast(pl.String),
        "nationality": pl.repeat(COUNTRY, count, dtype=pl.String, eager=True),
        "blood_group": pl.repeat("", count, dtype=pl.String, eager=True),
    }


def _card(stretch: Stretch) -> dict[str, pl.Series]:
    people, rows = stretch.population, stretch.rows
    papers = people.papers
    issued = papers.issued[rows]
    numbers = np.where(issued == NONE, NONE, papers.number[rows])
    return {
        "card_number": _digits(numbers, people.inputs.synthetic_prefix, NUMBER_WIDTH),
        "card_issued": _days(issued),
        "card_expires": _days(papers.expires[rows]),
    }


def _words(words: list[str], places: Ints | Bools) -> pl.Series:
    return pl.Series(words, dtype=pl.String).gather(places.astype(np.int64))
