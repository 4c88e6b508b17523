"""The other effects, each from its own procedure's file: death, marriage, stays, households."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from danso.catalogue.shapes.procedures import Fee, Procedure
from danso.kernel import clock
from danso.modules.cases import interface as cases
from danso.modules.cases.data import Claim, FormFaults, NewPaper
from danso.modules.cases.models import Definition, OutgoingDeed
from danso.modules.population.models import Person
from danso.toolkit.platform import province
from tests.cases_world import (
    BIRTH,
    Family,
    Officer,
    claim_of,
    commune,
    family,
    officer,
    opened,
    record,
    settle,
    step,
    to_work,
)
from tests.conftest import Database
from tests.eid_world import citizen
from tests.modules.cases.test_handling import file_move

pytestmark = pytest.mark.clause("II.2.10", partly="effects in the register; no pages")


@pytest.fixture
def home(fresh_db: Database) -> Family:
    return family()


def papers_for(procedure: str) -> list[NewPaper]:
    """The first paper that proves each requirement."""
    return [
        NewPaper(one.code, kind, "9" * 64, "giay.pdf")
        for one in province().procedures[procedure].requirements
        for kind in [next(way.paper for way in one.evidence if way.paper)]
    ]


def approved(
    procedure: str, home: Family, answers: dict[str, str], claims: dict[str, UUID] | None = None
) -> tuple[UUID, Officer]:
    """Filed by the mother, decided by whoever decides it."""
    key = cases.start_draft(procedure, home.mother, channel="online", actor=home.actor)
    named: dict[str, Claim | None] = {code: claim_of(one) for code, one in (claims or {}).items()}
    cases.save_answers(
        key, actor=home.actor, answers=answers, claims=named, papers=papers_for(procedure)
    )
    try:
        unit = cases.submit(key, actor=home.actor).unit
    except FormFaults as refused:
        pytest.fail(str(refused.faults))
    steps = province().procedures[procedure].steps
    by = {one.duty: officer(one.role, f"commune:{unit}") for one in reversed(steps)}
    to_work(key, by["receive"], by.get("check", by["decide"]))
    step(cases.decide, key, by["decide"], approves=True)
    return key, by["decide"]


def test_a_death_is_recorded(home: Family) -> None:
    answers = {"died_on": "30/11/2026", "died_at": "Tại nhà", "cause": "Già yếu"}
    approved("death-registration", home, answers, {"deceased": home.father})
    assert (record(home.father).status, record(home.father).ended_on) == ("dead", "2026-11-30")


def test_a_joint_death_ends_residence_and_tells_insurance(home: Family) -> None:
    answers = {
        "died_on": "30/11/2026",
        "died_at": "Tại nhà",
        "cause": "Già yếu",
        "benefit": "none",
    }
    key, by = approved("death-residence-funeral", home, answers, {"deceased": home.father})
    said = {one.kind: one.said for one in opened(key, by).effects}
    assert said["end-residence"] == "ended_by_death"
    deed = OutgoingDeed.objects.get()
    assert deed.road == "source:insurance"
    assert deed.body["parties"]["person"]["number"] == record(home.father).number


def test_a_joint_birth_puts_the_child_into_the_named_household(home: Family) -> None:
    head = citizen("099160000004", "Trần Văn Ông")
    household = settle(head)
    key, by = approved(
        "birth-residence-insurance",
        home,
        BIRTH | {"relation": "chau", "first_care_place": "Trạm y tế xã"},
        {"mother": home.mother, "father": home.father, "head": head},
    )
    child = Person.objects.get(full_name=BIRTH["child_name"])
    assert (child.household, child.relation) == (household, "chau")
    assert child.number
    deed = OutgoingDeed.objects.get()
    assert deed.body["parties"]["person"]["number"] == child.number
    assert opened(key, by).waits_for_register


def test_a_marriage_is_recorded_with_both(home: Family) -> None:
    answers = {"applicant_times": "1", "spouse_times": "1"}
    approved("marriage-registration", home, answers, {"spouse": home.father})
    wife, husband = record(home.mother), record(home.father)
    assert (wife.spouse, husband.spouse) == (home.father, home.mother)
    assert wife.marital_status == husband.marital_status == "2"


def test_a_stay_elsewhere_begins_and_ends(home: Family) -> None:
    answers = {
        "commune": commune(3),
        "hamlet": "Khu phố 2",
        "since": "01/11/2026",
        "until": "01/11/2027",
    }
    approved("temporary-residence", home, answers)
    held = record(home.mother)
    assert (held.temporary_commune, held.temporary_until) == (commune(3), date(2027, 11, 1))
    assert held.commune == home.commune
    ended = {"since": clock.today().strftime("%d/%m/%Y"), "reason": "Đã về"}
    approved("temporary-residence-removal", home, ended, {"person": home.mother})
    assert record(home.mother).temporary_commune is None


def test_an_absence_is_recorded(home: Family) -> None:
    answers = {
        "since": "01/12/2026",
        "until": "01/03/2027",
        "destination": "Bình Dương",
        "reason": "Làm việc",
    }
    approved("temporary-absence", home, answers)
    held = record(home.mother)
    assert (held.absent_until, held.current_address) == (date(2027, 3, 1), "Bình Dương")


def test_a_household_splits(home: Family) -> None:
    before = record(home.father).household
    approved("household-split", home, {"relation": "khac"}, {})
    assert record(home.mother).household not in (None, before)
    assert record(home.mother).relation == "CH01"
    assert record(home.father).household == before


def test_a_running_case_keeps_its_definition(home: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    key = file_move(home)
    police = officer("commune_police", f"commune:{commune(1)}")
    old = province().procedures["permanent-residence"]
    dearer = Fee(channel="online", amount=99_000, law="x", basis="law")
    new: Procedure = old.model_copy(
        update={"version": 2, "fees": (dearer,), "form": old.form[:-1], "terms": "unknown"}
    )
    monkeypatch.setitem(province().procedures, "permanent-residence", new)
    to_work(key, police)
    found = opened(key, police)
    assert (found.definition.version, found.fee) == (1, 10_000)
    assert found.listed.due_at is not None
    assert "relation" in found.definition.fields
    assert Definition.objects.count() == 1
    receipt = cases.mark_paid(key, 10_000, "cash", "Q1-1", actor=police.actor, reach=police.reach)
    assert receipt.amount == 10_000


def test_what_was_asked_again_is_counted(home: Family) -> None:
    key = cases.start_draft(
        "driving-licence-renewal", home.mother, channel="online", actor=home.actor
    )
    cases.save_answers(
        key,
        actor=home.actor,
        answers={"reason": "lost", "licence_class": "B"},
        papers=papers_for("driving-licence-renewal"),
    )
    cases.submit(key, actor=home.actor)
    file_move(home)
    day = clock.now()
    counted = cases.asked_again(day.replace(year=day.year - 1), day.replace(year=day.year + 1))
    assert counted["driving-licence-renewal"].fields == 1
    assert counted["permanent-residence"].touched == 0
