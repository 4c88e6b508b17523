"""Worklists: handed out as XLSX, read back; twice is harmless, what changed meanwhile is stale."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from openpyxl import Workbook, load_workbook

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.names import PersonName
from danso.modules.population import interface as population
from danso.modules.population.data import Correction, Grounds, NewPerson, Scope
from danso.modules.sources import interface as sources
from danso.modules.sources.data import RowOutcome, WorklistNotFound, WorklistOrder
from danso.modules.sources.interface import Decider
from danso.toolkit.platform import province
from danso.toolkit.tables import sheets
from tests.conftest import Database
from tests.modules.sources.conftest import POLICE, STEWARD

GROUNDS = Grounds(purpose="data-quality", file_code="KH-12")
KEY, ANSWER, VALUE = "B", "J", "K"


def enrol(commune: str, **changes: Any) -> UUID:
    """Somebody whose birth date lacks day and month."""
    given: dict[str, Any] = {
        "birth": PartialDate(1965),
        "sex": 1,
        "extra": {"hamlet": "Thôn 1", "nationality": "VN", "ethnicity": "01"},
    } | changes
    name = given.pop("name", "Lê Văn Núi")
    new = NewPerson(name=PersonName.parse(name), source="test", commune=commune, **given)
    return population.record_person(new, actor=STEWARD, grounds=GROUNDS)


@pytest.fixture
def make(fresh_db: Database, commune: str) -> Callable[..., UUID]:
    def made(measure: str = "birth_partial", hamlet: str | None = None) -> UUID:
        order = WorklistOrder(measure, commune, hamlet)
        return sources.make_worklist(order, actor=STEWARD, grounds=GROUNDS, communes=None)

    return made


def hand_out(key: UUID) -> Workbook:
    handed = sources.worklist_file(key, actor=STEWARD, grounds=GROUNDS, communes=None)
    return load_workbook(io.BytesIO(handed.content))


def packed(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def fill(book: Workbook, row: int, answer: str, value: str = "") -> bytes:
    sheet = book.worksheets[0]
    sheet[f"{ANSWER}{row}"] = answer
    sheet[f"{VALUE}{row}"] = value
    return packed(book)


def read(content: bytes, decider: Decider) -> list[RowOutcome]:
    return sources.read_worklist(content, decider=decider, grounds=GROUNDS)


def entries(database: Database, action: str) -> list[dict[str, Any]]:
    with psycopg.connect(database.dsn("owner")) as owner:
        rows = owner.execute("SELECT entry FROM audit_inbox WHERE kind = 1 ORDER BY id").fetchall()
    return [row for (text,) in rows if (row := json.loads(text))["action"] == action]


@pytest.mark.clause("I.A.2022.2", partly="cards are issued by the police's own system")
def test_answer_in_a_returned_sheet_changes_the_register_with_the_list_as_evidence(
    fresh_db: Database, make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    person = enrol(commune)
    key = make()
    assert [one.outcome for one in read(fill(hand_out(key), 2, "Sai", "21/03/1965"), police)] == [
        "applied"
    ]
    assert population.get_person(person).birth == "1965-03-21"
    change = population.history_of(person)[-1]
    assert (change.evidence, change.actor) == (f"worklist {key}", POLICE.id)
    answered = entries(fresh_db, "sources.worklist_answer")
    assert [(one["subject"], one["outcome"], one["file_code"]) for one in answered] == [
        (str(person), "wrong", "KH-12")
    ]
    assert "1965" not in json.dumps(answered)
    found = sources.get_worklist(key, None)
    assert (found.rows, found.answered, found.measure) == (1, 1, "birth_partial")


def test_the_same_sheet_twice_changes_nothing_more(
    make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    person = enrol(commune)
    content = fill(hand_out(make()), 2, "Sai", "21/03/1965")
    read(content, police)
    version = population.get_person(person).version
    assert [one.outcome for one in read(content, police)] == ["already"]
    assert population.get_person(person).version == version


def test_another_answer_to_an_answered_line_is_refused(
    make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    person = enrol(commune)
    book = hand_out(make())
    read(fill(book, 2, "Sai", "21/03/1965"), police)
    assert read(fill(book, 2, "Sai", "22/03/1965"), police) == [
        RowOutcome(2, "bad", "answered_otherwise")
    ]
    assert population.get_person(person).birth == "1965-03-21"


def test_what_changed_since_the_list_was_made_is_stale_and_left_alone(
    make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    person = enrol(commune)
    key = make()
    book = hand_out(key)
    population.correct_field(
        person, Correction("birth", "1966-01-01"), actor=STEWARD, grounds=GROUNDS
    )
    assert read(fill(book, 2, "Sai", "21/03/1965"), police) == [
        RowOutcome(2, "stale", "value_changed")
    ]
    assert population.get_person(person).birth == "1966-01-01"
    assert hand_out(key).worksheets[0].max_row == 1, "a stale line is not handed out again"


def test_a_change_of_another_field_leaves_the_line_good(
    make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    person = enrol(commune)
    book = hand_out(make())
    population.correct_field(person, Correction("sex", 2), actor=STEWARD, grounds=GROUNDS)
    assert read(fill(book, 2, "Sai", "21/03/1965"), police)[0].outcome == "applied"


def test_right_clears_the_flag_and_not_found_sets_one(
    make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    first, second = enrol(commune, name="Lê Thị Ao"), enrol(commune, name="Lê Thị Suối")
    for person in (first, second):
        population.mark_field(person, "sex", "unverified", actor=STEWARD, grounds=GROUNDS)
    book = hand_out(make("unverified"))
    fill(book, 2, "đúng")
    outcomes = read(fill(book, 3, "KHÔNG TÌM THẤY"), police)
    assert [one.outcome for one in outcomes] == ["applied", "applied"]
    assert population.get_person(first).flags == {}
    assert population.get_person(second).flags["permanent_place"] == "unverified"


def test_right_without_a_flag_is_only_kept(
    make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    person = enrol(commune)
    assert read(fill(hand_out(make()), 2, "Đúng"), police)[0].outcome == "confirmed"
    assert population.get_person(person).version == 0


def test_right_makes_a_record_that_nobody_vouched_for_living_again(
    make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    with clock.frozen(clock.now() - timedelta(days=900)):
        person = enrol(commune, birth=PartialDate(1965, 3, 21))
    book = hand_out(make("stale"))
    assert read(fill(book, 2, "Đúng"), police)[0].outcome == "confirmed"
    assert population.get_person(person).as_of == clock.today()
    assert population.history_of(person)[-1].action == "confirm_person"
    assert population.list_faulty("stale", commune) == ()


def test_codes_are_written_in_words(
    make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    person = enrol(commune, extra={"nationality": "VN"})
    book = hand_out(make("no_ethnicity"))
    assert read(fill(book, 2, "Sai", "mườngg"), police)[0].reason == "value_not_listed"
    assert read(fill(book, 2, "Sai", "thai"), police)[0].outcome == "applied"
    assert population.get_person(person).ethnicity == "03"


def test_very_old_person_who_died_is_recorded_dead(
    make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    person = enrol(commune, birth=PartialDate(1901, 1, 2))
    assert read(fill(hand_out(make("very_old")), 2, "Sai", "05/2015"), police)[0].outcome == (
        "applied"
    )
    found = population.get_person(person)
    assert (found.status, found.ended_on) == ("dead", "2015-05")


@pytest.mark.parametrize(
    ("answer", "value", "expected"),
    [
        ("", "", ("no_answer", "answer_missing")),
        ("", "21/03/1965", ("bad", "answer_missing")),
        ("có lẽ", "", ("bad", "answer_unknown")),
        ("Sai", "", ("bad", "value_missing")),
        ("Sai", "31/02/1965", ("bad", "date_day_range")),
    ],
)
def test_line_that_cannot_be_read_says_why_and_changes_nothing(
    make: Callable[..., UUID],
    commune: str,
    police: Decider,
    answer: str,
    value: str,
    expected: tuple[str, str],
) -> None:
    person = enrol(commune)
    outcome = read(fill(hand_out(make()), 2, answer, value), police)
    assert [(one.outcome, one.reason) for one in outcome] == [expected]
    assert population.get_person(person).version == 0


def test_bad_value_is_journaled_as_refused(
    fresh_db: Database, make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    enrol(commune)
    read(fill(hand_out(make()), 2, "Sai", "31/02/1965"), police)
    assert [one["outcome"] for one in entries(fresh_db, "sources.worklist_answer")] == [
        "refused:date_day_range"
    ]


def test_unknown_row_keys_and_other_communes_read_alike(
    make: Callable[..., UUID], commune: str, police: Decider
) -> None:
    enrol(commune)
    book = hand_out(make())
    elsewhere = replace(police, communes=(province().units.communes[1].code,))
    assert read(fill(book, 2, "Đúng"), elsewhere)[0].reason == "row_unknown"
    book.worksheets[0][f"{KEY}2"] = str(uuid4())
    assert read(fill(book, 2, "Đúng"), police)[0].reason == "row_unknown"
    book.worksheets[0][f"{KEY}2"] = "gõ nhầm"
    assert read(fill(book, 2, "Đúng"), police)[0].outcome == "unknown_row"


def test_a_steward_alone_does_not_decide(make: Callable[..., UUID], commune: str) -> None:
    person = enrol(commune)
    steward = Decider(STEWARD, frozenset({"steward"}), None)
    outcome = read(fill(hand_out(make()), 2, "Sai", "21/03/1965"), steward)
    assert outcome == [RowOutcome(2, "bad", "correction_not_yours")]
    assert population.get_person(person).birth == "1965"


def test_hamlet_limits_the_list(make: Callable[..., UUID], commune: str) -> None:
    enrol(commune)
    enrol(commune, name="Lê Văn Đồi", extra={"hamlet": "Thôn 2"})
    names = [row[2].value for row in hand_out(make(hamlet="Thôn 2")).worksheets[0].iter_rows()]
    assert names == ["Họ và tên", "Lê Văn Đồi"]


def test_each_person_handed_out_is_journaled(
    fresh_db: Database, make: Callable[..., UUID], commune: str
) -> None:
    person = enrol(commune)
    key = make()
    hand_out(key)
    (look,) = entries(fresh_db, "sources.worklist_row")
    assert look["subject"] == str(person)
    assert look["fields"] == ["full_name", "birth", "number", "permanent_place"]
    assert look["purpose"] == "data-quality"


def test_list_of_another_commune_is_not_there(make: Callable[..., UUID], commune: str) -> None:
    enrol(commune)
    key = make()
    other = (province().units.communes[1].code,)
    with pytest.raises(WorklistNotFound):
        sources.worklist_file(key, actor=STEWARD, grounds=GROUNDS, communes=other)
    assert sources.list_worklists(other) == []
    order = WorklistOrder("birth_partial", commune)
    with pytest.raises(InvalidValue, match="Nobody"):
        sources.make_worklist(order, actor=STEWARD, grounds=GROUNDS, communes=other)


def test_protected_person_is_never_handed_out(make: Callable[..., UUID], commune: str) -> None:
    person = enrol(commune)
    key = make()
    guardian = Scope(sees_protected=True)
    population.protect(person, actor=STEWARD, grounds=GROUNDS, scope=guardian)
    assert hand_out(key).worksheets[0].max_row == 1


def test_cell_that_looks_like_a_formula_is_text(make: Callable[..., UUID], commune: str) -> None:
    enrol(commune, extra={"hamlet": "=1+1", "address": '=HYPERLINK("http://x")'})
    book = hand_out(make())
    assert all(cell.data_type != "f" for row in book.worksheets[0].iter_rows() for cell in row)


def test_harmless_keeps_formulas_from_running_even_after_csv() -> None:
    content = sheets.write("t", [sheets.Column("A", 9)], [["=1+1"], ["@x"], ["+84"], ["an"]])
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    values = [sheet[f"A{row}"] for row in range(2, 6)]
    assert [cell.value for cell in values] == ["'=1+1", "'@x", "'+84", "an"]
    assert {cell.data_type for cell in values} == {"s"}
    assert [line.cells["A"] for line in sheets.read(content, ["A"])] == ["=1+1", "@x", "+84", "an"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for part in range(4):
            package.writestr(f"xl/worksheets/sheet{part}.xml", b"0" * (20 * 1024 * 1024))
    assert len(target.getvalue()) < sheets.MAX_BYTES
    with pytest.raises(InvalidValue) as refused:
        sheets.read(target.getvalue(), ["A"])
    assert refused.value.code == "sheet_bomb"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"STT;ten\n1;x\n", "sheet_unreadable"),
        (b"PK\x03\x04 half written", "sheet_unreadable"),
        (b"x" * (sheets.MAX_BYTES + 1), "sheet_too_large"),
        (packed(Workbook()), "sheet_headings"),
    ],
)
def test_what_is_no_worklist_is_refused_with_a_next_step(content: bytes, code: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        sheets.read(content, ["Mã dòng"])
    assert refused.value.code == code
    assert refused.value.fix


def test_too_many_lines_are_refused() -> None:
    rows = [[str(number)] for number in range(sheets.MAX_ROWS + 1)]
    content = sheets.write("t", [sheets.Column("A", 9)], rows)
    with pytest.raises(InvalidValue) as refused:
        sheets.read(content, ["A"])
    assert refused.value.code == "sheet_too_long"


def test_dates_and_numbers_that_a_spreadsheet_made_are_read_as_written() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Mã dòng", "Giá trị đúng"])
    in_a_cell = datetime(1965, 3, 21)
    sheet.append(["a", in_a_cell])
    sheet.append(["b", 1965.0])
    lines = sheets.read(packed(book), ["Mã dòng", "Giá trị đúng"])
    assert [line.cells["Giá trị đúng"] for line in lines] == ["21/03/1965", "1965"]


def test_card_list_names_who_needs_a_card_and_journals_each(
    fresh_db: Database, commune: str
) -> None:
    person = enrol(commune, birth=PartialDate(1984, 3, 21))
    made = sources.card_list_file(
        commune, hamlet=None, actor=STEWARD, grounds=GROUNDS, communes=(commune,)
    )
    sheet = load_workbook(io.BytesIO(made.content)).worksheets[0]
    assert [cell.value for cell in sheet[2]][1:5] == [
        "Lê Văn Núi", "21/03/1984", "Thôn 1", "Chưa có thẻ",
    ]  # fmt: skip
    assert [one["subject"] for one in entries(fresh_db, "sources.card_list_row")] == [str(person)]
    other = sources.card_list_file(
        commune, hamlet=None, actor=STEWARD, grounds=GROUNDS, communes=("00000",)
    )
    assert other.rows == 0
