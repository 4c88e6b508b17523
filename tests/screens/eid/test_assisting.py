"""Somebody without a device is helped: by yes alone, within limits, and never by a stranger."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from pytest_django import Settings

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.modules.identity import interface as identity
from danso.modules.identity.actions.assisted import end_overdue_assisted
from danso.modules.identity.data import LockReason, MandateScope, officer_actor
from danso.modules.identity.models import AssistedSession
from danso.modules.population import interface as population
from danso.modules.population.data import Scope
from danso.modules.sources.models import Fact
from danso.toolkit.platform import province
from tests.acting_world import GIVER, GIVER_NAME, HELPER, HELPER_NAME, holder, person_of
from tests.acting_world import enter as enter_citizen
from tests.conftest import Database
from tests.eid_world import CLERK, GROUNDS, citizen, newest, told
from tests.officers import TESTER, enter, journal, sign_in

pytestmark = pytest.mark.clause("II.2.2", partly="assisted sessions")
CARD = f"{GIVER}||{GIVER_NAME}|03021984|Nữ|Thôn 1, Xã Mẫu, Tỉnh Mẫu|01052022"
SEE = ["see_data", "see_looks"]


@pytest.fixture
def person(fresh_db: Database) -> UUID:
    """Somebody with a card and no account at all."""
    return citizen(GIVER, GIVER_NAME, PartialDate(1984, 2, 3))


@pytest.fixture
def desk(person: UUID) -> Client:
    client = Client()
    commune = province().units.communes[0].code
    client.officer = sign_in(client, "desk_officer", f"commune:{commune}", fresh=True)  # type: ignore[attr-defined]
    return client


def meet(client: Client, card: str = CARD, scopes: list[str] | None = None) -> Any:
    return client.post("/dinh-danh/ho-tro/", {"card": card, "scopes": scopes or SEE})


def key_of(answer: Any) -> str:
    found = re.search(r"ho-tro/([0-9a-f-]{36})/", answer["Location"])
    assert found
    return found[1]


def confirm(client: Client, key: str, **given: str) -> Any:
    return client.post(f"/dinh-danh/ho-tro/{key}/xac-nhan/", given)


def banner(client: Client) -> bool:
    return "Bạn đang làm thay cho" in client.get("/cua-toi/").content.decode()


def test_officer_helps_after_the_card_was_compared_and_all_is_on_record(
    desk: Client, person: UUID, fresh_db: Database
) -> None:
    key = key_of(meet(desk))
    assert confirm(desk, key, way="card").status_code == 200, "not compared: nothing happens"
    assert not banner(desk)
    answer = confirm(desk, key, way="card", compared="1")
    assert answer["Location"] == "/cua-toi/"
    assert banner(desk)
    assert desk.post("/dinh-danh/ho-tro/thoi/")["Location"] == "/dinh-danh/ho-tro/"
    rows = [row for row in journal(fresh_db) if row.action.startswith("eid.assisted")]
    steps = [(row.action, row.outcome) for row in rows]
    assert ("eid.assisted_begun", "match") in steps
    assert ("eid.assisted_confirmed", "refused:assisted_face") in steps
    assert ("eid.assisted_confirmed", "done") in steps
    assert ("eid.assisted_ended", "done") in steps
    done = [row for row in rows if row.outcome in ("done", "match")]
    assert {row.subject for row in done} == {str(person)}
    assert {row.actor for row in rows} == {str(desk.officer.id)}  # type: ignore[attr-defined]


def typed(client: Client) -> str:
    """The same person, by number, name and birth date instead of the card."""
    born = {"birth-day": "3", "birth-month": "2", "birth-year": "1984"}
    told = {"card": GIVER, "name": GIVER_NAME, "scopes": SEE} | born
    return key_of(client.post("/dinh-danh/ho-tro/", told))


def test_card_that_was_not_read_confirms_nothing(desk: Client) -> None:
    key = typed(desk)
    page = confirm(desk, key, way="card", compared="1").content.decode()
    assert "Mã QR trên thẻ chưa được quét" in page
    assert not banner(desk)
    assert confirm(desk, key, way="card", compared="1", card=CARD)["Location"] == "/cua-toi/"


@pytest.mark.parametrize(
    "card",
    [
        CARD.replace("01052022", "02052022"),
        CARD.removesuffix("|01052022"),
        CARD.replace(GIVER, HELPER),
        CARD.replace("03021984", "04021984"),
    ],
    ids=["another day of issue", "no day of issue", "another's number", "another birth"],
)
def test_card_that_the_register_has_otherwise_confirms_nothing(desk: Client, card: str) -> None:
    key = typed(desk)
    answer = confirm(desk, key, way="card", compared="1", card=card)
    assert "Mã QR trên thẻ chưa được quét" in answer.content.decode()
    assert not banner(desk)


def test_card_with_another_day_of_issue_begins_and_needs_another_way(desk: Client) -> None:
    key = key_of(meet(desk, CARD.replace("01052022", "02052022")))
    assert (
        "Mã QR trên thẻ chưa được quét"
        in confirm(desk, key, way="card", compared="1").content.decode()
    )
    assert AssistedSession.objects.get(key=key).read == "card_part"


def test_code_to_the_persons_own_telephone(fresh_db: Database) -> None:
    account = holder(GIVER, GIVER_NAME, level=1)
    client = Client()
    sign_in(client, "desk_officer", fresh=True)
    key = key_of(meet(client))
    client.post(f"/dinh-danh/ho-tro/{key}/ma/")
    sent = newest("assisted_code")
    assert "đừng đọc mã" in sent
    code = re.search(r"\d{6}", sent.replace("30 phút", ""))
    assert code
    wrong = "000000" if code[0] != "000000" else "111111"
    assert confirm(client, key, way="sms", code=wrong).status_code == 200
    assert confirm(client, key, way="sms", code=code[0])["Location"] == "/cua-toi/"
    assert told()[-1] == ("eid.assisted_begun", "0912345678")
    client.post("/dinh-danh/ho-tro/thoi/")
    assert told()[-1] == ("eid.assisted_ended", "0912345678")
    assert person_of(account)


def test_page_is_the_same_whether_there_is_a_telephone(desk: Client) -> None:
    key = key_of(meet(desk))
    desk.post(f"/dinh-danh/ho-tro/{key}/ma/")
    page = desk.get(f"/dinh-danh/ho-tro/{key}/").content.decode()
    assert "Nếu người này có số điện thoại đã xác nhận" in page
    assert newest("assisted_code") == ""


def test_signature_needs_the_printed_summary(desk: Client, fresh_db: Database) -> None:
    key = key_of(meet(desk))
    assert confirm(desk, key, way="signature", signed="1").status_code == 200
    assert not banner(desk)
    page = desk.post(f"/dinh-danh/ho-tro/{key}/phieu/")
    assert page.content.startswith(b"%PDF")
    assert confirm(desk, key, way="signature", signed="1")["Location"] == "/cua-toi/"
    rows = {row.action: row.detail for row in journal(fresh_db) if row.outcome == "done"}
    assert len(rows["eid.assisted_printed"]["digest"]) == 64
    assert rows["eid.assisted_confirmed"]["digest"] == rows["eid.assisted_printed"]["digest"]


def begun(client: Client) -> str:
    key = key_of(meet(client))
    assert confirm(client, key, way="card", compared="1").status_code == 302
    return key


def test_session_ends_by_its_time_and_the_person_is_told(fresh_db: Database) -> None:
    holder(GIVER, GIVER_NAME, level=1)
    client = Client()
    sign_in(client, "desk_officer", fresh=True)
    begun(client)
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        assert end_overdue_assisted() == 1
        assert end_overdue_assisted() == 0
    assert told()[-1] == ("eid.assisted_ended", "0912345678")
    assert client.get("/cua-toi/").status_code == 403


def test_out_of_time_nothing_is_done_even_before_the_job_comes(desk: Client) -> None:
    begun(desk)
    # The session of the browser itself would be idle after as long: its mark is set forward.
    row = AssistedSession.objects.get()
    row.until = clock.now() - timedelta(seconds=1)
    row.save()
    assert desk.get("/cua-toi/").status_code == 403


def test_confirmed_session_is_not_confirmed_again_nor_carried_elsewhere(
    desk: Client, person: UUID
) -> None:
    key = begun(desk)
    assert confirm(desk, key, way="card", compared="1").status_code == 200
    other = Client()
    sign_in(other, "desk_officer", fresh=True)
    assert other.get(f"/dinh-danh/ho-tro/{key}/").status_code == 404
    assert confirm(other, key, way="card", compared="1").status_code == 404
    kept = dict(desk.session["danso_acting"])
    second = Client()
    enter(second, desk.officer, fresh=True)  # type: ignore[attr-defined]
    session = second.session
    session["danso_acting"] = kept
    session.save()
    assert second.get("/cua-toi/").status_code == 403, "another browser of the same officer"


def test_death_and_lock_end_it_at_once(fresh_db: Database) -> None:
    account = holder(GIVER, GIVER_NAME, level=1)
    client = Client()
    sign_in(client, "desk_officer", fresh=True)
    begun(client)
    identity.lock_eid(account, LockReason.POLICE, actor=TESTER)
    assert client.get("/cua-toi/").status_code == 403
    assert meet(client).status_code == 200, "nobody begins for a locked one"


def test_nobody_is_helped_who_died(desk: Client, person: UUID) -> None:
    begun(desk)
    population.record_death(
        person, PartialDate(2026, 1, 2), actor=CLERK, grounds=GROUNDS, scope=Scope()
    )
    assert desk.get("/cua-toi/").status_code == 403
    assert meet(desk).status_code == 200


def test_post_that_was_revoked_helps_nobody(desk: Client) -> None:
    begun(desk)
    post = identity.posts_of(desk.officer.id)[0]  # type: ignore[attr-defined]
    identity.revoke_post(post.id, actor=TESTER)
    assert desk.get("/cua-toi/").status_code == 403


def test_limit_of_a_day_counts_every_try_and_is_on_record(
    desk: Client, fresh_db: Database, settings: Settings
) -> None:
    settings.ASSISTED_A_DAY = {"officer": 2, "team": 1}
    wrong = CARD.replace("03021984", "04021984")
    assert meet(desk, wrong).status_code == 200
    assert meet(desk).status_code == 302
    assert meet(desk).status_code == 200
    last = journal(fresh_db)[-1]
    assert (last.action, last.outcome) == ("eid.assisted_begun", "refused:assisted_spent")


def test_a_child_and_oneself_are_not_helped(fresh_db: Database) -> None:
    young = citizen("099220000777", "Trần Văn Mầm", PartialDate(clock.today().year - 9, 2, 3))
    me = citizen(GIVER, GIVER_NAME, PartialDate(1984, 2, 3))
    client = Client()
    sign_in(client, "desk_officer", fresh=True, person=me)
    child = f"099220000777||Trần Văn Mầm|0302{clock.today().year - 9}|Nam|Xã Mẫu|01052024"
    assert "Cha, mẹ" in meet(client, child).content.decode()
    assert "chính mình" in meet(client).content.decode()
    assert young


def member(account: UUID, *, until: int = 1) -> None:
    """In the register of teams' members until some days from now."""
    today = clock.today()
    Fact.objects.create(
        person=person_of(account),
        source="digital-teams",
        record="1",
        kind=province().identity.eid.helper_fact,
        value="member",
        since=today - timedelta(days=10),
        until=today + timedelta(days=until),
        as_of=clock.now(),
        quality="good",
    )


