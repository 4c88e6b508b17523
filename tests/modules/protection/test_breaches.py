"""The register of breaches: its clock, what stays of its past, who is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.audit import interface as audit
from danso.modules.audit.data import BodyKind, Decision
from danso.modules.audit.jobs import Sealer
from danso.modules.protection import interface as protection
from danso.modules.protection.data import BreachState, Concerned, NewBreach, Notification
from tests.conftest import Database
from tests.eid_world import citizen
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import journal
from tests.rights_world import holder, look_at, messages, officer

pytestmark = pytest.mark.clause("III.1.4.8", partly="rights of people and breaches; not the whole")
FOUND = datetime(2026, 12, 1, 2, tzinfo=UTC)
KNOWN = NewBreach(FOUND, "disclosed", ("basic",), "Một tài khoản bị lộ mật khẩu")


@pytest.fixture
def keeper(fresh_db: Database, key_path: Path) -> Actor:  # noqa: F811
    del key_path
    return officer("operator")


def record(keeper: Actor, known: NewBreach = KNOWN) -> UUID:
    return protection.record_breach(known, actor=keeper)


def test_the_clock_runs_72_hours_from_the_discovery_and_cries_thrice(
    keeper: Actor, fresh_db: Database
) -> None:
    with clock.frozen(FOUND + timedelta(hours=2)) as now:
        key = record(keeper)
        assert protection.get_breach(key).left(clock.now()) == timedelta(hours=70)
        assert protection.watch_clocks() == 0
        for hours in (47, 18, 10):
            now.advance(timedelta(hours=hours))
            assert (protection.watch_clocks(), protection.watch_clocks()) == (1, 0)
        assert protection.breaches_standing().late == 1
    cried = [row for row in journal(fresh_db) if row.action == "breach.clock_running_out"]
    assert [int(row.detail["hours"]) for row in cried] == [24, 6, 0]


@pytest.mark.parametrize(("hours", "result"), [(72, "in_time"), (73, "late")])
def test_telling_the_authority_stops_the_clock(
    keeper: Actor, fresh_db: Database, hours: int, result: str
) -> None:
    with clock.frozen(FOUND + timedelta(hours=80)):
        key = record(keeper)
        told = Notification(FOUND + timedelta(hours=hours), "công văn", "12/BC")
        protection.notify_authority(key, told, actor=keeper)
        found = protection.get_breach(key)
        assert (found.left(clock.now()), found.was_late) == (None, result == "late")
        assert protection.watch_clocks() == 0
        with pytest.raises(Conflict):
            protection.notify_authority(key, told, actor=keeper)
    row = next(one for one in journal(fresh_db) if one.action == "breach.notified")
    assert row.detail["decision"] == result


def test_it_closes_only_told_of_or_as_none_after_all(keeper: Actor) -> None:
    with clock.frozen(FOUND + timedelta(hours=1)):
        key, none = record(keeper), record(keeper)
        with pytest.raises(Conflict) as refused:
            protection.close_breach(key, "Xong", was_none=False, actor=keeper)
        assert refused.value.code == "breach_not_notified"
        protection.notify_authority(key, Notification(clock.now(), "công văn"), actor=keeper)
        protection.close_breach(key, "Xong", was_none=False, actor=keeper)
        protection.close_breach(none, "Thử nghiệm", was_none=True, actor=keeper)
        assert {one.state for one in protection.list_breaches()} == {BreachState.CLOSED}
        with pytest.raises(Conflict) as closed:
            protection.note_step(key, "Thêm", actor=keeper)
    assert closed.value.code == "breach_closed"


def test_what_stood_there_before_stays_in_the_steps(keeper: Actor) -> None:
    with clock.frozen(FOUND + timedelta(hours=1)):
        key = record(keeper)
        protection.change_breach(
            key, replace(KNOWN, people=120, happened="Hai tài khoản"), actor=keeper
        )
        found = protection.get_breach(key)
    assert (found.known.people, found.known.happened) == (120, "Hai tài khoản")
    assert [step.what for step in found.steps] == ["recorded", "changed"]
    assert found.steps[1].text == f"Số người (ước tính): –\nDiễn biến: {KNOWN.happened}"


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (replace(KNOWN, happened="Lộ của 099084000123"), "text_names_somebody"),
        (replace(KNOWN, measures="Gọi 0912345678"), "text_names_somebody"),
        (replace(KNOWN, kind="spilt"), "breach_kind"),
        (replace(KNOWN, data=()), "breach_kind"),
        (replace(KNOWN, discovered_at=FOUND + timedelta(days=9)), "breach_moment"),
        (replace(KNOWN, happened=" "), "text_shape"),
    ],
)
def test_a_breach_that_can_not_be_is_refused(keeper: Actor, known: NewBreach, code: str) -> None:
    with clock.frozen(FOUND + timedelta(hours=1)), pytest.raises(InvalidValue) as refused:
        record(keeper, known)
    assert refused.value.code == code


def test_whoever_the_thief_looked_at_is_told_once(
    keeper: Actor,
    sealer: Sealer,  # noqa: F811
) -> None:
    thief = Actor("officer", officer("steward").id, "cong-an-tinh", "pages")
    reached, unreached = citizen(), citizen("099084000124", "Lê Văn Đồi")
    hidden = citizen("099084000125", "Trần Thị Suối")
    holder(reached)
    holder(hidden, phone="0912345679")
    until = clock.now() + timedelta(days=30)
    decision = Decision(BodyKind.INVESTIGATION, "cong-an-tinh", hidden, "QD-1", until)
    case = audit.propose_withholding(decision, actor=officer("auditor"))
    audit.sign_withholding(case, actor=officer("auditor"))
    for person in (reached, reached, unreached, hidden):
        look_at(person, thief)
    sealer.seal()
    known = replace(KNOWN, discovered_at=clock.now() - timedelta(hours=1))
    key = record(keeper, known)
    whom = Concerned(thief.id, clock.today(), clock.today())
    counted = protection.count_concerned(key, whom, actor=keeper)
    assert (counted.people, counted.told, counted.unreachable) == (2, 1, 1)
    assert messages("breach") == []
    assert protection.tell_concerned(key, whom, actor=keeper).told == 1
    again = protection.tell_concerned(key, whom, actor=keeper)
    assert (again.told, again.told_before) == (0, 1)
    assert len(messages("breach")) == 1
    assert protection.get_breach(key).people_told == 1


def test_biometric_data_must_be_told_of_by_the_second_clock(keeper: Actor) -> None:
    with clock.frozen(FOUND + timedelta(hours=1)):
        plain, body = record(keeper), record(keeper, replace(KNOWN, data=("biometric",)))
        assert not protection.get_breach(plain).must_tell_people
        assert protection.get_breach(body).must_tell_people


def test_the_report_says_what_is_known_and_what_is_not(keeper: Actor) -> None:
    with clock.frozen(FOUND + timedelta(hours=1)):
        text = protection.report_text(record(keeper))
    for said in ("09:00 ngày 01/12/2026", "09:00 ngày 04/12/2026", "A05", "Mẫu số 08"):
        assert said in text
    assert "7. Nguyên nhân: (chưa rõ)" in text
