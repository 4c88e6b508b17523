"""Births in a home that may not give numbers itself, with the number service's stand-in running."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from uuid import UUID

import httpx
import pytest
from django.db import connections
from pytest_django import Settings

from danso.config import case_roads
from danso.kernel import clock
from danso.modules.cases import interface as cases
from danso.modules.cases.actions import outbox
from danso.modules.cases.data import SAID_NAMES, CaseData, EffectState, IssuedResult
from danso.modules.cases.models import OutgoingDeed
from danso.modules.notices.models import OutgoingMessage
from danso.modules.population.actions.feed_change import carry_out
from danso.modules.population.models import Number, Person
from danso.toolkit.platform import platform
from danso.wire.upstream.feed import FeedChange
from tests import number_service
from tests.cases_world import (
    MOTHER,
    Family,
    Officer,
    family,
    file_birth,
    officer,
    opened,
    step,
    to_work,
)
from tests.conftest import Database
from tests.modules.cases.test_handling import refused_code
from tests.number_service import StandIn
from tests.officers import journal

pytestmark = pytest.mark.clause("II.2.10", partly="births in a copy get a number; no pages")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with number_service.started(tmp_path_factory.mktemp("number-service")) as made:
        yield made


@pytest.fixture
def home(fresh_db: Database) -> Family:
    return family()


@pytest.fixture
def service(home: Family, running: StandIn, settings: Settings) -> Iterator[StandIn]:
    """Connected to a home whose register is a copy."""
    settings.DANSO = replace(platform(), register_mode="copy")
    settings.NUMBER_SERVICE_ADDRESS = running.address
    settings.NUMBER_SERVICE_SECRET = running.secret
    settings.NUMBER_SERVICE_CA_FILE = ""
    running.forget()
    running.behave("now")
    take_back = cases.use_roads(case_roads.find)
    yield running
    take_back()


@dataclass
class Birth:
    """A birth that was approved, and who did it."""

    key: UUID
    desk: Officer
    chair: Officer

    @property
    def seen(self) -> CaseData:
        return opened(self.key, self.chair)

    @property
    def states(self) -> list[tuple[str, EffectState]]:
        return [(one.kind, one.state) for one in self.seen.effects]


@pytest.fixture
def birth(home: Family, service: StandIn) -> Birth:
    desk = officer("desk_officer", f"commune:{home.commune}")
    chair = officer("steward", f"commune:{home.commune}")
    key = file_birth(home).key
    to_work(key, desk)
    step(cases.decide, key, chair, approves=True)
    return Birth(key, desk, chair)


def deliver() -> int:
    """All that waits is due now."""
    OutgoingDeed.objects.update(next_try_at=clock.now())
    return cases.deliver_waiting()


def children() -> list[Person]:
    return list(Person.objects.filter(full_name="Nguyễn Văn Ấm"))


def told() -> list[str]:
    return list(OutgoingMessage.objects.values_list("code", flat=True))


WAITS = [("issue-number", EffectState.WAITING)]
ASKED = [("issue-number", EffectState.ASKED)]
DONE = [("issue-number", EffectState.DONE)]
REFUSED = [("issue-number", EffectState.REFUSED)]


def test_the_number_goes_to_the_child_and_the_applicant_is_told(
    home: Family, service: StandIn, birth: Birth, fresh_db: Database
) -> None:
    assert birth.states == WAITS
    assert children() == []
    result = IssuedResult("b" * 64, "giay.pdf", is_signed=True)
    assert refused_code(step, cases.issue_result, birth.key, birth.chair, result) == "effect_open"
    assert deliver() == 1
    [child] = children()
    assert service.state()["given"] == [child.number]
    assert child.number is not None
    assert child.number.startswith("099226")
    assert (child.mother, child.father, child.commune) == (home.mother, home.father, home.commune)
    assert birth.states == DONE
    assert [one.said for one in birth.seen.effects] == [child.number]
    assert "cases.effect_answered" in told()
    step(cases.issue_result, birth.key, birth.chair, result)
    rows = {(one.action, one.outcome) for one in journal(fresh_db)}
    assert {("cases.deliver", "asked"), ("population.record_issued", "done")} <= rows


def test_a_late_number_is_asked_after_until_it_comes(service: StandIn, birth: Birth) -> None:
    service.behave("late")
    assert deliver() == 0
    assert birth.states == ASKED
    assert deliver() == 0
    assert birth.states == ASKED
    service.finish()
    assert deliver() == 1
    assert deliver() == 0
    assert len(children()) == 1
    assert birth.states == DONE
    assert service.state()["births"] == 1


def test_what_the_service_lost_is_asked_anew_under_the_same_key(
    service: StandIn, birth: Birth
) -> None:
    service.behave("late")
    deliver()
    service.forget()
    service.behave("now")
    assert deliver() == 1
    assert birth.states == DONE


def test_a_refusal_is_shown_to_the_officer_who_settles_it(service: StandIn, birth: Birth) -> None:
    service.behave("refuse")
    assert deliver() == 0
    assert birth.states == REFUSED
    assert [one.said for one in birth.seen.effects] == ["parent_unknown"]
    assert deliver() == 0
    assert children() == []
    words = "Bộ phận số định danh đã cấp bằng văn bản"
    step(cases.settle_effect, birth.key, birth.chair, "issue-number", words)
    assert birth.states == DONE


def test_an_answer_lost_on_the_way_is_given_again_and_taken_once(
    service: StandIn, birth: Birth
) -> None:
    service.behave("twice")
    assert deliver() == 0
    assert birth.states == WAITS
    assert deliver() == 1
    assert len(children()) == 1
    assert service.state()["births"] == 1


def test_of_two_that_take_the_same_answer_one_does(service: StandIn, birth: Birth) -> None:
    row = OutgoingDeed.objects.get()
    case, effect = outbox._around(row)
    number = "099226000001"
    answer = cases.Delivered("R-1", number=number)

    def take() -> bool:
        try:
            return outbox._sent(row, case, effect, answer)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as two:
        taken = [one.result() for one in [two.submit(take), two.submit(take)]]
    assert sorted(taken) == [False, True]
    assert [one.number for one in children()] == [number]
    assert told().count("cases.effect_answered") == 1
    assert birth.states == DONE


def test_an_outage_loses_nothing(service: StandIn, birth: Birth) -> None:
    service.behave("down")
    for _ in range(4):
        assert deliver() == 0
    assert birth.states == WAITS
    assert OutgoingDeed.objects.get().fault == "http_503"
    service.behave("now")
    assert deliver() == 1
    assert birth.states == DONE


def test_an_outage_while_a_number_is_awaited_loses_nothing(service: StandIn, birth: Birth) -> None:
    service.behave("late")
    deliver()
    service.behave("down")
    assert deliver() == 0
    assert birth.states == ASKED
    service.behave("late")
    service.finish()
    assert deliver() == 1
    assert birth.states == DONE


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("NUMBER_SERVICE_ADDRESS", "http://127.0.0.1:9", "ConnectError"),
        ("NUMBER_SERVICE_ADDRESS", "no address", "UnsupportedProtocol"),
        ("NUMBER_SERVICE_CA_FILE", "/nowhere/ca.pem", "FileNotFoundError"),
    ],
)
def test_a_wrong_setting_is_an_outage(
    service: StandIn, birth: Birth, settings: Settings, name: str, value: str, fault: str
) -> None:
    setattr(settings, name, value)
    assert deliver() == 0
    assert OutgoingDeed.objects.get().fault == fault
    assert birth.states == WAITS


def test_by_a_silent_road_one_deed_is_tried_in_a_round(
    home: Family, service: StandIn, birth: Birth, settings: Settings
) -> None:
    other = file_birth(home, child_name="Nguyễn Thị Trà").key
    to_work(other, birth.desk)
    step(cases.decide, other, birth.chair, approves=True)
    settings.NUMBER_SERVICE_ADDRESS = "http://127.0.0.1:9"
    assert deliver() == 0
    assert sorted(OutgoingDeed.objects.values_list("tries", flat=True)) == [0, 1]
    settings.NUMBER_SERVICE_ADDRESS = service.address
    assert deliver() == 2


def test_the_wrong_secret_is_an_outage(service: StandIn, birth: Birth, settings: Settings) -> None:
    settings.NUMBER_SERVICE_SECRET = "another"
    assert deliver() == 0
    assert OutgoingDeed.objects.get().fault == "http_401"
    assert birth.states == WAITS


@pytest.mark.parametrize(
    ("mode", "number", "fault"),
    [
        ("wrong", "", "number_structure"),
        ("taken", MOTHER, "number_structure"),
        ("taken", "038226000001", "number_structure"),
        ("taken", "not a number", "number_not_digits"),
    ],
)
def test_a_number_that_cannot_be_the_childs_is_refused(
    service: StandIn, birth: Birth, mode: str, number: str, fault: str
) -> None:
    service.behave(mode, number)
    assert deliver() == 0
    assert birth.states == REFUSED
    assert [one.said for one in birth.seen.effects] == [fault]
    assert fault in SAID_NAMES
    assert children() == []
    assert "cases.effect_answered" not in told()


def test_a_number_of_somebody_else_is_refused(home: Family, service: StandIn, birth: Birth) -> None:
    held = Number.objects.get(number=MOTHER)
    held.number = "099226000007"
    held.save(force_insert=True)
    service.behave("taken", "099226000007")
    assert deliver() == 0
    assert [one.said for one in birth.seen.effects] == ["number_taken"]
    assert children() == []


def test_whom_the_feed_brought_first_is_the_child(
    home: Family, service: StandIn, birth: Birth, settings: Settings
) -> None:
    carry_out(
        FeedChange(
            position=1,
            kind="entered",
            number="099226000009",
            values={"full_name": "Nguyễn Văn Ấm", "birth": "2026-11-20", "sex": 1},
        )
    )
    service.behave("taken", "099226000009")
    assert deliver() == 1
    assert len(children()) == 1
    assert birth.states == DONE


def test_a_home_without_a_register_keeps_the_number_in_the_file(
    home: Family, service: StandIn, birth: Birth, settings: Settings
) -> None:
    settings.DANSO = replace(platform(), register_mode="absent")
    assert deliver() == 1
    assert children() == []
    assert [one.said for one in birth.seen.effects] == service.state()["given"]


def test_without_a_service_the_birth_waits(
    service: StandIn, birth: Birth, settings: Settings
) -> None:
    settings.NUMBER_SERVICE_ADDRESS = ""
    assert deliver() == 0
    assert birth.states == WAITS
    assert OutgoingDeed.objects.get().fault == "no_road"


def test_the_stand_in_says_what_it_is(running: StandIn) -> None:
    running.behave("now")
    known = {"Authorization": f"Bearer {running.secret}"}
    asked = {"request": "one", "child": {"sex": "2", "birth": "2026-01-02"}}
    answer = httpx.post(f"{running.address}/v1/births", json=asked, headers=known, timeout=10)
    assert answer.json()["stand_in"] is True
    assert "no public specification" in answer.json()["notice"]
    assert answer.json()["number"].startswith("099326")
    assert httpx.post(f"{running.address}/v1/births", json=asked, timeout=10).status_code == 401
