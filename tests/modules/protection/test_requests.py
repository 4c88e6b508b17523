"""Requests of data subjects: clocks, roads, refusals with their ground, nobody's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.protection import interface as protection
from danso.modules.protection.data import RequestAnswer, RequestState
from tests.conftest import Database
from tests.eid_world import citizen
from tests.officers import journal
from tests.rights_world import citizen_actor, holder, messages, officer

pytestmark = pytest.mark.clause("III.1.4.8", partly="rights of people and breaches; not the whole")
MONDAY = datetime(2026, 11, 2, 2, tzinfo=UTC)
STEWARD = frozenset({"steward"})
TEXT = "Xóa số điện thoại cũ của tôi"


@pytest.fixture
def person(fresh_db: Database) -> UUID:
    return citizen()


def file(account: UUID, kind: str = "erase") -> UUID:
    return protection.file_request(account, kind, TEXT, actor=citizen_actor(account))


def test_filing_starts_both_clocks_and_tells_the_holder(person: UUID, fresh_db: Database) -> None:
    account = holder(person)
    with clock.frozen(MONDAY):
        key = file(account)
    found = protection.get_request(key, persons=[person])
    assert (found.acknowledge_by.isoformat(), found.due.isoformat()) == ("2026-11-04", "2026-11-23")
    assert messages("request_filed")
    assert TEXT not in messages("request_filed")[0]
    row = next(one for one in journal(fresh_db) if one.action == "rights.request_filed")
    assert (row.outcome, row.subject) == ("done", str(person))
    assert TEXT not in str(row.detail)


def test_the_same_right_has_one_clock_at_a_time(person: UUID) -> None:
    account = holder(person)
    file(account)
    with pytest.raises(Conflict) as refused:
        file(account)
    assert refused.value.code == "right_open"
    file(account, "object")


def test_another_persons_request_is_unknown(person: UUID) -> None:
    stranger = citizen("099084000124", "Lê Văn Đồi")
    account, other = holder(person), holder(stranger)
    key = file(account)
    for read in (
        lambda: protection.get_request(key, persons=[stranger]),
        lambda: protection.withdraw_request(key, persons=[stranger], actor=citizen_actor(other)),
        lambda: protection.get_request(key, roles={"auditor"}),
        lambda: protection.get_request(uuid4(), persons=[person]),
    ):
        with pytest.raises(NotFound) as refused:
            read()
        assert refused.value.code == "matter_unknown"


def test_a_request_is_taken_answered_and_told(person: UUID) -> None:
    account, steward = holder(person), officer("steward")
    key = file(account)
    with pytest.raises(Conflict):
        protection.answer_request(key, RequestAnswer(True, "xong"), roles=STEWARD, actor=steward)
    protection.take_request(key, roles=STEWARD, actor=steward)
    protection.answer_request(key, RequestAnswer(True, "Đã xóa"), roles=STEWARD, actor=steward)
    found = protection.get_request(key, persons=[person])
    assert (found.state, found.answer) == (RequestState.DONE, "Đã xóa")
    assert [step.what for step in found.steps] == ["filed", "taken", "done"]
    assert messages("request_answered")
    assert "xóa" not in messages("request_answered")[0]


@pytest.mark.parametrize("ground", ["", "because"])
def test_a_refusal_names_a_ground_of_the_law(person: UUID, ground: str) -> None:
    account, steward = holder(person), officer("steward")
    key = file(account)
    protection.take_request(key, roles=STEWARD, actor=steward)
    answer = RequestAnswer(False, "Luật buộc giữ", ground)
    with pytest.raises(InvalidValue) as refused:
        protection.answer_request(key, answer, roles=STEWARD, actor=steward)
    assert refused.value.code == "refusal_ground"
    good = RequestAnswer(False, "Luật buộc giữ", "kept_by_law")
    protection.answer_request(key, good, roles=STEWARD, actor=steward)
    assert protection.get_request(key, persons=[person]).ground == "kept_by_law"


def test_nobody_handles_their_own_request(person: UUID, fresh_db: Database) -> None:
    key = file(holder(person))
    own = officer("steward", person=person)
    with pytest.raises(Refused) as refused:
        protection.take_request(key, roles=STEWARD, actor=own)
    assert refused.value.code == "own_matter"
    assert ("rights.request_taken", "refused:own_matter") in [
        (row.action, row.outcome) for row in journal(fresh_db)
    ]


def test_more_time_is_given_once_and_before_the_day(person: UUID) -> None:
    account, steward = holder(person), officer("steward")
    with clock.frozen(MONDAY) as now:
        key = file(account)
        protection.take_request(key, roles=STEWARD, actor=steward)
        protection.extend_request(key, "Phải hỏi nguồn", roles=STEWARD, actor=steward)
        # 20 days of erasure and 20 more end on a Saturday: the Monday after it.
        assert protection.get_request(key, persons=[person]).due.isoformat() == "2026-12-14"
        with pytest.raises(Conflict) as refused:
            protection.extend_request(key, "Lần nữa", roles=STEWARD, actor=steward)
        assert refused.value.code == "request_extended"
        late = file(account, "restrict")
        protection.take_request(late, roles=STEWARD, actor=steward)
        now.advance(timedelta(days=30))
        with pytest.raises(Conflict) as refused:
            protection.extend_request(late, "Muộn", roles=STEWARD, actor=steward)
        assert refused.value.code == "request_late"


def test_late_ones_are_counted_the_silent_ones_too(person: UUID) -> None:
    account = holder(person)
    with clock.frozen(MONDAY) as now:
        file(account)
        assert protection.requests_standing(STEWARD).late == 0
        now.advance(timedelta(days=3))
        # Two working days without a word: late, though there is time to carry it out.
        standing = protection.requests_standing(STEWARD)
        assert (standing.open, standing.late) == (1, 1)


def test_what_an_auditor_answers_is_not_the_stewards(person: UUID) -> None:
    key = file(holder(person), "complain")
    assert protection.list_requests(STEWARD, is_open=True) == ()
    assert protection.list_requests({"auditor"}, is_open=True)[0].key == key


def test_past_its_term_an_answered_request_is_destroyed(person: UUID, fresh_db: Database) -> None:
    account = holder(person)
    with clock.frozen(MONDAY):
        key, kept = file(account), file(account, "object")
        protection.withdraw_request(key, persons=[person], actor=citizen_actor(account))
    assert protection.destroy_past_term(now=MONDAY + timedelta(days=1800)) == {}
    assert protection.destroy_past_term(now=MONDAY + timedelta(days=1900)) == {"requests": 1}
    assert [one.key for one in protection.requests_of([person])] == [kept]
    assert "rights.destroyed" in [row.action for row in journal(fresh_db)]
