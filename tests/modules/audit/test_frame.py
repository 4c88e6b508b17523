"""The frame of an action: what stays of it when it ends well, is refused, or fails."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import ClassVar
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, transaction

from danso.kernel.errors import Refused
from danso.modules.audit import interface as audit
from danso.modules.audit.actions import frame
from danso.modules.audit.data import Event
from tests.conftest import Database
from tests.modules.audit.conftest import look
from tests.officers import Journaled, journal


@dataclass(frozen=True)
class TeaPoured(Event):
    """Something that happens in an action."""

    kind: ClassVar[str] = "test.tea_poured"
    cups: int


def refused() -> Refused:
    return Refused("that one is not yours", code="not_yours", fix="Ask who may.")


def rows(database: Database) -> list[tuple[str, str, dict[str, str]]]:
    return [(row.action, row.outcome, row.detail) for row in journal(database)]


def events(database: Database) -> int:
    with psycopg.connect(database.dsn("owner")) as connection:
        found = connection.execute("SELECT count(*) FROM audit_inbox WHERE kind = 2").fetchone()
    return found[0] if found else 0


OPENING = replace(look(), action="tea.pour", outcome="done", subject=None, detail={"pot": "blue"})


def test_action_leaves_its_row_its_further_rows_and_its_events(fresh_db: Database) -> None:
    subject = uuid4()
    with audit.carried_out(OPENING) as ledger:
        ledger.subject = subject
        ledger.outcome = "poured"
        ledger.detail["cups"] = "2"
        ledger.entries = [replace(OPENING, action="tea.cup", detail={})]
        ledger.happened(TeaPoured(2))
    own, cup = journal(fresh_db)
    assert own == Journaled(
        "tea.pour", "poured", {"pot": "blue", "cups": "2"}, OPENING.actor.id, str(subject)
    )
    assert cup.action == "tea.cup"
    assert events(fresh_db) == 1


def spill() -> None:
    """Half an action, then its refusal."""
    with audit.carried_out(OPENING) as ledger:
        audit.record(look())
        ledger.detail["cups"] = "2"
        ledger.happened(TeaPoured(2))
        raise refused()


def test_refusal_leaves_one_row_with_its_code_and_nothing_of_the_action(
    fresh_db: Database,
) -> None:
    with pytest.raises(Refused):
        spill()
    assert rows(fresh_db) == [("tea.pour", "refused:not_yours", {"pot": "blue"})]
    assert events(fresh_db) == 0


def test_fault_leaves_its_kind_and_never_its_text(fresh_db: Database) -> None:
    with pytest.raises(ZeroDivisionError), audit.carried_out(OPENING):
        raise ZeroDivisionError("079099000001 must never reach the journal")
    assert rows(fresh_db) == [("tea.pour", "failed:ZeroDivisionError", {"pot": "blue"})]


def test_refusal_inside_another_action_is_journaled_once_by_the_outer_one(
    fresh_db: Database,
) -> None:
    inner = replace(OPENING, action="tea.warm_the_pot")
    with pytest.raises(Refused), audit.carried_out(OPENING), audit.carried_out(inner):
        raise refused()
    assert [row.action for row in journal(fresh_db)] == ["tea.pour"]


def test_refusal_that_has_its_row_gets_no_second_one(fresh_db: Database) -> None:
    page = replace(OPENING, action="page.tea")
    with pytest.raises(Refused) as caught, audit.carried_out(OPENING):
        raise refused()
    audit.journal_refusal(page, caught.value)
    assert [row.action for row in journal(fresh_db)] == ["tea.pour"]
    audit.journal_refusal(page, refused())
    assert [row.action for row in journal(fresh_db)] == ["tea.pour", "page.tea"]


def spill_a_batch() -> None:
    """Half a batch, then its refusal."""
    with audit.refusals_journaled(OPENING), transaction.atomic():
        audit.record(look())
        raise refused()


def test_block_with_rows_of_its_own_journals_only_refusals(fresh_db: Database) -> None:
    with audit.refusals_journaled(OPENING):
        pass
    assert rows(fresh_db) == []
    with pytest.raises(Refused):
        spill_a_batch()
    assert [row.outcome for row in journal(fresh_db)] == ["refused:not_yours"]


def test_refusal_stands_where_it_cannot_be_journaled(
    fresh_db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def down(_entry: object) -> None:
        raise DatabaseError("the database is down")

    monkeypatch.setattr(frame, "record_refusal", down)
    with (
        caplog.at_level(logging.ERROR, "danso.refusals"),
        pytest.raises(Refused),
        audit.carried_out(OPENING),
    ):
        raise refused()
    assert "could not be journaled" in caplog.text
