"""From a record: report, flag, move, death; from the list: accept, other, reject, withdraw."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

import pytest
from django.test import Client

from danso.kernel import clock
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.modules.sources.data import Wrong
from tests.conftest import Database
from tests.officers import journal
from tests.screens.steward.conftest import CLERK, SignIn, text_of

SURE = {"decision": "accept", "answer": "khai sinh 12/1985", "compared": "on"}
BIRTH = {"value-day": "3", "value-month": "2", "value-year": "1985", "evidence": "khai sinh 12"}


def opened(person: UUID, field: str = "birth", claimed: str = "03/02/1985") -> UUID:
    return sources.open_correction(Wrong(person, field, claimed, "sổ", "desk"), actor=CLERK)


def test_report_opens_a_correction_for_whoever_decides(
    client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    officer = at_desk("steward", "province")
    page = client.get(f"/du-lieu/nguoi/{person}/bao-sai/")
    assert f"/du-lieu/nguoi/{person}/bao-sai/birth/" in page.content.decode()
    answer = client.post(f"/du-lieu/nguoi/{person}/bao-sai/birth/", BIRTH)
    assert answer["Location"] == f"/du-lieu/nguoi/{person}/"
    (found,) = sources.list_corrections(communes=(commune,))
    assert (found.claimed, found.origin, found.opened_by) == (
        "1985-02-03",
        "steward",
        str(officer.id),
    )
    assert population.get_person(person).birth == "1984-02-03"


@pytest.mark.parametrize(
    ("field", "typed", "claimed"),
    [
        ("sex", {"value": "2"}, "2"),
        ("ethnicity", {"value": "01"}, "01"),
        ("full_name", {"value": "Nguyễn Thị Sông Hà"}, "Nguyễn Thị Sông Hà"),
    ],
)
def test_report_asks_in_the_fields_own_way(
    client: Client,
    person: UUID,
    at_desk: SignIn,
    field: str,
    typed: dict[str, str],
    claimed: str,
) -> None:
    at_desk("steward", "province")
    client.post(f"/du-lieu/nguoi/{person}/bao-sai/{field}/", {**typed, "evidence": "giấy"})
    (found,) = sources.list_corrections(communes=None)
    assert (found.field, found.claimed) == (field, claimed)


def test_report_of_a_place_takes_commune_hamlet_and_address(
    client: Client, person: UUID, elsewhere: str, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    typed = {"value": elsewhere, "hamlet": "Thôn 2", "address": "Số 5", "evidence": "giấy"}
    client.post(f"/du-lieu/nguoi/{person}/bao-sai/permanent_place/", typed)
    (found,) = sources.list_corrections(communes=None)
    assert found.claimed == f"{elsewhere}|Thôn 2|Số 5"


def test_report_without_evidence_or_with_an_impossible_date_is_shown_again(
    client: Client, person: UUID, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    where = f"/du-lieu/nguoi/{person}/bao-sai/birth/"
    page = text_of(client.post(where, BIRTH | {"evidence": "", "value-day": "31"}).content)
    assert "Tháng đó không có ngày này" in page
    assert sources.list_corrections(communes=None) == []


def test_a_field_that_the_purpose_hides_cannot_be_worked_on(
    client: Client, person: UUID, at_desk: SignIn
) -> None:
    at_desk("steward", "province", "data-quality")
    for page in ("bao-sai/religion/", "danh-dau/religion/", "bao-sai/nonsense/"):
        answer = client.get(f"/du-lieu/nguoi/{person}/{page}")
        assert answer.status_code == HTTPStatus.NOT_FOUND, page


def test_flag_travels_with_the_value_and_can_be_taken_off(
    client: Client, person: UUID, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    where = f"/du-lieu/nguoi/{person}/danh-dau/birth/"
    client.post(where, {"flag": "unverified", "evidence": "tin báo"})
    assert population.get_person(person).flags == {"birth": "unverified"}
    again = client.post(where, {"flag": "unverified", "evidence": "tin báo"})
    assert "đã ghi đúng như vậy" in text_of(again.content)
    client.post(where, {"flag": "none", "evidence": "đã xem giấy"})
    assert population.get_person(person).flags == {}


def test_police_record_a_move_and_lose_sight_of_who_left(
    client: Client, person: UUID, commune: str, elsewhere: str, at_desk: SignIn
) -> None:
    at_desk("commune_police", f"commune:{commune}")
    typed = {
        "valid_on-day": "1", "valid_on-month": "2", "valid_on-year": "2026",
        "commune": elsewhere, "hamlet": "Thôn 9", "address": "", "evidence": "phiếu 3",
    }  # fmt: skip
    answer = client.post(f"/du-lieu/nguoi/{person}/chuyen-noi-o/", typed)
    assert answer["Location"] == "/du-lieu/tra-cuu/"
    found = population.get_person(person)
    assert (found.commune, found.hamlet) == (elsewhere, "Thôn 9")
    assert client.get(f"/du-lieu/nguoi/{person}/").status_code == HTTPStatus.NOT_FOUND


def test_leaving_the_province_is_chosen_never_slipped_into(
    client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("commune_police", f"commune:{commune}")
    where = f"/du-lieu/nguoi/{person}/chuyen-noi-o/"
    typed = {
        "valid_on-day": "1", "valid_on-month": "2", "valid_on-year": "2026",
        "commune": "", "hamlet": "", "address": "Hà Nội", "evidence": "phiếu 3",
    }  # fmt: skip
    assert "Chọn nơi đến" in text_of(client.post(where, typed).content)
    client.post(where, typed | {"commune": "outside"})
    assert population.get_person(person).commune is None


def test_police_record_a_death_once(
    client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("commune_police", f"commune:{commune}")
    where = f"/du-lieu/nguoi/{person}/da-mat/"
    later = str(clock.today().year + 1)
    future = {"on-day": "", "on-month": "", "on-year": later, "evidence": "giấy báo tử 1"}
    assert "chưa đến" in text_of(client.post(where, future).content)
    assert client.post(where, future | {"on-year": "2025"}).status_code == HTTPStatus.FOUND
    assert population.get_person(person).status == "dead"
    assert "đã được ghi nhận là đã mất" in text_of(
        client.post(where, future | {"on-year": "2024"}).content
    )


def test_stewards_record_neither_moves_nor_deaths(
    client: Client, person: UUID, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    for page in ("chuyen-noi-o/", "da-mat/"):
        answer = client.get(f"/du-lieu/nguoi/{person}/{page}")
        assert answer.status_code == HTTPStatus.FORBIDDEN
    assert "da-mat" not in client.get(f"/du-lieu/nguoi/{person}/").content.decode()


def test_accept_changes_the_register_and_goes_on_to_the_next(
    client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    first, second = opened(person), opened(person, "sex", "Nữ")
    at_desk("commune_police", f"commune:{commune}")
    page = text_of(client.get(f"/du-lieu/sai-lech/{first}/").content)
    assert "03/02/1984" in page
    assert "sửa thành 03/02/1985" in page
    answer = client.post(f"/du-lieu/sai-lech/{first}/", SURE)
    assert answer["Location"] == f"/du-lieu/sai-lech/{second}/"
    assert population.get_person(person).birth == "1985-02-03"


@pytest.mark.parametrize("lacking", ["answer", "compared"])
def test_nothing_is_accepted_before_it_was_compared_with_a_paper(
    client: Client, person: UUID, commune: str, at_desk: SignIn, lacking: str
) -> None:
    key = opened(person)
    at_desk("commune_police", f"commune:{commune}")
    where = f"/du-lieu/sai-lech/{key}/"
    said = {"answer": "Ghi đã so với giấy tờ nào", "compared": "So với giấy tờ gốc"}[lacking]
    assert said in text_of(client.post(where, SURE | {lacking: ""}).content)
    assert population.get_person(person).birth == "1984-02-03"


def test_other_value_is_recorded_instead(
    client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    key = opened(person)
    at_desk("commune_police", f"commune:{commune}")
    where = f"/du-lieu/sai-lech/{key}/"
    assert "Ghi giá trị đúng" in text_of(client.post(where, {"decision": "other"}).content)
    other = SURE | {"decision": "other", "value-day": "4", "value-month": "2", "value-year": "1985"}
    client.post(where, other)
    assert population.get_person(person).birth == "1985-02-04"


def test_reject_needs_a_reason_and_leaves_the_register_alone(
    client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    key = opened(person)
    at_desk("commune_police", f"commune:{commune}")
    where = f"/du-lieu/sai-lech/{key}/"
    assert "vì sao không chấp nhận" in text_of(client.post(where, {"decision": "reject"}).content)
    client.post(where, {"decision": "reject", "answer": "Khai sinh ghi 1984"})
    found = sources.get_correction(key)
    assert (found.state, found.answer) == ("rejected", "Khai sinh ghi 1984")
    assert population.get_person(person).birth == "1984-02-03"


def test_answered_by_somebody_else_meanwhile_is_said_and_changes_nothing(
    client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    key = opened(person)
    sources.withdraw_correction(key, actor=CLERK)
    at_desk("commune_police", f"commune:{commune}")
    answer = client.post(f"/du-lieu/sai-lech/{key}/", SURE)
    assert "đã được trả lời" in text_of(answer.content)


def test_a_steward_sees_but_does_not_decide(
    fresh_db: Database, client: Client, person: UUID, at_desk: SignIn
) -> None:
    key = opened(person)
    at_desk("steward", "province")
    page = text_of(client.get(f"/du-lieu/sai-lech/{key}/").content)
    assert "do Công an cấp xã quyết định" in page
    client.post(f"/du-lieu/sai-lech/{key}/", SURE)
    assert population.get_person(person).birth == "1984-02-03"
    refused = [row for row in journal(fresh_db) if row.outcome == "refused:correction_not_found"]
    assert [row.action for row in refused] == ["sources.correction_answer"]


def test_correction_of_another_commune_is_not_there(
    client: Client, person: UUID, elsewhere: str, at_desk: SignIn
) -> None:
    key = opened(person)
    at_desk("commune_police", f"commune:{elsewhere}")
    assert client.get(f"/du-lieu/sai-lech/{key}/").status_code == HTTPStatus.NOT_FOUND
    assert str(key) not in client.get("/du-lieu/sai-lech/").content.decode()


def test_whoever_reported_follows_it_and_may_take_it_back(
    client: Client, person: UUID, at_desk: SignIn
) -> None:
    at_desk("steward", "province")
    client.post(f"/du-lieu/nguoi/{person}/bao-sai/birth/", BIRTH)
    (found,) = sources.list_corrections(communes=None)
    assert str(found.key) in client.get("/du-lieu/sai-lech/?muc=toi").content.decode()
    assert client.get(f"/du-lieu/sai-lech/{found.key}/rut/").status_code == 405
    client.post(f"/du-lieu/sai-lech/{found.key}/rut/")
    assert sources.get_correction(found.key).state == "withdrawn"


def test_nobody_decides_their_own_report(
    client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    at_desk("commune_police", f"commune:{commune}")
    client.post(f"/du-lieu/nguoi/{person}/bao-sai/birth/", BIRTH)
    (found,) = sources.list_corrections(communes=None)
    assert found.origin == "police"
    page = text_of(client.get(f"/du-lieu/sai-lech/{found.key}/").content)
    assert "đồng nghiệp khác quyết định" in page
    answer = client.post(f"/du-lieu/sai-lech/{found.key}/", SURE)
    assert "Không ai tự quyết định" in text_of(answer.content)
    assert population.get_person(person).birth == "1984-02-03"
