"""Effects are real: a child with a number in a household, a move, a licence's owner told."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from django.test import override_settings

from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, Unavailable
from danso.modules.cases import interface as cases
from danso.modules.cases.data import EffectState, IssuedResult, NewPaper, Status
from danso.modules.cases.interface import Deed, Delivered, RoadDownError
from danso.modules.cases.models import OutgoingDeed
from danso.modules.population import interface as population
from danso.modules.population.actions import numbering
from danso.modules.population.models import ChangeRequest, Person
from danso.toolkit.platform import platform
from tests.cases_world import (
    Family,
    Officer,
    claim_of,
    commune,
    family,
    file_birth,
    officer,
    opened,
    record,
    settle,
    step,
    to_work,
)
from tests.conftest import Database
from tests.eid_world import CLERK, GROUNDS, citizen
from tests.modules.cases.test_handling import file_move, refused_code
from tests.officers import journal

pytestmark = pytest.mark.clause("II.2.10", partly="birth, residence, licence; no pages")


@pytest.fixture
def home(fresh_db: Database) -> Family:
    return family()


def approve_birth(home: Family) -> tuple[UUID, Officer]:
    desk = officer("desk_officer", f"commune:{home.commune}")
    chair = officer("steward", f"commune:{home.commune}")
    key = file_birth(home).key
    to_work(key, desk)
    step(cases.decide, key, chair, approves=True)
    return key, chair


def child() -> Person:
    return Person.objects.get(full_name="Nguyễn Văn Ấm")


def test_a_birth_records_the_child_with_number_parents_and_household(
    home: Family, fresh_db: Database
) -> None:
    key, chair = approve_birth(home)
    born = record(child().key)
    assert (born.mother, born.father, born.birth) == (home.mother, home.father, "2026-11-20")
    assert born.number is not None
    assert born.household == record(home.mother).household
    assert (born.commune, born.relation) == (home.commune, "con")
    found = opened(key, chair)
    assert {one.kind for one in found.effects} == {
        "record-birth",
        "issue-number",
        "enter-household",
    }
    assert not found.waits_for_register
    rows = {one.action for one in journal(fresh_db) if one.action.startswith("population.")}
    assert {"population.record_person", "population.issue_number"} <= rows


def test_a_birth_waits_visibly_for_its_number(
    home: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    def exhausted(*args: object) -> str:
        raise Unavailable("none", code="numbers_exhausted")

    with monkeypatch.context() as patch:
        patch.setattr(numbering, "draw_number", exhausted)
        key, chair = approve_birth(home)
        assert cases.deliver_waiting() == 0
    found = opened(key, chair)
    assert [one.state for one in found.effects if one.kind == "issue-number"] == ["waiting"]
    assert found.waits_for_register
    result = IssuedResult("b" * 64, "giay.pdf", is_signed=True)
    assert refused_code(step, cases.issue_result, key, chair, result) == "effect_open"
    OutgoingDeed.objects.update(next_try_at=found.steps[0].at)
    assert cases.deliver_waiting() == 1
    assert cases.deliver_waiting() == 0
    assert record(child().key).number is not None
    assert not opened(key, chair).waits_for_register


def test_a_move_takes_the_person_there_into_the_heads_household(home: Family) -> None:
    head = citizen("099170000003", "Lê Văn Bình")
    Person.objects.filter(key=head).update(commune=commune(1), hamlet="Thôn 2")
    settle(head)
    key = cases.start_draft("permanent-residence", home.mother, channel="online", actor=home.actor)
    answers = {
        "commune": commune(1),
        "hamlet": "Thôn 2",
        "moved_on": "01/11/2026",
        "relation": "khac",
    }
    paper = NewPaper("lawful_dwelling", "dwelling-proof", "c" * 64, "nha.pdf")
    cases.save_answers(
        key, actor=home.actor, answers=answers, claims={"head": claim_of(head)}, papers=[paper]
    )
    filed = cases.submit(key, actor=home.actor)
    assert (filed.unit, filed.fee) == (commune(1), 10_000)
    police = officer("commune_police", f"commune:{commune(1)}")
    to_work(filed.key, police)
    step(cases.decide, filed.key, police, approves=True)
    moved = record(home.mother)
    assert (moved.commune, moved.hamlet) == (commune(1), "Thôn 2")
    assert (moved.household, moved.relation) == (record(head).household, "khac")


def test_a_move_alone_makes_a_household(home: Family) -> None:
    key = file_move(home)
    police = officer("commune_police", f"commune:{commune(1)}")
    to_work(key, police)
    before = record(home.mother).household
    step(cases.decide, key, police, approves=True)
    moved = record(home.mother)
    assert moved.commune == commune(1)
    assert moved.household not in (None, before)
    assert moved.relation == "CH01"


def test_what_the_register_refuses_undoes_the_decision(home: Family) -> None:
    key = file_move(home)
    police = officer("commune_police", f"commune:{commune(1)}")
    to_work(key, police)
    population.record_death(home.mother, PartialDate(2026, 11, 30), actor=CLERK, grounds=GROUNDS)
    assert refused_code(step, cases.decide, key, police, approves=True) == "person_dead"
    assert opened(key, police).status is Status.IN_PROCESS
    assert opened(key, police).effects == ()


def file_licence(home: Family) -> UUID:
    key = cases.start_draft(
        "driving-licence-renewal", home.mother, channel="online", actor=home.actor
    )
    papers = [
        NewPaper("has_licence", "driving-licence", "e" * 64, "bang.jpg"),
        NewPaper("fit_to_drive", "health-check", "f" * 64, "kham.pdf"),
    ]
    cases.save_answers(key, actor=home.actor, answers={"reason": "lost"}, papers=papers)
    return cases.submit(key, actor=home.actor).key


class Owner:
    """A source's owner, down until told otherwise."""

    def __init__(self) -> None:
        self.is_up = False
        self.got: list[Deed] = []

    def deliver(self, deed: Deed) -> Delivered:
        if not self.is_up:
            raise RoadDownError("timeout")
        self.got.append(deed)
        return Delivered("R-1")


