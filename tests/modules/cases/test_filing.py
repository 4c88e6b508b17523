"""Handing in: ask once, nobody but who agrees, one code each, no doubles."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connections

from danso.kernel import clock
from danso.kernel.errors import DansoError, InvalidValue, NotFound, Refused
from danso.modules.cases import interface as cases
from danso.modules.cases.data import FiledBefore, FiledCase, FormFaults, Status
from danso.modules.cases.models import Case, Draft
from tests.cases_world import (
    BIRTH,
    CHILD_PAPER,
    Family,
    birth_draft,
    claim_of,
    family,
    file_birth,
    officer,
    opened,
)
from tests.conftest import Database
from tests.officers import journal
from tests.rights_world import citizen_actor, holder

pytestmark = pytest.mark.clause("II.2.4", partly="the core: no pages and no national portal")
TUESDAY = datetime(2026, 12, 1, 2, tzinfo=UTC)


@pytest.fixture
def home(fresh_db: Database) -> Family:
    return family()


def faults_of(key: object, home: Family) -> dict[str, str]:
    with pytest.raises(FormFaults) as refused:
        cases.submit(key, actor=home.actor)  # type: ignore[arg-type]
    return refused.value.faults


def test_what_the_state_holds_is_read_and_kept(home: Family, fresh_db: Database) -> None:
    with clock.frozen(TUESDAY):
        filed = file_birth(home)
    assert re.fullmatch(rf"H56\.{home.commune}-261201-0001", filed.code)
    found = cases.get_own_case(filed.key, home.mother)
    assert found.status is Status.FILED
    assert found.given["mother_name"].value == "Trần Thị Chén"
    assert found.given["mother_name"].source == "population"
    assert found.answers["child_birth"] == "2026-11-20"
    assert "mother_name" not in found.answers
    assert filed.answer_by == datetime(2026, 12, 2, 2, tzinfo=UTC)
    rows = [one for one in journal(fresh_db) if one.action in ("cases.filed", "cases.party_read")]
    assert {one.subject for one in rows} >= {str(home.mother), str(home.father)}
    assert "Ấm" not in str(rows)


def test_a_given_field_is_not_taken_from_the_form(home: Family) -> None:
    key = birth_draft(home, mother_name="Người Khác")
    assert faults_of(key, home) == {"mother_name": "given"}
    assert Draft.objects.filter(key=key).exists()


def test_every_fault_is_told_at_once_and_nothing_is_handed_in(home: Family) -> None:
    key = birth_draft(home, child_birth="20/11/2031", child_sex="9", child_name="Ấm 2")
    cases.save_answers(key, actor=home.actor, answers={"birth_place": ""}, papers=[])
    assert faults_of(key, home) == {
        "child_birth": "in_future",
        "child_sex": "not_a_choice",
        "child_name": "name_shape",
        "birth_place": "missing",
        "requirement:birth_happened": "paper_missing",
    }
    assert not Case.objects.exists()


def test_unknown_fields_and_papers_are_refused(home: Family) -> None:
    key = birth_draft(home)
    with pytest.raises(InvalidValue) as refused:
        cases.save_answers(key, actor=home.actor, answers={"is_admin": "1"})
    assert refused.value.code == "field_not_in_form"
    other = replace(CHILD_PAPER, kind="driving-licence")
    cases.save_answers(key, actor=home.actor, papers=[other])
    assert faults_of(key, home) == {"requirement:birth_happened": "paper_unknown"}
    shown = replace(CHILD_PAPER, digest="")
    cases.save_answers(key, actor=home.actor, papers=[shown])
    assert faults_of(key, home) == {"requirement:birth_happened": "paper_not_seen"}


@pytest.mark.parametrize(
    "wrong", [{"number": "099190000009"}, {"name": "Trần Thị Tách"}, {"birth": "1991"}]
)
def test_a_party_must_agree_whole_and_there_is_one_answer(
    home: Family, wrong: dict[str, str]
) -> None:
    key = birth_draft(home)
    claims = {"mother": claim_of(home.mother, **wrong)}
    cases.save_answers(key, actor=home.actor, claims=claims)
    assert faults_of(key, home) == {"party:mother": "party_unmatched"}


def test_the_button_pressed_twice_is_one_file(home: Family) -> None:
    key = birth_draft(home)
    first = cases.submit(key, actor=home.actor)
    assert cases.submit(key, actor=home.actor) == first
    assert Case.objects.count() == 1


def test_a_double_is_told_the_first_code_and_twins_are_not_doubles(home: Family) -> None:
    first = file_birth(home)
    father = citizen_actor(holder(home.father))
    key = cases.start_draft("birth-registration", home.father, channel="online", actor=father)
    named = {"mother": claim_of(home.mother), "father": claim_of(home.father)}
    cases.save_answers(key, actor=father, answers=BIRTH, claims=named, papers=[CHILD_PAPER])
    with pytest.raises(FiledBefore) as refused:
        cases.submit(key, actor=father)
    assert refused.value.file_code == first.code
    twin = file_birth(home, child_name="Nguyễn Văn Áo")
    assert twin.code != first.code
    cases.withdraw(first.key, "nhầm", person=home.mother, actor=home.actor)
    assert cases.submit(key, actor=father).code.endswith("0003")


def at_once(calls: list[object]) -> list[object]:
    """Each in a thread and transaction of its own; what it gave or raised."""

    def run(call: object) -> object:
        try:
            return call()  # type: ignore[operator]
        except DansoError as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_codes_are_given_once_and_doubles_meet(home: Family) -> None:
    keys = [birth_draft(home, child_name=f"Nguyễn Văn {name}") for name in ["Anh", "Bảo", "Chi"]]
    keys += [birth_draft(home, child_name="Nguyễn Văn Bảo")]
    calls = [lambda key=key: cases.submit(key, actor=home.actor) for key in keys]
    told = at_once(list(calls))
    filed = [one for one in told if isinstance(one, FiledCase)]
    assert sorted(one.code[-4:] for one in filed) == ["0001", "0002", "0003"]
    assert [type(one) for one in told if not isinstance(one, FiledCase)] == [FiledBefore]


def test_drafts_are_their_filers_alone_and_end_after_thirty_days(home: Family) -> None:
    key = birth_draft(home)
    stranger = citizen_actor(holder(home.father))
    with pytest.raises(NotFound) as refused:
        cases.prepare(key, actor=stranger)
    assert refused.value.code == "draft_unknown"
    with clock.frozen(clock.now() + timedelta(days=31)):
        with pytest.raises(NotFound):
            cases.submit(key, actor=home.actor)
        assert cases.destroy_past_term() == {"drafts": 1}


def test_a_citizen_applies_for_nobody_else(home: Family) -> None:
    with pytest.raises(Refused) as refused:
        cases.start_draft("birth-registration", home.father, channel="online", actor=home.actor)
    assert refused.value.code == "not_applicant"


def test_what_nobody_gives_is_asked_and_an_unknown_fee_is_unknown(home: Family) -> None:
    key = cases.start_draft(
        "driving-licence-renewal", home.mother, channel="online", actor=home.actor
    )
    cases.save_answers(key, actor=home.actor, answers={"reason": "lost"})
    shown = cases.prepare(key, actor=home.actor)
    assert shown.given["licence_class"].value == ""
    assert shown.given["applicant_name"].value == "Trần Thị Chén"
    assert shown.fee is None
    assert shown.unit == "cong-an-tinh"
    assert [one.code for one in shown.unproven] == ["has_licence", "fit_to_drive"]


def test_another_persons_case_is_unknown(home: Family) -> None:
    filed = file_birth(home)
    for read in (
        lambda: cases.get_own_case(filed.key, home.father),
        lambda: cases.get_own_case(uuid4(), home.mother),
        lambda: opened(filed.key, officer("desk_officer", "commune:99999")),
        lambda: opened(filed.key, officer("commune_police", f"commune:{home.commune}")),
        lambda: cases.withdraw(filed.key, "x", person=home.father, actor=home.actor),
    ):
        with pytest.raises(NotFound) as refused:
            read()
        assert refused.value.code == "case_unknown"
