"""What a worklist tells whoever carries it from door to door, and the answers it refuses."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from openpyxl import load_workbook

from danso.kernel import clock
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.sources import interface as sources
from danso.modules.sources.data import RowOutcome
from danso.modules.sources.engine.wording import stored_text
from danso.modules.sources.interface import Decider
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.modules.sources.conftest import STEWARD
from tests.modules.sources.test_worklists import (
    GROUNDS,
    enrol,
    entries,
    fill,
    hand_out,
    make,  # noqa: F401
    packed,
    read,
)


def test_right_about_an_empty_value_is_refused_and_the_line_stays(
    make: Callable[..., UUID],  # noqa: F811
    commune: str,
    police: Decider,
) -> None:
    enrol(commune, extra={"hamlet": "Thôn 1", "nationality": "VN"})
    key = make("no_ethnicity")
    book = hand_out(key)
    assert read(fill(book, 2, "Đúng"), police) == [RowOutcome(2, "bad", "value_empty")]
    assert sources.get_worklist(key, None).answered == 0
    assert [one.outcome for one in read(fill(book, 2, "Sai", "Kinh"), police)] == ["applied"]


def test_the_sheet_says_whose_door_to_knock_at(
    fresh_db: Database,
    make: Callable[..., UUID],  # noqa: F811
    commune: str,
) -> None:
    given = {"hamlet": "Thôn 3", "address": "Số nhà 5", "nationality": "VN", "ethnicity": "01"}
    enrol(commune, number="099165000017", extra=given)
    sheet = hand_out(make()).worksheets[0]
    assert [sheet[f"{column}2"].value for column in "EFG"] == ["0017", "Thôn 3", "Số nhà 5"]
    assert "099165000017" not in [cell.value for cell in sheet[2]]
    (row,) = entries(fresh_db, "sources.worklist_row")
    assert row["fields"] == ["full_name", "birth", "number", "permanent_place"]


def test_a_purpose_without_number_and_place_hands_out_neither(
    fresh_db: Database,
    make: Callable[..., UUID],  # noqa: F811
    commune: str,
) -> None:
    enrol(commune, number="099165000017")
    narrow = replace(GROUNDS, purpose="none-such")
    handed = sources.worklist_file(make(), actor=STEWARD, grounds=narrow, communes=None)
    sheet = load_workbook(io.BytesIO(handed.content)).worksheets[0]
    assert [sheet[f"{column}2"].value for column in "EFG"] == [None, None, None]
    (row,) = entries(fresh_db, "sources.worklist_row")
    assert row["fields"] == ["full_name", "birth"]


def test_a_sheet_handed_out_before_the_address_stood_on_it_is_still_read(
    make: Callable[..., UUID],  # noqa: F811
    commune: str,
    police: Decider,
) -> None:
    person = enrol(commune)
    book = hand_out(make())
    book.worksheets[0].delete_cols(5, 3)
    sheet = book.worksheets[0]
    sheet["G2"], sheet["H2"] = "Sai", "21/03/1965"
    assert [one.outcome for one in read(packed(book), police)] == ["applied"]
    assert population.get_person(person).birth == "1965-03-21"


@pytest.mark.parametrize(("days", "said"), [(-1, "đã hết hạn"), (0, "còn hiệu lực")])
def test_a_card_past_its_last_day_is_not_said_to_be_valid(days: int, said: str) -> None:
    expires = clock.today() + timedelta(days=days)
    held = PersonRecord(UUID(int=0), "", clock.today(), clock.now(), "")
    card = replace(held, card_kind="cccd", card_expires=expires, card_status="valid")
    assert stored_text(province(), "card", card).endswith(said)
    lost = replace(card, card_status="lost")
    assert stored_text(province(), "card", lost).endswith("đã báo mất")