def test_neighbour_of_a_team_helps_by_the_persons_telephone_alone(fresh_db: Database) -> None:
    helper = holder(HELPER, HELPER_NAME)
    holder(GIVER, GIVER_NAME, level=1)
    client = enter_citizen(Client(), helper)
    assert meet(client).status_code == 403, "not a member"
    member(helper, until=0)
    assert meet(client).status_code == 403, "no longer a member"
    member_again = Fact.objects.get()
    member_again.until = None
    member_again.save()
    key = key_of(meet(client))
    assert "Thẻ tại quầy" not in client.get(f"/dinh-danh/ho-tro/{key}/").content.decode()
    assert confirm(client, key, way="card", compared="1").status_code == 200
    client.post(f"/dinh-danh/ho-tro/{key}/ma/")
    code = re.search(r"mã (\d{6})", newest("assisted_code"))
    assert code
    assert confirm(client, key, way="sms", code=code[1])["Location"] == "/cua-toi/"
    assert banner(client)


def test_other_officers_and_citizens_help_nobody(person: UUID) -> None:
    for role in ("steward", "auditor", "leader"):
        client = Client()
        sign_in(client, role, fresh=True)
        assert meet(client).status_code == 403


def test_level_1_is_opened_beside_the_person(desk: Client, person: UUID) -> None:
    key = key_of(meet(desk, scopes=["open_account"]))
    confirm(desk, key, way="card", compared="1")
    answer = desk.post("/dinh-danh/ho-tro/mo-muc-1/")
    assert answer["Location"] == "/dinh-danh/buoc/dien-thoai/"
    at = str(desk.session["eid_enrolment"])
    desk.post("/dinh-danh/buoc/dien-thoai/", {"at": at, "phone": "0912345678"})
    code = re.search(r"\d{6}", newest("code"))
    assert code
    desk.post("/dinh-danh/buoc/ma/", {"at": at, "code": code[0]})
    secret = "bảy cây cầu trong sương"
    desk.post("/dinh-danh/buoc/mat-khau/", {"at": at, "password": secret, "again": secret})
    assert get_user_model().objects.get(person=person).level == 1


def test_what_was_not_named_is_not_done(desk: Client) -> None:
    begun(desk)
    assert desk.post("/dinh-danh/ho-tro/mo-muc-1/").status_code == 403


def test_interface_lets_a_helper_act_while_the_session_lasts(desk: Client, person: UUID) -> None:
    actor = desk.officer  # type: ignore[attr-defined]
    who = officer_actor(actor)
    assert not identity.may_act_for(who, person, MandateScope.SEE_DATA)
    begun(desk)
    assert identity.may_act_for(who, person, MandateScope.SEE_DATA)
    assert not identity.may_act_for(who, person, MandateScope.CORRECT)
    desk.post("/dinh-danh/ho-tro/thoi/")
    assert not identity.may_act_for(who, person, MandateScope.SEE_DATA)
