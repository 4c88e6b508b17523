"""Hosted registers: what a description may say, and what is told when it says too much."""

from __future__ import annotations

import pytest

from danso.catalogue import CatalogueError, Province, read_register
from danso.catalogue.shapes.hosted import Choice
from danso.kernel.errors import NotFound
from tests.catalogue.conftest import Break

FILE = "registers/saucers.yaml"
WRONG = [
    ("code: saucers", "code: plates", "the file is called"),
    ("owner: cup-office", "owner: mug-office", "no agency"),
    ("owner: cup-office", "owner: saucer-office", "ended on"),
    ("database: kettles", "database: pots", "not known under database"),
    ("retention: quarantine", "retention: ever", "not known under retention"),
    ("purposes: [tea-watch]", "purposes: [tea-service]", "no officer may look"),
    ("cites: [U.1]", "cites: [U.7]", "no clause"),
    ("people: required", "people: optional", "would have no name"),
    ("code: held_until,", "code: held_from,", "the field held_from stands twice"),
    ("code: depth,", "code: number,", "its number already"),
    ("not_before: held_from", "not_before: held_until", "no other field"),
    ("{field: shape, is_one_of", "{field: shade, is_one_of", "no other field"),
    ('pattern: "^[A-Z]{3}$"', 'pattern: "^[A-Z{3}$"', "no regular expression"),
    ('pattern: "^[A-Z]{3}$"', 'pattern: "^(?=A)[A-Z]{3}$"', "no regular expression"),
    ("{code: deep, vi: Sâu", "{code: flat, vi: Sâu", "the choice flat stands twice"),
    ("once: [shape]", "once: [size]", "no field of it"),
    ("field: shape, since", "field: size, since", "no field of it"),
    ("code: saucer,", "code: warm_kettle,", "another one's code"),
    ("code: saucer,", "code: full_name,", "another one's code"),
    ("purposes: [tea-service]}", "purposes: [tea-tasting]}", "may not read the database"),
    ("field: shape, since", "field: secret_mark, since", "less sensitive than its field"),
    ("kind: amount,", "kind: code,", "either its choices or a code_list"),
    ("version: 1", "version: 0", "greater than 0"),
    ("prefix: DIA", "prefix: d1", "should match pattern"),
]


@pytest.mark.parametrize(("old", "new", "words"), WRONG)
def test_what_is_wrong_with_a_register_is_told(
    breaking: Break, old: str, new: str, words: str
) -> None:
    found = [fault for fault in breaking(FILE, old, new) if fault.file == FILE]
    assert any(words in fault.wrong for fault in found), found
    assert all(fault.fix and fault.line >= 1 for fault in found)


def test_a_sensitive_fact_needs_a_database_that_says_who_may_read_it(breaking: Break) -> None:
    assert breaking(FILE, "database: kettles\n", "") == ()
    held = "until: held_until, sensitivity: "
    found = breaking(FILE, held + "basic", held + "sensitive")
    assert [fault.wrong for fault in found] == [
        "the fact saucer is sensitive and the register names no database"
    ]


def test_a_source_that_follows_must_tell_what_the_register_told(breaking: Break) -> None:
    found = breaking("sources/kettles.yaml", "retention:", "follows_register: saucers\nretention:")
    assert any("does not tell saucer to all who read it" in fault.wrong for fault in found)


def test_what_registers_tell_may_be_agreed_on_like_what_sources_tell(teahouse: Province) -> None:
    assert teahouse.facts["saucer"].until == "held_until"
    assert set(teahouse.facts_for("tea-service")) == {"saucer", "warm_kettle"}
    assert teahouse.register("saucers").by_code["depth"].at_most == 9
    with pytest.raises(NotFound):
        teahouse.register("plates")


def test_the_three_real_ones_are_sound_and_say_how_sure_they_are(thanh_hoa: Province) -> None:
    assert {"social-assistance", "commune-legal-aid", "digital-teams"} <= set(thanh_hoa.registers)
    for register in thanh_hoa.registers.values():
        assert register.facts, register.code
        assert register.listed, register.code
        assert {"II.2.8", "I.D.2022.1"} <= set(register.cites)
        assert {field.basis for field in register.fields} - {"law"}


@pytest.mark.parametrize("text", ["a: " + "[" * 60_000 + "]" * 60_000, "a: " + "x" * 100_000])
def test_a_typed_register_of_no_sane_size_is_told_so(teahouse: Province, text: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_register(text, teahouse, {})
    assert [fault.item for fault in caught.value.faults] == ["the file"]


@pytest.mark.parametrize(("age", "fits"), [(2, False), (3, True), (15, True), (16, False)])
def test_choice_is_said_only_of_people_of_its_ages(age: int, fits: bool) -> None:
    school = {"code": "1", "vi": "Trẻ đi học", "en": "Pupil", "ages": {"youngest": 3, "oldest": 15}}
    assert Choice.model_validate(school).is_for(age) is fits
    assert Choice.model_validate(school | {"ages": None}).is_for(age)
