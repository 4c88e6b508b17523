"""Sources: what a description may say, and what is told when it says too much or too little."""

from __future__ import annotations

from pathlib import Path

import pytest

from danso import catalogue
from danso.catalogue import Province
from danso.kernel.errors import NotFound
from tests.catalogue.conftest import Break

FILE = "sources/kettles.yaml"
SCHEDULE = 'schedule: {every: day, at: "02:00"}'
WRONG = [
    ("code: kettles", "code: pots", "the file is called"),
    ("database: kettles", "database: pots", "no database"),
    ("database: kettles", "database: cups", "is closed: nobody may be matched"),
    ("database: kettles", "database: cups", "is closed: it tells nothing"),
    ("owner: kettle-office", "owner: mug-office", "no agency"),
    ("owner: kettle-office", "owner: saucer-office", "ended on"),
    ("retention: quarantine", "retention: ever", "no rule of retention"),
    ("key: kettle", "key: keeper", "no required field"),
    ("key: kettle", "key: spout", "no required field"),
    ('pattern: "^K[0-9]+$"', 'pattern: "^K[0-9+$"', "no regular expression"),
    ("code_list: sex", "code_list: shoe", "no code list"),
    ("term: birth", "term: full_name", "the term full_name stands twice"),
    ("code: born,", "code: keeper,", "the field keeper stands twice"),
    ("until: warm_until", "until: cold_until", "no field of it"),
    ("code: warm_kettle", "code: full_name", "another one's code"),
    (
        "purposes: [tea-service, tea-dispute]",
        "purposes: [tea-tasting]",
        "may not read the database",
    ),
    (
        "transport: {kind: file, formats: [csv], holds: everything}",
        "transport: {kind: sql, engine: postgresql, table: K, changed: WHEN, by: number}",
        "no field comes from WHEN",
    ),
    ("kind: code, code_list: sex,", "kind: code,", "code_list"),
    ("cites: [U.1]", "cites: [U.7]", "no clause"),
    ("cites: [U.1]", "cites: [U.2]", "U.2 is no clause of kettles"),
    ("rhythm_days: 7", "rhythm_days: 0", "greater than 0"),
    ("database: kettles", "part: spouts\ndatabase: kettles", "no part of kettles"),
    ("database: kettles", "about: thing\ndatabase: kettles", "nobody is matched by it"),
    ("database: kettles", "about: statistics\ndatabase: kettles", "tells nothing of a person"),
    ("identifies: [number]", "identifies: [paw]", "paw is no identifier of kettles"),
    ("identifies: [number], ", "", "knows its people by number, no field is it"),
    ("owner: kettle-office", 'owner: "00000"', "no agency and no commune"),
    (
        "required: true, basis: law, sensitivity: basic",
        "required: true, basis: law, sensitivity: secret",
        "less sensitive than its field",
    ),
    ("required: true,", "required: true, purposes: [tea-tasting],", "may not read the database"),
    ("required: true,", "required: true, purposes: [tea-house],", "may not read the field"),
    ("facts:", "orders: [{first: born, then: kettle}]\nfacts:", "kettle is no date of it"),
    (
        "facts:",
        "orders: [{first: born, then: warm_until}, {first: warm_until, then: born}]\nfacts:",
        "in a circle",
    ),
    ("facts:", "ends: {field: keeper}\nfacts:", "keeper is no date of it"),
    (
        "facts:",
        "keeps_the_dead: true\nends: {field: warm_until}\nfacts:",
        "nobody asks when its rows end",
    ),
    ("rhythm_days: 7", "rhythm_days: 7\nwho: {are: dead}", "it does not keep them"),
    ("code: warm_until,", "code: life,", "stands for whether a person lives"),
    ("code: warm_kettle,", "code: keeper, several: one,", "the field keeper says who the"),
    (SCHEDULE, "schedule: {every: week}", "needs its day, 1 to 7"),
    (SCHEDULE, "schedule: {every: month, day: 32}", "1 to 31"),
    (SCHEDULE, "schedule: {every: day, day: 3}", "has no day"),
    (SCHEDULE, 'schedule: {every: day, at: "24:00"}', "pattern"),
    ("rhythm_days: 7", "rhythm_days: 7\nwho: {ages: {youngest: 9, oldest: 8}}", "are younger"),
    ("kind: date, basis", "kind: date, least: 1, basis", "belong to an amount"),
    ("required: true,", "required: true, not_future: true,", "belongs to a date"),
    ("kind: date, basis", "kind: amount, least: 2, most: 1, basis", "below least"),
]


