"""Sources: what a description may say, and what is told when it says too much or too little."""

from __future__ import annotations

import pytest

from danso.catalogue import Province
from danso.kernel.errors import NotFound
from tests.catalogue.conftest import Break

FILE = "sources/kettles.yaml"
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
    ("purposes: [tea-service]", "purposes: [tea-tasting]", "may not read the database"),
    (
        "transport: {kind: file, formats: [csv], holds: everything}",
        "transport: {kind: sql, engine: postgresql, table: K, changed: WHEN, by: number}",
        "no field comes from WHEN",
    ),
    ("kind: code, code_list: sex,", "kind: code,", "code_list"),
    ("cites: [U.1]", "cites: [U.7]", "no clause"),
    ("rhythm_days: 7", "rhythm_days: 0", "greater than 0"),
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


def test_a_source_is_found_with_its_facts_and_terms(teahouse: Province) -> None:
    source = teahouse.source("kettles")
    assert source.terms["full_name"].code == "keeper"
    assert teahouse.facts["warm_kettle"].until == "warm_until"
    with pytest.raises(NotFound):
        teahouse.source("pots")


def test_the_real_ones_are_sound_and_marked_where_assumed(thanh_hoa: Province) -> None:
    assert {"insurance", "civil-status", "tax"} <= set(thanh_hoa.sources)
    for source in thanh_hoa.sources.values():
        assert source.facts, source.code
        assert source.due == thanh_hoa.database(source.database).due
