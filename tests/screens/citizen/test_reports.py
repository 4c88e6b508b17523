"""This is wrong: a citizen reports, the right body answers, the citizen reads it."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.test import Client

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.population import interface as population
from danso.modules.population.data import Scope
from danso.modules.sources import interface as sources
from danso.modules.sources.data import Wrong
from danso.modules.sources.interface import Decider
from tests.conftest import Database
from tests.eid_world import CLERK, GROUNDS, citizen
from tests.officers import journal, make_officer

POLICE = frozenset({"commune_police"})


def report(client: Client, field: str = "ethnicity", value: str = "02", **more: str) -> str:
    """Post a report and follow to the list."""
    given = {"value": value, "evidence": "Giấy khai sinh số 12"} | more
    answer = client.post(f"/cua-toi/bao-sai/{field}/", given, follow=True)
    return str(answer.content.decode())


def only(person: UUID) -> sources.CorrectionRecord:  # type: ignore[name-defined]
    (found,) = sources.reported_by_holder([person])
    return found


def decider(actor: Actor) -> Decider:
    return Decider(actor, POLICE, None)


@pytest.mark.clause("I.D.2022.0", partly="facts of sources are not reported this way")
def test_a_report_goes_to_who_decides_and_its_answer_comes_back(
    mine: Client, person: UUID, fresh_db: Database
) -> None:
    page = report(mine)
    assert "Chờ trả lời" in page
    assert "Công an cấp xã" in page
    opened = only(person)
    assert (opened.origin, opened.evidence) == ("citizen", "Giấy khai sinh số 12")
    assert opened.due is not None
    assert (opened.due - clock.today()).days >= 10
    officer = make_officer("commune_police", f"commune:{opened.commune}")
    sources.answer_correction(
        opened.key,
        accept=True,
        answer="Đã đối chiếu giấy khai sinh",
        decider=decider(Actor("officer", str(officer.id), "police")),
    )
    page = mine.get("/cua-toi/bao-sai/").content.decode()
    assert "Đã sửa" in page
    assert "Đã đối chiếu giấy khai sinh" in page
    held = population.find_person(person)
    assert held is not None
    assert held.ethnicity == "02"


def test_a_report_can_be_taken_back_by_who_made_it(mine: Client, person: UUID) -> None:
    report(mine)
    key = only(person).key
    page = mine.post(f"/cua-toi/bao-sai/rut/{key}/", follow=True).content.decode()
    assert "Đã rút" in page
    assert only(person).state == "withdrawn"


def test_who_comes_again_reads_that_it_waits(mine: Client, person: UUID) -> None:
    report(mine)
    page = mine.get("/cua-toi/bao-sai/ethnicity/").content.decode()
    assert "đang chờ trả lời. Không cần báo lại." in page
    assert 'name="evidence"' not in page
    assert "Đã báo, chờ trả lời" in mine.get("/cua-toi/du-lieu/").content.decode()
    mine.post(f"/cua-toi/bao-sai/rut/{only(person).key}/")
    assert 'name="evidence"' in mine.get("/cua-toi/bao-sai/ethnicity/").content.decode()


def test_a_second_value_waits_for_the_first(mine: Client, person: UUID) -> None:
    report(mine)
    page = report(mine, value="03")
    assert "govuk-error-summary" in page
    assert only(person).claimed == "02"


def test_what_is_not_decided_here_is_no_form(mine: Client) -> None:
    for field in ("number", "card", "father", "nothing"):
        assert mine.get(f"/cua-toi/bao-sai/{field}/").status_code == 404


def test_evidence_is_asked_for(mine: Client, person: UUID) -> None:
    assert "govuk-error-summary" in report(mine, evidence="")
    assert sources.reported_by_holder([person]) == []


def test_nobody_decides_as_an_officer_what_they_asked_as_a_citizen(
    mine: Client, person: UUID
) -> None:
    report(mine)
    same = make_officer("commune_police", f"commune:{only(person).commune}", person=person)
    with pytest.raises(Refused) as caught:
        sources.answer_correction(
            only(person).key,
            accept=True,
            answer="",
            decider=decider(Actor("officer", str(same.id), "police")),
        )
    assert caught.value.code == "correction_own"


def test_a_protected_holders_report_never_lies_on_a_list(fresh_db: Database) -> None:
    person = citizen()
    population.protect(person, actor=CLERK, grounds=GROUNDS, scope=Scope(sees_protected=True))
    wrong = Wrong(person, "ethnicity", "02", "paper", "citizen")
    with pytest.raises(InvalidValue) as caught:
        sources.open_correction(wrong, actor=Actor("citizen", "account"))
    assert caught.value.code == "correction_field"
    assert sources.list_corrections(communes=None) == []


def test_somebody_elses_report_is_not_theirs_to_take_back(
    mine: Client, person: UUID, fresh_db: Database
) -> None:
    other = citizen("099184000777", "Lê Thị Đồi")
    wrong = Wrong(other, "ethnicity", "02", "paper", "citizen")
    key = sources.open_correction(wrong, actor=Actor("citizen", "another"))
    assert mine.post(f"/cua-toi/bao-sai/rut/{key}/").status_code == 404
    assert "099184000777" not in mine.get("/cua-toi/bao-sai/").content.decode()
    assert any(row.outcome == "refused:correction_not_found" for row in journal(fresh_db))
