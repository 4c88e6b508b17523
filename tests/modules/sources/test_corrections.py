"""A mismatch on its way to whoever decides, and what an answer changes."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue, Refused
from danso.modules.audit.interface import run_handlers
from danso.modules.identity.actions.eids import make_citizen
from danso.modules.notices.models import OutgoingMessage
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.modules.sources.data import (
    CorrectionBoard,
    CorrectionClosed,
    CorrectionNotFound,
    Wrong,
)
from danso.modules.sources.interface import Decider
from tests.conftest import Database
from tests.modules.sources.conftest import POLICE, STEWARD


def wrong(person: UUID, field: str = "birth", claimed: str = "03/02/1972") -> Wrong:
    return Wrong(person, field, claimed, "birth certificate 12/1972", "steward")


def inbox(database: Database, kind: int) -> list[str]:
    with psycopg.connect(database.dsn("owner")) as owner:
        rows = owner.execute(
            "SELECT entry::json ->> %s FROM audit_inbox WHERE kind = %s ORDER BY id",
            ["event" if kind == 2 else "action", kind],
        )
        return [row[0] for row in rows]


def outcomes(database: Database, action: str) -> list[str]:
    with psycopg.connect(database.dsn("owner")) as owner:
        rows = owner.execute(
            "SELECT entry::json ->> 'outcome' FROM audit_inbox"
            " WHERE kind = 1 AND entry::json ->> 'action' = %s ORDER BY id",
            [action],
        )
        return [row[0] for row in rows]


def test_open_correction_is_routed_with_a_deadline(person: UUID, commune: str) -> None:
    key = sources.open_correction(wrong(person), actor=STEWARD)
    found = sources.get_correction(key)
    assert (found.state, found.decider, found.commune) == ("open", "commune_police", commune)
    assert found.due is not None
    assert (found.due - found.opened_at.date()).days >= 9


def test_open_correction_twice_by_one_asker_is_one(person: UUID) -> None:
    first = sources.open_correction(wrong(person), actor=STEWARD)
    assert sources.open_correction(wrong(person), actor=STEWARD) == first


def test_another_value_while_one_is_open_is_refused(person: UUID) -> None:
    first = sources.open_correction(wrong(person), actor=STEWARD)
    with pytest.raises(Conflict) as refused:
        sources.open_correction(wrong(person, claimed="03/02/1973"), actor=STEWARD)
    assert refused.value.code == "correction_open"
    assert sources.get_correction(first).claimed == "03/02/1972"


@pytest.mark.clause("I.A.2022.2", partly="cards are issued by the police's own system")
def test_accept_changes_the_register_and_tells_in_one_commit(
    fresh_db: Database, person: UUID, police: Decider
) -> None:
    key = sources.open_correction(wrong(person), actor=STEWARD)
    state = sources.answer_correction(key, accept=True, answer="seen", decider=police)
    assert state == "accepted"
    assert population.get_person(person).birth == "1972-02-03"
    assert inbox(fresh_db, 2)[-1] == "sources.correction_answered"
    assert "population.person_corrected" in inbox(fresh_db, 2)


def test_accept_with_a_third_value_records_that_one(person: UUID, police: Decider) -> None:
    key = sources.open_correction(wrong(person), actor=STEWARD)
    sources.answer_correction(
        key, accept=True, answer="neither was right", decider=police, value="03/02/1970"
    )
    assert population.get_person(person).birth == "1970-02-03"


def test_reject_keeps_the_register_and_says_why(person: UUID, police: Decider) -> None:
    key = sources.open_correction(wrong(person), actor=STEWARD)
    sources.answer_correction(key, accept=False, answer="the paper is of a sister", decider=police)
    assert population.get_person(person).birth == "1971-02-03"
    assert sources.get_correction(key).answer == "the paper is of a sister"


def test_whoever_it_is_about_is_told_that_it_was_answered(person: UUID, police: Decider) -> None:
    make_citizen("909000000123", "0912345678", person, None)
    own = replace(wrong(person), origin="citizen")

    def told(one: Wrong, *, accept: bool) -> list[str]:
        before = set(OutgoingMessage.objects.values_list("key", flat=True))
        key = sources.open_correction(one, actor=STEWARD)
        sources.answer_correction(key, accept=accept, answer="seen", decider=police)
        return [row.code for row in OutgoingMessage.objects.exclude(key__in=before)]

    assert told(own, accept=False) == ["sources.correction_answered"]
    assert told(wrong(person), accept=False) == [], "another's report that changed nothing"
    assert told(wrong(person), accept=True) == ["sources.correction_answered"]


def test_answer_twice_is_refused_and_journaled(
    fresh_db: Database, person: UUID, police: Decider
) -> None:
    key = sources.open_correction(wrong(person), actor=STEWARD)
    sources.answer_correction(key, accept=True, answer="", decider=police)
    with pytest.raises(CorrectionClosed):
        sources.answer_correction(key, accept=False, answer="", decider=police)
    assert outcomes(fresh_db, "sources.correction_answer") == [
        "accepted",
        "refused:correction_closed",
    ]


def test_answer_from_another_commune_finds_nothing(person: UUID) -> None:
    key = sources.open_correction(wrong(person), actor=STEWARD)
    stranger = Decider(POLICE, frozenset({"commune_police"}), ("00000",))
    with pytest.raises(CorrectionNotFound):
        sources.answer_correction(key, accept=True, answer="", decider=stranger)
    assert population.get_person(person).birth == "1971-02-03"


def test_answer_ones_own_complaint_is_refused(person: UUID, police: Decider) -> None:
    key = sources.open_correction(wrong(person), actor=POLICE)
    with pytest.raises(Refused) as refused:
        sources.answer_correction(key, accept=True, answer="", decider=police)
    assert refused.value.code == "correction_own"


def test_a_register_that_refuses_leaves_the_correction_open(
    fresh_db: Database, person: UUID, police: Decider
) -> None:
    key = sources.open_correction(wrong(person, claimed="03/02/1971"), actor=STEWARD)
    with pytest.raises(Exception, match="already says so"):
        sources.answer_correction(key, accept=True, answer="", decider=police)
    assert sources.get_correction(key).state == "open"
    assert outcomes(fresh_db, "sources.correction_answer") == ["refused:nothing_changes"]


@pytest.mark.parametrize(
    ("field", "claimed"),
    [("number", "099171000001"), ("birth", "yesterday"), ("sex", "?"), ("permanent_place", "X")],
)
def test_open_correction_that_cannot_be_read_says_what_to_write(
    person: UUID, field: str, claimed: str
) -> None:
    with pytest.raises(InvalidValue) as refused:
        sources.open_correction(wrong(person, field, claimed), actor=STEWARD)
    assert refused.value.fix


def test_withdraw_by_somebody_else_finds_nothing(person: UUID) -> None:
    key = sources.open_correction(wrong(person), actor=STEWARD)
    with pytest.raises(CorrectionNotFound):
        sources.withdraw_correction(key, actor=POLICE)
    assert sources.withdraw_correction(key, actor=STEWARD) == "withdrawn"


def test_figures_give_the_median_days_of_answered_ones(person: UUID, police: Decider) -> None:
    key = sources.open_correction(wrong(person), actor=STEWARD)
    assert sources.correction_figures(None)[0].median_days is None
    sources.answer_correction(key, accept=True, answer="", decider=police)
    figures = sources.correction_figures(police.communes)[0]
    assert (figures.open, figures.accepted) == (0, 1)
    assert figures.median_days is not None
    assert 0 <= figures.median_days < 1


def test_the_board_is_of_the_province_and_of_each_commune(
    person: UUID, police: Decider, commune: str
) -> None:
    month_ago = clock.now() - timedelta(days=30)
    assert sources.correction_board(month_ago) == CorrectionBoard(None, ())
    sources.open_correction(wrong(person), actor=STEWARD)
    answered = sources.open_correction(wrong(person, "sex", "2"), actor=STEWARD)
    sources.answer_correction(answered, accept=False, answer="no", decider=police)
    board = sources.correction_board(month_ago)
    assert board.together is not None
    assert (board.together.commune, board.together.open, board.together.rejected) == ("", 1, 1)
    assert [(one.commune, one.open, one.rejected) for one in board.communes] == [(commune, 1, 1)]
    later = sources.correction_board(clock.now() + timedelta(days=1))
    assert later.together is not None
    assert (later.together.open, later.together.rejected) == (1, 0)
    assert later.together.median_days is None


def test_a_correction_through_the_sql_door_is_routed_by_its_event(
    fresh_db: Database, person: UUID, commune: str
) -> None:
    with psycopg.connect(fresh_db.dsn("owner")) as owner:
        row = owner.execute(
            "SELECT key FROM sources_v1.ask_correction(%s, 'sex', '1', 'e', 'bank', 'u', '', '')",
            [person],
        ).fetchone()
    assert row is not None
    key = row[0]
    assert sources.get_correction(key).decider == ""
    sources.route_opened(key)
    sources.route_opened(key)
    assert sources.get_correction(key, opened_by="bank").commune == commune
    with pytest.raises(CorrectionNotFound):
        sources.get_correction(key, opened_by="another bank")


def test_route_opened_of_an_unknown_key_does_nothing(person: UUID) -> None:
    sources.route_opened(uuid4())
    assert run_handlers() is not None