@pytest.mark.parametrize(("old", "new", "words"), WRONG)
def test_what_is_wrong_with_a_source_is_told(
    breaking: Break, old: str, new: str, words: str
) -> None:
    found = [fault for fault in breaking(FILE, old, new) if fault.file == FILE]
    assert any(words in fault.wrong for fault in found), found
    assert all(fault.fix and fault.line >= 1 for fault in found)


def test_a_source_by_which_nobody_could_be_matched_is_told(breaking: Break) -> None:
    breaking(FILE, "term: birth, ", "")
    found = breaking(FILE, "term: number, ", "")
    assert any("nobody can be matched" in fault.wrong for fault in found)


def test_a_locked_source_says_and_tells_nothing_of_people(breaking: Break) -> None:
    found = breaking(FILE, "basis: assumed\ncites", "locked: true\nbasis: assumed\ncites")
    wrong = " ".join(fault.wrong for fault in found)
    assert "it is locked: nobody may be matched through it" in wrong
    assert "it is locked: it tells nothing" in wrong


def test_purposes_of_the_whole_are_a_locked_sources_and_within_its_database(
    breaking: Break,
) -> None:
    found = breaking(
        FILE, "basis: assumed\ncites", "purposes: [tea-service]\nbasis: assumed\ncites"
    )
    assert any("a locked source's" in fault.wrong for fault in found)
    found = breaking(
        FILE, "purposes: [tea-service]\nbasis", "purposes: [tea-tasting, tea-magic]\nbasis"
    )
    assert any("may not read the database" in fault.wrong for fault in found)
    assert any("tea-magic is no purpose" in fault.wrong for fault in found)


def test_a_number_alone_is_enough_to_be_matched(breaking: Break) -> None:
    assert not breaking(FILE, "term: birth, ", "")


def test_a_commune_may_keep_a_source(breaking: Break, folder: Path) -> None:
    commune = catalogue.load(folder).units.communes[0]
    assert not breaking(FILE, "owner: kettle-office", f'owner: "{commune.code}"')
    province = catalogue.load(folder)
    assert province.owner(province.source("kettles")).vi == commune.name


def test_a_source_about_things_needs_nobody(breaking: Break) -> None:
    breaking(FILE, "database: kettles", "about: thing\ndatabase: kettles")
    breaking(FILE, "subscribes: [number, full_name, birth, permanent_place]\n", "")
    for term in ("full_name", "birth", "sex", "number"):
        found = breaking(FILE, f"term: {term}, ", "")
    assert {fault.wrong for fault in found} == {"it is about a thing: it tells nothing of a person"}


def test_a_source_is_found_with_its_facts_and_terms(teahouse: Province) -> None:
    source = teahouse.source("kettles")
    assert source.terms["full_name"].code == "keeper"
    assert teahouse.facts["warm_kettle"].until == "warm_until"
    with pytest.raises(NotFound):
        teahouse.source("pots")


def test_the_real_ones_are_sound_and_marked_where_assumed(thanh_hoa: Province) -> None:
    assert {"insurance", "civil-status", "tax"} <= set(thanh_hoa.sources)
    for source in thanh_hoa.sources.values():
        assert source.due == thanh_hoa.database(source.database).due