def test_a_licence_tells_its_owner_once_however_long_they_are_away(home: Family) -> None:
    police = officer("provincial_police")
    desk = officer("desk_officer")
    key = file_licence(home)
    step(cases.receive, key, desk)
    step(cases.begin_work, key, police)
    step(cases.decide, key, police, approves=True)
    assert cases.deliver_waiting() == 0  # no way out yet: it stays
    owner = Owner()
    take_back = cases.use_roads(lambda road: owner if road == "source:driving-licence" else None)
    try:
        for is_up, delivered in ((False, 0), (False, 0), (True, 1), (True, 0)):
            owner.is_up = is_up
            OutgoingDeed.objects.update(next_try_at=opened(key, police).steps[0].at)
            assert cases.deliver_waiting() == delivered
    finally:
        take_back()
    assert [one.body["fields"] for one in owner.got] == [{"reason": "lost"}]
    assert [one.state for one in opened(key, police).effects] == [EffectState.DONE]


def test_in_a_copy_the_effect_is_asked_above_and_the_file_waits(home: Family) -> None:
    police = officer("commune_police", f"commune:{commune(1)}")
    key = file_move(home)
    to_work(key, police)
    with override_settings(DANSO=replace(platform(), register_mode="copy")):
        step(cases.decide, key, police, approves=True)
    found = opened(key, police)
    assert [one.state for one in found.effects] == [EffectState.ASKED]
    assert record(home.mother).commune == home.commune
    request = population_request()
    cases.settle_request(request, "accepted", actor=police.actor)
    cases.settle_request(request, "refused", actor=police.actor)
    assert [one.state for one in opened(key, police).effects] == [EffectState.DONE]


def population_request() -> UUID:
    return UUID(str(ChangeRequest.objects.get().key))


def test_what_was_refused_above_is_settled_in_words(home: Family) -> None:
    police = officer("commune_police", f"commune:{commune(1)}")
    key = file_move(home)
    to_work(key, police)
    with override_settings(DANSO=replace(platform(), register_mode="copy")):
        step(cases.decide, key, police, approves=True)
    cases.settle_request(population_request(), "refused", actor=police.actor)
    with pytest.raises(Conflict):
        step(cases.return_result, key, police)
    kind = "record-permanent-residence"
    step(cases.settle_effect, key, police, kind, "Đã ghi ở hệ thống quốc gia")
    assert not opened(key, police).waits_for_register
