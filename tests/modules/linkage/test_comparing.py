"""What matching makes of records that say less, or something else, than the register."""

from __future__ import annotations

from pathlib import Path

import pytest

from danso.kernel.errors import InvalidValue
from danso.modules.linkage.engine.comparing import COMPARISONS
from danso.modules.linkage.engine.model import Model, default_model, read_model
from tests.modules.linkage.sides import Decided, decide, row, workspace

NAME = "Trương Quý Khoát"
BIRTH = "1972-05-23"
NUMBER = "099072000015"
OLD = "990000015"
WHOLE = {"number": NUMBER, "old_number": OLD}
LINKED = {
    "nothing is wrong": row("r", NAME, BIRTH, **WHOLE),
    "the number alone is missing": row("r", NAME, BIRTH),
    "tone marks are lost": row("r", "Truong Quy Khoat", BIRTH),
    "the middle name is lost": row("r", "Trương Khoát", BIRTH),
    "the given name stands first": row("r", "Khoát Trương Quý", BIRTH),
    "a letter is wrong": row("r", "Trương Quý Khoạc", BIRTH),
    "day and month are turned": row("r", NAME, "1972-05-23"[:5] + "05-23"),
    "a digit of the day is wrong": row("r", NAME, "1972-05-28"),
    "a digit of the year is wrong": row("r", NAME, "1977-05-23"),
    "the commune is missing": row("r", NAME, BIRTH, commune=""),
    "they live elsewhere": row("r", NAME, BIRTH, commune="00077"),
    "a digit of the number is wrong": row("r", NAME, BIRTH, number="099072000018"),
    "only the year, with the number": row("r", NAME, "1972", number=NUMBER),
    "only the year, with the 9-digit number": row("r", NAME, "1972", old_number=OLD),
    "a filler day, with the number": row("r", NAME, "1972-01-01", number=NUMBER),
}


PEOPLE = [
    row("p", NAME, BIRTH, **WHOLE),
    row("fits-1", "Lường Bá Nghiêm", "1960-04-05", old_number="990000022"),
    row("fits-2", "Lường Bá Nghiêm", "1960-04-05", old_number="990000022"),
    row("father", "Cao Thế Khôi", "1950-02-03"),
    row("son", "Cao Thế Khôi", "1975-08-09"),
    row("twin-an", "Tống Duy An", "2001-10-11"),
    row("twin-on", "Tống Duy Ơn", "2001-10-11"),
    row("half-1", "Quách Quý Nhượng", "1988-07-06"),
    row("half-2", "Quách Phú Nhượng", "1988-07-06"),
    row("common", "Lê Văn Hòa", "1966-06-24"),
    row("rare", "Ngân Hà Vĩ", "1966-06-24"),
]
RECORDS = [
    *({**record, "key": what} for what, record in LINKED.items()),
    row("number of another", "Cầm Bá Lai", "1990-11-02", number=NUMBER),
    row("fits two", "Lường Bá Nghiêm", "1960-04-05"),
    row("fits two by number", "Lường Bá Nghiêm", "1960-04-05", old_number="990000022"),
    row("son by year", "Cao Thế Khôi", "1975"),
    row("father by day", "Cao Thế Khôi", "1950-02-03"),
    row("a twin", "Tống Duy Ơn", "2001-10-11"),
    row("half a twin's name", "Quách Nhượng", "1988-07-06"),
    row("stranger", "Cầm Bá Lai", "1991-12-03", commune="00099"),
    row("says nothing", "", "", sex="", commune=""),
    row("common name", "Lê Văn Hòa", "1966-06-24"),
    row("rare name", "Ngân Hà Vĩ", "1966-06-24"),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Decided]:
    with workspace(tmp_path_factory.mktemp("sides"), PEOPLE, RECORDS) as made:
        return decide(made)


@pytest.mark.parametrize("what", LINKED)
def test_a_record_that_still_says_who_it_is_is_linked(found: dict[str, Decided], what: str) -> None:
    assert (found[what].band, found[what].person) == ("linked", "p")


def test_a_number_alone_proves_nothing(found: dict[str, Decided]) -> None:
    assert found["number of another"].band != "linked"


@pytest.mark.parametrize("what", ["fits two", "fits two by number"])
def test_two_people_whom_a_record_fits_alike_go_to_a_clerk(
    found: dict[str, Decided], what: str
) -> None:
    assert (found[what].band, found[what].reason) == ("clerk", "several")


def test_father_and_son_of_one_name_are_told_apart_by_the_year(found: dict[str, Decided]) -> None:
    assert found["son by year"].person == "son"
    assert (found["father by day"].band, found["father by day"].person) == ("linked", "father")


def test_twins_are_told_apart_by_the_name(found: dict[str, Decided]) -> None:
    assert (found["a twin"].band, found["a twin"].person) == ("linked", "twin-on")


def test_a_twin_whose_name_is_half_lost_is_a_clerk_s(found: dict[str, Decided]) -> None:
    assert found["half a twin's name"].band == "clerk"


def test_nobody_is_found_for_a_stranger_and_for_a_record_that_says_nothing(
    found: dict[str, Decided],
) -> None:
    assert (found["stranger"].band, found["stranger"].reason) == ("not_found", "nobody")
    assert (found["says nothing"].person, found["says nothing"].reason) == (None, "empty")


def test_agreeing_on_a_common_name_says_less_than_on_a_rare_one(found: dict[str, Decided]) -> None:
    rare, common = found["rare name"].weight, found["common name"].weight
    assert rare is not None
    assert common is not None
    assert rare > common + 1


def test_every_record_is_decided_once(found: dict[str, Decided]) -> None:
    assert sorted(found) == sorted(record["key"] for record in RECORDS)


def test_a_model_is_kept_as_text_and_read_back(tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(default_model().as_text(), encoding="utf-8")
    assert read_model(file) == default_model()


@pytest.mark.parametrize(
    ("old", "new"),
    [("{", ""), ('"version": 1', '"version": 9'), ("tones_lost", "tunes_lost"), ("prior", "odds")],
)
def test_what_is_no_model_is_refused(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "model.json"
    file.write_text(default_model().as_text().replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidValue) as caught:
        read_model(file)
    assert caught.value.code == "model_unreadable"


def test_agreeing_always_weighs_more_than_differing() -> None:
    model: Model = default_model()
    for name, (_, levels) in COMPARISONS.items():
        odds = model.odds[name]
        best, worst = odds[levels[0].code], odds[levels[-1].code]
        assert best.m / best.u > worst.m / worst.u, name
