"""At the desk: taken in, supplemented once, paid once, decided by one, handed over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from danso.kernel import clock
from danso.kernel.errors import Conflict, DansoError
from danso.modules.cases import interface as cases
from danso.modules.cases.data import (
    AlreadyPaid,
    DueUnknown,
    IssuedResult,
    Light,
    NewPaper,
    QueueFilter,
    Satisfaction,
    Status,
)
from danso.modules.notices.models import OutgoingMessage
from tests.cases_world import (
    Family,
    Officer,
    commune,
    family,
    file_birth,
    officer,
    opened,
    step,
    to_work,
)
from tests.conftest import Database
from tests.modules.cases.test_filing import at_once
from tests.officers import journal

pytestmark = pytest.mark.clause("II.2.5", partly="the core of the desk: no pages, papers as PDF")
TUESDAY = datetime(2026, 12, 1, 2, tzinfo=UTC)
RESULT = IssuedResult("b" * 64, "giay-khai-sinh.pdf", is_signed=False)


@pytest.fixture
def home(fresh_db: Database) -> Family:
    return family()


@pytest.fixture
def desk(home: Family) -> Officer:
    return officer("desk_officer", f"commune:{home.commune}")


@pytest.fixture
def chair(home: Family) -> Officer:
    return officer("steward", f"commune:{home.commune}")


def refused_code(action: Any, *args: Any, **named: Any) -> str:
    with pytest.raises(DansoError) as refused:
        action(*args, **named)
    return refused.value.code


def file_move(home: Family, **answers: str) -> UUID:
    """The mother moves to another commune, alone."""
    key = cases.start_draft("permanent-residence", home.mother, channel="online", actor=home.actor)
    moved = {
        "commune": commune(1),
        "hamlet": "Thôn 1",
        "moved_on": "01/11/2026",
        "relation": "CH01",
    }
    paper = NewPaper("lawful_dwelling", "dwelling-proof", "c" * 64, "nha.pdf")
    cases.save_answers(key, actor=home.actor, answers=moved | answers, papers=[paper])
    return cases.submit(key, actor=home.actor).key


def told() -> list[str]:
    rows = OutgoingMessage.objects.filter(code__startswith="cases.")
    return [row.code for row in rows.order_by("created_at", "key")]


def test_from_the_desk_to_the_result(home: Family, desk: Officer, chair: Officer) -> None:
    with clock.frozen(TUESDAY):
        key = file_birth(home).key
        due = step(cases.receive, key, desk)
        assert due == datetime(2026, 12, 2, 2, tzinfo=UTC)
        step(cases.begin_work, key, desk)
        step(cases.decide, key, chair, approves=True)
        assert refused_code(step, cases.return_result, key, desk) == "result_missing"
        step(cases.issue_result, key, desk, RESULT)
        step(cases.return_result, key, desk)
    found = opened(key, desk)
    assert (found.status, found.was_in_time) == (Status.RETURNED, True)
    whats = [one.what for one in found.steps]
    assert whats == ["filed", "received", "begun", "approved", "issued", "returned"]
    assert [one.is_signed for one in found.papers if one.is_result] == [False]
    assert sorted(told()) == ["cases.decided", "cases.received"]
    assert all("Chén" not in row.text for row in OutgoingMessage.objects.all())


def test_who_may_not_decide_is_refused_on_record(
    home: Family, desk: Officer, fresh_db: Database
) -> None:
    key = file_birth(home).key
    to_work(key, desk)
    assert refused_code(step, cases.decide, key, desk, approves=True) == "not_your_step"
    rows = [one for one in journal(fresh_db) if one.action == "cases.decided"]
    assert [one.outcome for one in rows] == ["refused:not_your_step"]
    own = officer("steward", f"commune:{home.commune}", person=home.father)
    assert refused_code(step, cases.decide, key, own, approves=True) == "own_case"


def test_two_officers_decide_at_once_and_one_is_late(
    home: Family, desk: Officer, chair: Officer
) -> None:
    key = file_birth(home).key
    to_work(key, desk)
    other = officer("steward", f"commune:{home.commune}")
    seen = opened(key, chair).version

    def decide(by: Officer, approves: bool) -> None:
        cases.decide(
            key, approves=approves, reason="đủ", reach=by.reach, version=seen, actor=by.actor
        )

    found = at_once([lambda: decide(chair, True), lambda: decide(other, False)])
    errors = [one.code for one in found if isinstance(one, Conflict)]
    assert errors == ["case_changed"]
    decided = opened(key, chair)
    assert decided.status is Status.DECIDED
    whats = [one.what for one in decided.steps]
    assert len({"approved", "refused"} & set(whats)) == 1


def test_steps_are_not_skipped(home: Family, desk: Officer, chair: Officer) -> None:
    key = file_birth(home).key
    for skipped in (
        lambda: step(cases.begin_work, key, desk),
        lambda: step(cases.decide, key, chair, approves=True),
        lambda: step(cases.ask_supplement, key, desk, "thiếu"),
        lambda: step(cases.issue_result, key, desk, RESULT),
        lambda: step(cases.return_result, key, desk),
    ):
        assert refused_code(skipped) == "step_not_next"
    assert opened(key, desk).status is Status.FILED


def test_a_refusal_to_take_in_says_why(home: Family, desk: Officer) -> None:
    key = file_birth(home).key
    assert refused_code(step, cases.refuse_receipt, key, desk, " ") == "words_shape"
    step(cases.refuse_receipt, key, desk, "Nộp ở xã nơi cư trú")
    assert cases.get_own_case(key, home.mother).reason == "Nộp ở xã nơi cư trú"
    assert file_birth(home).code  # what was not taken in is no double


def test_more_is_asked_for_once_and_the_day_moves(home: Family, desk: Officer) -> None:
    with clock.frozen(TUESDAY) as watch:
        key = file_birth(home).key
        to_work(key, desk)
        until = step(cases.ask_supplement, key, desk, "Giấy chứng sinh mờ")
        assert until.isoformat() == "2026-12-31"
        assert opened(key, desk).listed.light is Light.NONE
        watch.advance(timedelta(days=6))
        paper = NewPaper("birth_happened", "birth-notification", "d" * 64, "ro-hon.pdf")
        cases.supplement(key, person=home.mother, actor=home.actor, papers=[paper])
        found = opened(key, desk)
        # Due on Wednesday at 9:00, six days more, less one, and a working day.
        assert found.listed.due_at == datetime(2026, 12, 8, 2, tzinfo=UTC)
        assert found.status is Status.IN_PROCESS
        assert len(found.papers) == 2
        assert refused_code(step, cases.ask_supplement, key, desk, "nữa") == "supplement_asked"


def test_a_late_supplement_is_refused_and_the_file_stops(home: Family, desk: Officer) -> None:
    with clock.frozen(TUESDAY) as watch:
        key = file_birth(home).key
        to_work(key, desk)
        step(cases.ask_supplement, key, desk, "thiếu", until=clock.today() + timedelta(days=3))
        watch.advance(timedelta(days=4))
        late: dict[str, Any] = {"person": home.mother, "actor": home.actor}
        assert refused_code(cases.supplement, key, answers={"birth_place": "x"}, **late) == (
            "supplement_late"
        )
        assert cases.stop_unsupplemented() == 1
        assert opened(key, desk).status is Status.STOPPED
        assert "cases.stopped" in told()


def test_a_supplement_cannot_change_what_was_given(home: Family, desk: Officer) -> None:
    key = file_birth(home).key
    to_work(key, desk)
    step(cases.ask_supplement, key, desk, "thiếu")
    wrong = {"mother_name": "Người Khác"}
    named = {"person": home.mother, "actor": home.actor}
    assert refused_code(cases.supplement, key, answers=wrong, **named) == "form_faults"
    assert refused_code(cases.supplement, key, **named) == "supplement_empty"


def test_the_fee_is_paid_once(home: Family) -> None:
    key = file_move(home)
    police = officer("commune_police", f"commune:{commune(1)}")
    to_work(key, police)
    step(cases.ask_payment, key, police)
    assert opened(key, police).status is Status.PAYMENT
    pay = cases.mark_paid
    assert refused_code(pay, key, 20_000, "online", "T1", actor=police.actor) == "amount_differs"
    first = pay(key, 10_000, "online", "T1", actor=police.actor)
    assert pay(key, 10_000, "online", "T1", actor=police.actor) == first
    with pytest.raises(AlreadyPaid) as refused:
        pay(key, 10_000, "cash", "S2-17", actor=police.actor)
    assert refused.value.receipt == first
    found = opened(key, police)
    assert (found.status, found.receipt) == (Status.IN_PROCESS, first)


def test_apologies_are_one_and_before_the_day(home: Family, desk: Officer) -> None:
    with clock.frozen(TUESDAY) as watch:
        key = file_birth(home).key
        to_work(key, desk)
        again = TUESDAY + timedelta(days=3)
        early = TUESDAY + timedelta(hours=1)
        assert refused_code(step, cases.apologise, key, desk, "bão", early) == "day_past"
        step(cases.apologise, key, desk, "bão", again)
        found = opened(key, desk)
        assert (found.listed.due_at, found.first_due_at) == (again, TUESDAY + timedelta(days=1))
        later = again + timedelta(days=1)
        assert refused_code(step, cases.apologise, key, desk, "bão", later) == "apologised_before"
        other = file_birth(home, child_name="Nguyễn Văn Áo").key
        to_work(other, desk)
        watch.advance(timedelta(days=2))
        assert refused_code(step, cases.apologise, other, desk, "bão", later) == "apology_late"


def test_a_file_goes_to_a_colleague_or_another_unit(home: Family, desk: Officer) -> None:
    key = file_birth(home).key
    stranger = officer("desk_officer", f"commune:{commune(5)}")
    there = UUID(stranger.actor.id)
    assert refused_code(step, cases.assign, key, desk, there) == "officer_elsewhere"
    step(cases.assign, key, desk, UUID(desk.actor.id))
    step(cases.transfer, key, desk, commune(5), "Trẻ ở xã bên")
    assert refused_code(opened, key, desk) == "case_unknown"
    assert opened(key, stranger).listed.assigned is None


def test_the_list_is_the_units_by_day_and_pages(home: Family, desk: Officer) -> None:
    with clock.frozen(TUESDAY) as watch:
        keys = []
        for name in ("Anh", "Bảo", "Chi", "Dũng"):
            keys.append(file_birth(home, child_name=f"Nguyễn Văn {name}").key)
            watch.advance(timedelta(minutes=5))
        named: dict[str, Any] = {"reach": desk.reach, "actor": desk.actor}
        first = cases.list_queue(QueueFilter(), limit=3, **named)
        rest = cases.list_queue(QueueFilter(), limit=3, after=first.after, **named)
        assert [row.key for row in (*first.rows, *rest.rows)] == keys
        assert rest.after == ""
        found = cases.list_queue(QueueFilter(words="tran thi chen"), **named)
        assert len(found.rows) == 4
        by_code = cases.list_queue(QueueFilter(words=first.rows[1].code.lower()), **named)
        assert [row.key for row in by_code.rows] == [keys[1]]
        watch.advance(timedelta(days=1))
        late = cases.list_queue(QueueFilter(light=Light.RED), **named)
        assert [row.key for row in late.rows] == keys
        standing = cases.standing(desk.reach)
        assert (standing.open, standing.late, standing.soon) == (4, 4, 0)
        assert cases.standing_by_unit()[home.commune] == standing
        elsewhere = officer("desk_officer", f"commune:{commune(5)}")
        nobody: dict[str, Any] = {"reach": elsewhere.reach, "actor": elsewhere.actor}
        assert cases.list_queue(QueueFilter(), **nobody).rows == ()
        assert refused_code(cases.list_queue, QueueFilter(), after="x!", **named) == "page_unknown"


def test_without_a_term_or_a_calendar_the_day_is_said_to_be_unknown(home: Family) -> None:
    desk = officer("desk_officer", f"commune:{home.commune}")
    with clock.frozen(datetime(2031, 1, 6, 2, tzinfo=UTC)):
        key = file_birth(home).key
        assert step(cases.receive, key, desk) is None
        found = opened(key, desk)
    assert found.listed.due_unknown is DueUnknown.YEAR_NOT_DECIDED
    assert found.listed.light is Light.NONE


def test_withdrawn_is_over(home: Family, desk: Officer) -> None:
    key = file_birth(home).key
    to_work(key, desk)
    cases.withdraw(key, "nhầm", person=home.mother, actor=home.actor)
    again = {"person": home.mother, "actor": home.actor}
    assert refused_code(cases.withdraw, key, "nhầm", **again) == "step_not_next"


def test_whoever_applied_rates_once_when_it_is_over(
    home: Family, desk: Officer, chair: Officer
) -> None:
    filed = file_birth(home)
    mother: dict[str, Any] = {"person": home.mother, "actor": home.actor}
    father: dict[str, Any] = {"person": home.father, "actor": home.actor}
    code = refused_code(cases.rate, filed.key, Satisfaction.VERY, **mother)
    assert code == "step_not_next"
    to_work(filed.key, desk)
    step(cases.decide, filed.key, chair, approves=True)
    assert refused_code(cases.rate, filed.key, Satisfaction.NOT, **father) == "case_unknown"
    cases.rate(filed.key, Satisfaction.SATISFIED, " Nhanh ", **mother)
    said = cases.rating_of(filed.key)
    assert said is not None
    assert (said.satisfaction, said.words) == (Satisfaction.SATISFIED, "Nhanh")
    assert refused_code(cases.rate, filed.key, Satisfaction.NOT, **mother) == "rated_before"
    now = clock.now()
    day = timedelta(days=1)
    told = cases.ratings(now - day, now + day)["birth-registration"]
    assert (told.rated, told.share) == (1, 1.0)
    assert cases.ratings(now + day, now + 2 * day) == {}
