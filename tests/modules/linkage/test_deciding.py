"""Clerks decide what matching left open; later runs keep to it; everything can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import OpenLink
from danso.modules.linkage.models import Candidate, Decision, Link, PastLink
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from danso.toolkit.platform import province
from tests.modules.linkage.conftest import SOURCE, STEWARD, record, run, write
from tests.modules.population.conftest import Inbox, enrol

pytestmark = pytest.mark.usefixtures("others")

CLERK = Actor("officer", "clerk-1", "province")
THIRD = Actor("officer", "clerk-3", "province")
SECOND = Actor("officer", "clerk-2", "province")
GROUNDS = Grounds(purpose="residence", file_code="F-1")
WRITTEN = Grounds(reason="hồ sơ giấy 12", purpose="residence", file_code="F-1")
NAME = "Trương Quý Khoát"
TAKEN = "099150000017"
Two = tuple[UUID, UUID]


def communes() -> list[str]:
    return [unit.code for unit in province().units.communes[:2]]


@pytest.fixture
def two(others: None) -> Two:
    """Two people whom a record of that name and day fits alike."""
    first, second = communes()
    return enrol(NAME, commune=first), enrol(NAME, commune=second)


@pytest.fixture
def file(tmp_path: Path, two: Two) -> Path:
    assert two
    made = write(tmp_path, record("1", NAME))
    run(made)
    return made


@pytest.fixture
def risky(tmp_path: Path, two: Two) -> Two:
    """The same, but the record's number is a third person's."""
    enrol("Cầm Thị Lai", number=TAKEN, sex=2, birth=PartialDate(1950, 1, 2))
    run(write(tmp_path, record("1", NAME, number=TAKEN)))
    return two


def opened(scope: Scope | None = None) -> OpenLink:
    key = linkage.next_open(SOURCE, scope or Scope())
    assert key is not None
    return linkage.open_link(key, scope or Scope())


def decide(person: UUID | None, *, grounds: Grounds = GROUNDS) -> str:
    return linkage.decide_link(opened().key, person, actor=CLERK, grounds=grounds)


def now() -> tuple[str, str, UUID | None]:
    row = Link.objects.get(record="1")
    return row.band, row.reason, row.person


def standing() -> Decision:
    found: Decision = Decision.objects.get(state="standing")
    return found


@pytest.mark.usefixtures("file")
def test_candidates_stand_beside_an_open_record_with_what_each_comparison_gave(two: Two) -> None:
    found = opened()
    assert {one.person for one in found.candidates} == set(two)
    best = found.candidates[0]
    assert best.shares["full_name"].level == "same"
    assert best.shares["full_name"].weight > best.shares["sex"].weight > 0
    assert best.shares["number"].level == "unknown"
    assert not best.needs_two
    assert [(one.source, one.open) for one in linkage.count_open()] == [(SOURCE, 1)]


@pytest.mark.usefixtures("others")
def test_at_most_five_people_stand_beside_a_record(tmp_path: Path) -> None:
    for _ in range(7):
        enrol(NAME)
    run(write(tmp_path, record("1", NAME)))
    assert len(opened().candidates) == 5


@pytest.mark.usefixtures("others")
def test_only_records_for_a_clerk_have_candidates(tmp_path: Path) -> None:
    enrol(NAME)
    run(write(tmp_path, record("1", NAME), record("2", "Cầm Bá Lai")))
    assert Link.objects.get(record="1").band == "linked"
    assert not Candidate.objects.exists()
    assert linkage.next_open(SOURCE) is None


@pytest.mark.usefixtures("file")
def test_a_clerk_links_a_record_and_what_stood_there_is_kept(
    two: Two, inbox: Callable[[], Inbox]
) -> None:
    assert decide(two[1]) == "linked"

    assert now() == ("linked", "clerk", two[1])
    decision = standing()
    assert (decision.proposed_by, decision.decided_by, decision.person) == (
        CLERK.id,
        CLERK.id,
        two[1],
    )
    past = PastLink.objects.get()
    assert (past.band, past.reason, past.ended_by) == ("clerk", "several", decision.key)
    assert ("linkage.decide_link", "done", str(two[1])) in inbox().actions
    assert "linkage.link_decided" in inbox().kinds
    assert linkage.count_open() == []
    assert [one.key for one in linkage.decisions_of(CLERK.id)[0]] == [decision.key]


@pytest.mark.usefixtures("file")
def test_nobody_may_be_the_answer() -> None:
    assert decide(None) == "not_found"
    assert now() == ("not_found", "clerk", None)


def test_a_later_run_keeps_to_a_decision_while_the_record_says_the_same(
    file: Path, two: Two
) -> None:
    decide(two[1])
    since = Link.objects.get(record="1").since
    done = run(file)
    assert now() == ("linked", "clerk", two[1])
    assert (done.counts.changed, done.counts.linked, done.counts.clerk) == (0, 1, 0)
    assert Link.objects.get(record="1").since == since


def test_nobody_stays_nobody_over_a_later_run(file: Path) -> None:
    decide(None)
    run(file)
    assert now() == ("not_found", "clerk", None)


def test_a_record_that_says_something_else_is_open_again(
    tmp_path: Path, file: Path, two: Two
) -> None:
    assert file
    decide(two[1])
    run(write(tmp_path, record("1", NAME.upper(), "21/03/1984")))
    assert now()[1] == "clerk", "written otherwise, it still says the same"
    run(write(tmp_path, ("1", NAME, "21/03/1984", "", "", "", "")))
    assert now()[:2] == ("clerk", "several")
    assert Decision.objects.get().state == "ended"
    assert linkage.decisions_of(CLERK.id) == ([], 0)
    assert decide(two[0]) == "linked"


def test_a_record_that_is_gone_takes_its_decision_along(
    tmp_path: Path, file: Path, two: Two
) -> None:
    assert file
    decide(two[1])
    run(write(tmp_path, record("2", "Cầm Bá Lai")))
    assert not Link.objects.filter(record="1").exists()
    assert PastLink.objects.filter(decision=Decision.objects.get().key).count() == 1
    assert not Candidate.objects.exists()


def test_a_decision_follows_a_merge_and_ends_where_the_person_is_protected(
    file: Path, two: Two
) -> None:
    decide(two[1])
    population.merge_people(*two, officers=(CLERK, SECOND), grounds=WRITTEN)
    run(file)
    assert now() == ("linked", "clerk", two[0])
    assert standing().person == two[1]

    population.protect(two[0], actor=STEWARD, grounds=WRITTEN, scope=Scope(sees_protected=True))
    run(file)
    assert now()[2] is None


def test_undoing_brings_back_what_stood_there(
    file: Path, two: Two, inbox: Callable[[], Inbox]
) -> None:
    decide(two[1])
    run(file)
    with pytest.raises(InvalidValue) as missing:
        linkage.undo_link(standing().key, actor=SECOND, grounds=GROUNDS)
    assert missing.value.code == "undo_reason_missing"
    assert linkage.undo_link(standing().key, actor=SECOND, grounds=WRITTEN) == "undone"
    assert now()[:2] == ("clerk", "several")
    assert Decision.objects.get().state == "undone"
    assert ("linkage.undo_link", "done", str(two[1])) in inbox().actions
    assert {one.person for one in opened().candidates} == set(two)
    with pytest.raises(Conflict) as caught:
        linkage.undo_link(Decision.objects.get().key, actor=SECOND, grounds=WRITTEN)
    assert caught.value.code == "decision_closed"
    assert decide(two[0]) == "linked"
    run(file)
    assert now() == ("linked", "clerk", two[0])


def test_a_risky_link_takes_two_officers(risky: Two, inbox: Callable[[], Inbox]) -> None:
    found = opened()
    assert all(one.needs_two for one in found.candidates)
    with pytest.raises(InvalidValue) as missing:
        decide(risky[0])
    assert missing.value.code == "link_reason_missing"

    assert decide(risky[0], grounds=WRITTEN) == "waiting"

    assert now()[0] == "clerk"
    assert linkage.next_open(SOURCE) is None
    (waiting,) = linkage.waiting_decisions()
    assert [(one.open, one.waiting) for one in linkage.count_open()] == [(0, 1)]
    assert linkage.open_link(found.key).waiting == waiting
    with pytest.raises(Refused) as refused:
        linkage.confirm_link(waiting.key, actor=CLERK, grounds=GROUNDS)
    assert refused.value.code == "link_needs_two"
    with pytest.raises(Conflict) as again:
        linkage.decide_link(found.key, risky[1], actor=SECOND, grounds=WRITTEN)
    assert again.value.code == "link_waiting"

    linkage.confirm_link(waiting.key, actor=SECOND, grounds=GROUNDS)

    assert now() == ("linked", "clerk", risky[0])
    decision = standing()
    assert (decision.proposed_by, decision.decided_by) == (CLERK.id, SECOND.id)
    for officer in (CLERK, SECOND):
        assert linkage.decisions_of(officer.id)[1] == 1
    refusal = ("linkage.confirm_link", "refused:link_needs_two", str(risky[0]))
    assert refusal in inbox().actions
    assert ("linkage.decide_link", "waiting", str(risky[0])) in inbox().actions
    assert inbox().kinds.count("linkage.link_decided") == 1


def test_a_link_of_two_officers_is_taken_back_by_two(
    risky: Two, inbox: Callable[[], Inbox]
) -> None:
    decide(risky[0], grounds=WRITTEN)
    (waiting,) = linkage.waiting_decisions()
    linkage.confirm_link(waiting.key, actor=SECOND, grounds=GROUNDS)

    assert linkage.undo_link(waiting.key, actor=THIRD, grounds=WRITTEN) == "waiting"

    assert now() == ("linked", "clerk", risky[0])
    (contested,) = linkage.contested_decisions()
    assert (contested.undo_by, contested.undo_reason) == (THIRD.id, WRITTEN.reason)
    with pytest.raises(Refused) as refused:
        linkage.undo_link(waiting.key, actor=THIRD, grounds=WRITTEN)
    assert refused.value.code == "link_needs_two"

    linkage.keep_link(waiting.key, actor=SECOND, grounds=GROUNDS)
    assert linkage.contested_decisions() == []
    with pytest.raises(Conflict):
        linkage.keep_link(waiting.key, actor=SECOND, grounds=GROUNDS)

    linkage.undo_link(waiting.key, actor=THIRD, grounds=WRITTEN)
    assert linkage.undo_link(waiting.key, actor=CLERK, grounds=WRITTEN) == "undone"
    assert now()[0] == "clerk"
    assert ("linkage.undo_link", "waiting", str(risky[0])) in inbox().actions


def test_a_declined_proposal_leaves_the_record_open(risky: Two) -> None:
    decide(risky[0], grounds=WRITTEN)
    (waiting,) = linkage.waiting_decisions()
    linkage.decline_link(waiting.key, actor=SECOND, grounds=GROUNDS)
    assert linkage.waiting_decisions() == []
    assert opened().waiting is None
    with pytest.raises(Conflict):
        linkage.confirm_link(waiting.key, actor=SECOND, grounds=GROUNDS)


def test_a_run_ends_a_proposal_about_a_record_that_changed(risky: Two, tmp_path: Path) -> None:
    decide(risky[0], grounds=WRITTEN)
    (waiting,) = linkage.waiting_decisions()
    run(write(tmp_path, record("1", NAME, number=TAKEN)))
    assert linkage.waiting_decisions() == [waiting]
    run(write(tmp_path, record("1", NAME)))
    assert linkage.waiting_decisions() == []
    assert Decision.objects.get().state == "ended"


@pytest.mark.usefixtures("file")
def test_who_reaches_only_one_of_the_people_does_not_see_the_record(two: Two) -> None:
    first, second = communes()
    link = opened().key
    narrow = Scope(communes=(first,))
    assert linkage.next_open(SOURCE, narrow) is None
    assert linkage.count_open(narrow) == []
    with pytest.raises(NotFound) as caught:
        linkage.open_link(link, narrow)
    assert caught.value.code == "link_not_open"
    with pytest.raises(NotFound):
        linkage.decide_link(link, two[0], actor=CLERK, grounds=GROUNDS, scope=narrow)
    assert now()[0] == "clerk"
    both = Scope(communes=(first, second))
    assert linkage.next_open(SOURCE, both) == link
    linkage.decide_link(link, two[0], actor=CLERK, grounds=GROUNDS, scope=both)
    with pytest.raises(NotFound) as hidden:
        linkage.undo_link(standing().key, actor=SECOND, grounds=GROUNDS, scope=narrow)
    assert hidden.value.code == "decision_not_found"


@pytest.mark.usefixtures("file")
def test_protected_people_are_nobody_s_candidates(two: Two) -> None:
    link = opened().key
    guardian = Scope(sees_protected=True)
    population.protect(two[0], actor=STEWARD, grounds=WRITTEN, scope=guardian)
    assert [one.person for one in opened().candidates] == [two[1]]
    with pytest.raises(NotFound) as caught:
        linkage.decide_link(link, two[0], actor=CLERK, grounds=GROUNDS)
    assert caught.value.code == "person_not_found"
    population.protect(two[1], actor=STEWARD, grounds=WRITTEN, scope=guardian)
    assert linkage.next_open(SOURCE) is None


@pytest.mark.usefixtures("file")
def test_a_link_that_is_not_open_and_a_decision_that_is_none_are_refused(two: Two) -> None:
    link = opened().key
    decide(two[0])
    with pytest.raises(NotFound) as caught:
        linkage.decide_link(link, two[0], actor=CLERK, grounds=GROUNDS)
    assert caught.value.code == "link_not_open"
    for act in (linkage.confirm_link, linkage.decline_link, linkage.undo_link):
        with pytest.raises(NotFound) as none:
            act(UUID(int=0), actor=CLERK, grounds=GROUNDS)
        assert none.value.code == "decision_not_found"


def test_open_records_come_one_after_the_other(tmp_path: Path, two: Two) -> None:
    assert two
    run(write(tmp_path, *(record(str(n), NAME) for n in range(3))))
    for is_oldest_first in (False, True):
        seen: list[UUID] = []
        here = linkage.next_open(SOURCE, is_oldest_first=is_oldest_first)
        while here is not None:
            seen.append(here)
            here = linkage.next_open(SOURCE, after=here, is_oldest_first=is_oldest_first)
        assert len(set(seen)) == len(seen) == 3


def test_a_closed_source_is_matched_with_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    described = province()
    closed = described.databases["insurance"].model_copy(update={"reach": "closed"})
    changed = {**described.databases, "insurance": closed}
    monkeypatch.setattr(
        "danso.modules.linkage.queries.links.province",
        lambda: described.model_copy(update={"databases": changed}),
    )
    matching = linkage.Matching(source="insurance", digest="", frames=())
    with pytest.raises(Refused) as caught:
        linkage.match_records(matching, actor=STEWARD)
    assert caught.value.code == "source_closed"
