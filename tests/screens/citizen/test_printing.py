"""The one A4: for the holder, and at the counter for whoever is there."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from danso.modules.population import interface as population
from danso.modules.population.data import Scope
from danso.screens.citizen import paper as making
from danso.screens.citizen.held import held_about
from danso.screens.citizen.look_lines import LookLine
from tests.conftest import Database
from tests.eid_world import CLERK, GROUNDS, NAME, NUMBER, birth_of, citizen
from tests.officers import journal, sign_in
from tests.screens.citizen.test_my_data import tell

COUNTER = "/cua-toi/tai-quay/"


def pages_of(pdf: bytes) -> int:
    found = re.findall(rb"/Type\s*/Pages.*?/Count (\d+)", pdf, re.DOTALL)
    assert found, "no page tree"
    return max(int(one) for one in found)


def given(**changes: str) -> dict[str, str]:
    asked = {"number": NUMBER, "full_name": NAME, "asks": "holder", "seen": "on"}
    return asked | birth_of() | changes


def test_the_holder_prints_one_page_and_that_is_noted(
    mine: Client, person: UUID, fresh_db: Database
) -> None:
    for number in range(30):
        tell(person, "insurance", f"fact_{number}", "x" * 60)
    answer = mine.get("/cua-toi/ban-in.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store, private"
    assert pages_of(answer.content) == 1
    (row,) = [one for one in journal(fresh_db) if one.action == "citizen.paper"]
    assert row.subject == str(person)


def test_the_paper_says_what_it_leaves_out(person: UUID) -> None:
    for number in range(30):
        tell(person, "insurance", f"fact_{number}", "v", until=None)
    lines: list[LookLine] = []
    page: dict[str, Any] = making._page(held_about(person, [person]), lines, 12)
    assert (page["facts_total"], len(page["facts"])) == (30, making.MOST)
    assert (page["looks_total"], page["looks"]) == (12, [])
    assert (dict(page["held"])["Ngày, tháng, năm sinh"]) == "03/02/1984"


def test_whoever_stands_at_the_counter_gets_it_and_it_is_noted(
    fresh_db: Database, client: Client
) -> None:
    person = citizen()
    officer = sign_in(client, "provincial_police")
    answer = client.post(COUNTER, given())
    assert answer["Content-Type"] == "application/pdf"
    (row,) = [one for one in journal(fresh_db) if one.action == "citizen.paper"]
    assert (row.subject, row.actor) == (str(person), str(officer.id))
    assert row.detail == {"for": "holder", "way": "typed"}


def test_by_proxy_only_with_a_mandate_which_stays_on_record(
    fresh_db: Database, client: Client
) -> None:
    citizen()
    sign_in(client, "provincial_police")
    refused = client.post(COUNTER, given(asks="proxy"))
    assert "Ghi văn bản nào cho phép nhận thay." in refused.content.decode()
    named = client.post(COUNTER, given(asks="proxy", mandate=f"giấy của {NUMBER}"))
    assert "Đây giống số của một người" in named.content.decode()
    answer = client.post(COUNTER, given(asks="proxy", mandate="UQ 12/2026 UBND xã Mẫu"))
    assert answer["Content-Type"] == "application/pdf"
    (row,) = [one for one in journal(fresh_db) if one.action == "citizen.paper"]
    assert row.detail == {"for": "proxy", "way": "typed"}


@pytest.mark.parametrize(
    "changes",
    [
        {"full_name": "Nguyễn Thị Suối"},
        {"birth-day": "4"},
        {"number": "099084000999"},
    ],
)
def test_a_wrong_name_day_or_number_are_told_apart_by_nobody(
    fresh_db: Database, client: Client, changes: dict[str, str]
) -> None:
    citizen()
    sign_in(client, "provincial_police")
    page = client.post(COUNTER, given(**changes)).content.decode()
    assert "không khớp một người còn sống nào" in page
    assert not [one for one in journal(fresh_db) if one.action == "citizen.paper"]


CARD = f"{NUMBER}||{NAME}|03021984|Nữ|Thôn 1, Xã Mẫu, Tỉnh Mẫu|01052022"


def test_the_cards_qr_is_read_instead_of_typing(fresh_db: Database, client: Client) -> None:
    citizen()
    sign_in(client, "provincial_police")
    asked = {"number": CARD, "asks": "holder", "seen": "on"}
    assert client.post(COUNTER, asked)["Content-Type"] == "application/pdf"
    (row,) = [one for one in journal(fresh_db) if one.action == "citizen.paper"]
    assert row.detail == {"for": "holder", "way": "card_qr"}


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (CARD.replace("01052022", "02052022"), "không khớp một người còn sống nào"),
        (CARD.replace("Sông", "Suối"), "không khớp một người còn sống nào"),
        ("1|2|3", "Đây không phải nội dung"),
        (NUMBER, "Không quét thẻ thì phải nhập ô này."),
    ],
)
def test_a_card_of_another_day_name_or_none_gives_no_paper(
    fresh_db: Database, client: Client, number: str, said: str
) -> None:
    citizen()
    sign_in(client, "provincial_police")
    page = client.post(COUNTER, {"number": number, "asks": "holder", "seen": "on"})
    assert said in page.content.decode()
    assert not [one for one in journal(fresh_db) if one.action == "citizen.paper"]


def test_protected_people_are_nobody_at_the_counter(fresh_db: Database, client: Client) -> None:
    person = citizen()
    population.protect(person, actor=CLERK, grounds=GROUNDS, scope=Scope(sees_protected=True))
    sign_in(client, "provincial_police")
    page = client.post(COUNTER, given()).content.decode()
    assert "không khớp một người còn sống nào" in page


def test_only_police_print_for_others(client: Client, fresh_db: Database) -> None:
    for role in ("steward", "auditor", "operator"):
        sign_in(client, role)
        assert client.get(COUNTER).status_code == 403, role
