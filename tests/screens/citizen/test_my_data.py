"""What citizens see of themselves, what the law hides even from them, and that looking is noted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from danso.kernel import clock
from danso.modules.population import interface as population
from danso.modules.population.data import Move, Scope
from danso.modules.sources.models import Fact
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.eid_world import CLERK, GROUNDS, NAME, NUMBER, account_of, citizen
from tests.officers import journal, sign_in

HERE = "/cua-toi/du-lieu/"


def tell(person: UUID, source: str, kind: str, value: str, **more: Any) -> None:
    """As if a source had told it."""
    Fact.objects.create(
        person=person,
        source=source,
        kind=kind,
        record="R1",
        value=value,
        as_of=clock.now(),
        quality=more.pop("quality", "good"),
        **more,
    )


def page_of(client: Client) -> str:
    answer = client.get(HERE)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_register_and_sources_are_shown_with_owner_and_quality(
    mine: Client, person: UUID
) -> None:
    over = clock.today() - timedelta(days=3)
    tell(person, "social-assistance-system", "social_assistance", "6", quality="unverified")
    tell(person, "insurance", "health_insurance", "DN4380012345678", until=over)
    population.mark_field(person, "birth", "unverified", actor=CLERK, grounds=GROUNDS)
    page = page_of(mine)
    for words in (NAME, NUMBER, "03/02/1984", "Căn cước", "chưa xác minh", "đã hết hạn"):
        assert words in page, words
    for code in ("social-assistance-system", "insurance"):
        source = province().source(code)
        assert source.vi in page
        assert province().agencies[source.owner].vi in page
    group = province().code_list("assistance-group").label("6")
    assert group in page, "a code of a list is said in words"


def test_the_look_is_noted_as_ones_own_with_what_was_shown(
    mine: Client, person: UUID, fresh_db: Database
) -> None:
    tell(person, "insurance", "health_insurance", "DN4380012345678")
    page_of(mine)
    (row,) = [one for one in journal(fresh_db) if one.action == "citizen.my_data"]
    assert (row.subject, row.actor) == (str(person), str(account_of(person).pk))
    assert row.outcome == "shown"


def test_nothing_tells_of_an_investigation_or_of_a_locked_source(
    mine: Client, person: UUID
) -> None:
    before = page_of(mine)
    population.mark_field(person, "sex", "under_investigation", actor=CLERK, grounds=GROUNDS)
    for code in ("preventive-measures", "complaints-denunciations-anticorruption"):
        assert province().is_locked(code)
        tell(person, code, "anything", "secret")
    after = page_of(mine)
    assert "secret" not in after
    assert without_tokens(after) == without_tokens(before)


def without_tokens(page: str) -> str:
    """What is on the page itself."""
    return page.partition("<main")[2].partition("</main")[0]


def test_relatives_are_named_without_their_numbers(person: UUID, mine: Client) -> None:
    kin: dict[str, Any] = {"father_name": "Nguyễn Văn Núi", "father_number": "099055000777"}
    child = citizen("099210000009", "Nguyễn Thị Suối", **kin)
    get_user_model().objects.filter(person=person).update(person=child)
    page = page_of(mine)
    assert "Nguyễn Văn Núi" in page
    assert "099055000777" not in page


def test_protected_people_see_themselves_but_report_before_the_police(
    mine: Client, person: UUID
) -> None:
    assert "Báo sai" in page_of(mine)
    seeing = Scope(sees_protected=True)
    population.protect(person, actor=CLERK, grounds=GROUNDS, scope=seeing)
    page = page_of(mine)
    assert NAME in page
    assert "/cua-toi/bao-sai/birth/" not in page
    assert mine.get("/cua-toi/bao-sai/birth/").status_code == 404


def test_a_changed_field_says_since_when(mine: Client, person: UUID) -> None:
    commune = province().units.communes[1].code
    population.record_move(
        person, Move(clock.today(), commune, address="Số 9"), actor=CLERK, grounds=GROUNDS
    )
    assert "ghi ngày" in page_of(mine)


@pytest.mark.parametrize("path", ["du-lieu", "ai-da-xem", "bao-sai", "ban-in.pdf"])
def test_level_1_sees_nothing_that_is_held(mine: Client, person: UUID, path: str) -> None:
    get_user_model().objects.filter(person=person).update(level=1)
    page = mine.get(f"/cua-toi/{path}{'' if '.' in path else '/'}").content.decode()
    assert "Cần tài khoản mức độ 2" in page
    assert NUMBER not in page
    assert NAME not in page


def test_an_officer_finds_no_page_of_their_own_here(fresh_db: Database, client: Client) -> None:
    sign_in(client, "steward")
    assert client.get(HERE)["Location"] == "/tai-khoan/"
