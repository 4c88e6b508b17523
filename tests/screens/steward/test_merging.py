"""Cleaning: the worklist, two records side by side, one person or two, and the way back."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from danso.modules.population import interface as population
from tests.conftest import Database
from tests.officers import journal
from tests.screens.steward.conftest import CLERK, GROUNDS, SignIn, enrol, text_of

OTHER_NUMBER = "099084000124"
LIST = "/du-lieu/lam-sach/trung/"


def twice(commune: str, **changes: Any) -> tuple[UUID, UUID]:
    """One person recorded twice; the first has a number."""
    first = enrol(commune, number="099084000123")
    second = enrol(commune, **changes)
    population.search_doubles()
    return first, second


def pair_of(keys: tuple[UUID, UUID]) -> str:
    return f"{LIST}{keys[0]}/{keys[1]}/"


def decided(client: Client, keys: tuple[UUID, UUID], decision: str, **given: str) -> Any:
    posted = {"decision": decision, "kept": str(keys[0]), "evidence": "BB-7/2026"} | given
    return client.post(pair_of(keys), posted)


def outcomes(database: Database, action: str) -> list[tuple[str, str | None]]:
    return [(one.outcome, one.subject) for one in journal(database) if one.action == action]


def test_worklist_counts_by_commune_and_leads_to_the_pairs(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    keys = twice(commune)
    at_desk("steward", "province")
    page = client.get("/du-lieu/lam-sach/").content.decode()
    assert f"{LIST}?xa={commune}" in page
    assert f"/du-lieu/chat-luong/{commune}/no_household/" in page
    page = client.get(LIST, {"xa": commune}).content.decode()
    assert pair_of(keys) in page or pair_of((keys[1], keys[0])) in page
    listed = [one.subject for one in journal(fresh_db) if one.action == "steward.listed"]
    assert set(listed) == {str(key) for key in keys}


def test_pairs_of_other_communes_are_nowhere(
    fresh_db: Database, client: Client, commune: str, elsewhere: str, at_desk: SignIn
) -> None:
    keys = twice(commune)
    at_desk("commune_police", f"commune:{elsewhere}")
    assert "Không còn cặp nào" in text_of(client.get(LIST).content)
    assert client.get(LIST, {"xa": commune}).status_code == HTTPStatus.NOT_FOUND
    assert client.get(pair_of(keys)).status_code == HTTPStatus.NOT_FOUND
    assert decided(client, keys, "merge").status_code == HTTPStatus.NOT_FOUND
    assert client.get("/du-lieu/lam-sach/chua-ro-xa/").status_code == HTTPStatus.NOT_FOUND
    assert population.get_person(keys[1]).merged_into is None
    refused = ("not_found", str(keys[0]))
    assert refused in outcomes(fresh_db, "population.open_person")


def test_pair_shows_every_field_and_opening_it_is_journaled(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    keys = twice(commune, extra={"hamlet": "Thôn 9"})
    at_desk("commune_police", f"commune:{commune}")
    page = text_of(client.get(pair_of(keys)).content)
    assert "Khác nhau" in page
    assert "Thôn 9" in page
    assert "099084000123" in page
    shown = [("shown", str(key)) for key in keys]
    assert outcomes(fresh_db, "population.open_person") == shown


def test_merge_by_one_officer_keeps_the_chosen_record_and_goes_on(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    keys = twice(commune)
    at_desk("commune_police", f"commune:{commune}")
    answer = decided(client, keys, "merge")
    assert answer["Location"] == LIST
    assert population.get_person(keys[1]).merged_into == keys[0]
    assert outcomes(fresh_db, "population.merge_people") == [("done", str(keys[0]))]
    page = text_of(client.get(f"/du-lieu/nguoi/{keys[0]}/").content)
    assert "Hồ sơ đã gộp vào hồ sơ này" in page


def test_two_people_stay_two_and_the_pair_does_not_come_back(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    keys = twice(commune)
    at_desk("commune_police", f"commune:{commune}")
    decided(client, keys, "apart")
    population.search_doubles()
    assert "Không còn cặp nào" in text_of(client.get(LIST).content)
    assert "đã xác định đây là hai người" in text_of(client.get(pair_of(keys)).content)
    told = outcomes(fresh_db, "population.tell_apart")
    assert told == [("done", str(key)) for key in keys]


@pytest.mark.parametrize("decision", ["merge", "apart"])
def test_decision_without_evidence_is_asked_for_it(
    client: Client, fresh_db: Database, commune: str, at_desk: SignIn, decision: str
) -> None:
    keys = twice(commune)
    at_desk("commune_police", f"commune:{commune}")
    answer = decided(client, keys, decision, evidence="")
    assert answer.status_code == HTTPStatus.OK
    assert "Cần sửa trước khi tiếp tục" in text_of(answer.content)
    assert len(population.list_doubles()) == 1


def test_two_numbers_take_two_officers(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    keys = twice(commune, number=OTHER_NUMBER)
    at_desk("commune_police", f"commune:{commune}")
    assert "cần hai cán bộ" in text_of(client.get(pair_of(keys)).content)
    decided(client, keys, "merge")
    assert population.get_person(keys[1]).merged_into is None
    assert "Rút đề nghị" in text_of(client.get(pair_of(keys)).content)
    answer = client.post(pair_of(keys), {"decision": "confirm"})
    assert answer.status_code == HTTPStatus.FORBIDDEN
    assert outcomes(fresh_db, "population.confirm_merge") == [
        ("refused:second_officer_missing", str(keys[0]))
    ]
    at_desk("provincial_police", "province")
    assert "Đề nghị chờ cán bộ thứ hai" in text_of(client.get(LIST).content)
    client.post(pair_of(keys), {"decision": "confirm"})
    assert population.get_person(keys[1]).merged_into == keys[0]
    assert population.find_by_number(OTHER_NUMBER).outcome == "cancelled"


def test_proposal_about_a_third_record_is_not_confirmed_from_this_pair(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    keys = twice(commune, number=OTHER_NUMBER)
    third = enrol(commune, number="099084000125")
    at_desk("commune_police", f"commune:{commune}")
    decided(client, (third, keys[0]), "merge")
    [waiting] = population.list_proposals()
    assert {waiting.kept, waiting.merged} == {third, keys[0]}
    at_desk("provincial_police", "province")
    assert "Xác nhận gộp" not in text_of(client.get(pair_of(keys)).content)
    client.post(pair_of(keys), {"decision": "confirm"})
    assert population.get_person(keys[0]).merged_into is None
    assert population.list_proposals() == (waiting,)


def test_steward_proposes_and_police_decide(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    keys = twice(commune)
    at_desk("steward", "province")
    assert decided(client, keys, "apart").status_code == HTTPStatus.FORBIDDEN
    [refused] = [one for one in journal(fresh_db) if one.action == "page.steward:pair"]
    assert (refused.outcome, refused.subject) == ("refused:police_decide", str(keys[0]))
    decided(client, keys, "merge")
    assert population.get_person(keys[1]).merged_into is None
    at_desk("commune_police", f"commune:{commune}")
    client.post(pair_of(keys), {"decision": "decline"})
    assert population.list_proposals() == ()
    assert population.get_person(keys[1]).merged_into is None


def test_merge_of_two_is_parted_by_two_from_the_record(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    keys = twice(commune, number=OTHER_NUMBER)
    at_desk("commune_police", f"commune:{commune}")
    decided(client, keys, "merge")
    at_desk("provincial_police", "province")
    client.post(pair_of(keys), {"decision": "confirm"})
    where = f"/du-lieu/nguoi/{keys[1]}/tach/"
    assert where in client.get(f"/du-lieu/nguoi/{keys[1]}/").content.decode()
    client.post(where, {"evidence": "BB-8/2026"})
    assert population.get_person(keys[1]).merged_into == keys[0]
    at_desk("commune_police", f"commune:{commune}")
    client.post(where, {"decision": "confirm"})
    parted = population.get_person(keys[1])
    assert (parted.merged_into, parted.number) == (None, OTHER_NUMBER)


def test_other_record_is_found_by_number_never_in_the_address(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    keys = twice(commune, number=OTHER_NUMBER)
    at_desk("commune_police", f"commune:{commune}")
    where = f"/du-lieu/nguoi/{keys[0]}/gop/"
    page = text_of(client.post(where, {"number": "099084000999"}).content)
    assert "Không có hồ sơ nào khác" in page
    assert "Không có hồ sơ nào khác" in text_of(
        client.post(where, {"number": "099084000123"}).content
    )
    assert client.post(where, {"number": OTHER_NUMBER})["Location"] == pair_of(keys)


def test_purpose_hides_its_fields_in_the_pair_too(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    keys = twice(commune)
    at_desk("commune_police", f"commune:{commune}", "one-stop-desk")
    page = text_of(client.get(pair_of(keys)).content)
    assert "trường không hiện với mục đích này" in page
    assert "Tôn giáo" not in page


def test_household_gets_a_head_and_somebody_alone_a_household(
    fresh_db: Database, client: Client, commune: str, at_desk: SignIn
) -> None:
    head = enrol(commune, "Lê Văn Trưởng")
    home = population.record_household(head, actor=CLERK, grounds=GROUNDS)
    heir = enrol(commune, "Lê Văn Con", number=OTHER_NUMBER, extra={"household": home})
    alone = enrol(commune, "Lê Thị Lẻ")
    at_desk("commune_police", f"commune:{commune}")
    page = client.get(f"/du-lieu/chat-luong/{commune}/no_head/").content.decode()
    assert f"/du-lieu/nguoi/{heir}/ho/" in page
    client.post(f"/du-lieu/nguoi/{heir}/ho/", {"head": str(heir), "evidence": "BB-1"})
    where = f"/du-lieu/nguoi/{alone}/ho/"
    page = text_of(client.post(where, {"way": "join", "evidence": "BB-2"}).content)
    assert "Nhập số định danh của một người trong hộ." in page
    client.post(
        where, {"way": "join", "number": OTHER_NUMBER, "relation": "khac", "evidence": "BB-2"}
    )
    household = population.household_of(alone)
    assert household is not None
    assert (household.key, household.head) == (home, heir)
    client.post(f"/du-lieu/nguoi/{head}/ho/", {"way": "new", "evidence": "BB-3"})
    own = population.household_of(head)
    assert own is not None
    assert own.head == head


def test_people_without_a_commune_are_the_provinces(
    fresh_db: Database, client: Client, at_desk: SignIn
) -> None:
    enrol(None, "Trần Thị Xa")  # type: ignore[arg-type]
    at_desk("steward", "province")
    assert "Người chưa rõ xã" in text_of(client.get("/du-lieu/lam-sach/").content)
    page = text_of(client.get("/du-lieu/lam-sach/chua-ro-xa/").content)
    assert "Trần Thị Xa" in page
    assert "Báo nơi đúng" in page


def test_flagged_field_leads_to_its_flag(
    fresh_db: Database, client: Client, person: UUID, commune: str, at_desk: SignIn
) -> None:
    population.mark_field(person, "birth", "unverified", actor=CLERK, grounds=GROUNDS)
    at_desk("commune_police", f"commune:{commune}")
    page = client.get(f"/du-lieu/chat-luong/{commune}/unverified/").content.decode()
    assert f"/du-lieu/nguoi/{person}/danh-dau/birth/" in page
