"""The part of the door about corrections that mend themselves, and worklists."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from danso.kernel.actors import Actor
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, PersonRecord
from danso.modules.sources.actions import card_lists, correcting, worklists
from danso.modules.sources.actions.correcting import Decider
from danso.modules.sources.data import (
    CorrectionBoard,
    CorrectionFigures,
    CorrectionRecord,
    DeciderRole,
    RowOutcome,
    Stage,
    State,
    WorklistFile,
    WorklistOrder,
    WorklistRecord,
    Wrong,
)
from danso.modules.sources.engine import wording
from danso.modules.sources.engine.wording import Language
from danso.modules.sources.models import Correction
from danso.modules.sources.queries import corrections as queries
from danso.modules.sources.rules import CORRECTABLE, FIELDS_TO_CHECK
from danso.toolkit.platform import province


def correctable_fields() -> tuple[str, ...]:
    """Codes of the fields a correction may concern, in the catalogue's words."""
    return tuple(CORRECTABLE)


def open_correction(wrong: Wrong, *, actor: Actor) -> UUID:
    """Report a field of a person as wrong; returns the correction's key.

    Routed at once to whoever decides the field, with a deadline (Decree 356/2025, Art. 5).
    The same asker's open complaint about the same field is returned instead of a second one.
    Raises InvalidValue for a field that cannot be corrected or a value that cannot be read,
    PersonNotFound for an unknown person, Conflict while another value is open. The holder's own
    (`origin` citizen) is refused about a protected person: it would lie on lists that many read.
    Journaled; emits CorrectionOpened.
    """
    return correcting.open_correction(wrong, actor=actor)


def answer_correction(
    key: UUID, *, accept: bool, answer: str, decider: Decider, value: str = ""
) -> Stage:
    """Accept or reject. Accepting changes the register in the same transaction.

    In a copy accepting sends the change up instead (`sent_up`): the correction stays open until
    the register above answers, closes then by itself (`close_answered`), and nobody answers it
    meanwhile (CorrectionClosed `correction_sent_up`).

    `value` replaces the claimed one where something else turned out to be right. Raises
    CorrectionNotFound outside the decider's communes, CorrectionClosed when answered already,
    Refused where another body decides, or where the decider opened it or is whom it is about.
    Every refusal is journaled. Emits CorrectionAnswered, from which the asker is told.
    """
    return correcting.answer_correction(
        key, accept=accept, answer=answer, decider=decider, value=value
    )


def close_answered(request: UUID, state: str) -> None:
    """Close the correction whose change the register above accepted or refused, with its words.
    Idempotent. Emits CorrectionAnswered."""
    correcting.close_answered(request, state)


def withdraw_correction(key: UUID, *, actor: Actor) -> State:
    """Take back one's own open correction."""
    return correcting.withdraw_correction(key, actor=actor)


def route_opened(key: UUID) -> None:
    """Give a correction that came through the gateway its decider and deadline. Idempotent."""
    with transaction.atomic():
        row = Correction.objects.select_for_update().filter(key=key, decider="").first()
        if row is None or row.state != "open":
            return
        person = population.find_person(row.person)
        correcting.route(row, (person.commune if person else None) or "")


def get_correction(
    key: UUID, *, opened_by: str | None = None, communes: tuple[str, ...] | None = None
) -> CorrectionRecord:
    """One correction; with `opened_by` only that asker's, with `communes` only one decided there.

    Raises CorrectionNotFound.
    """
    return queries.get_correction(key, opened_by=opened_by, communes=communes)


def list_corrections(
    *,
    communes: tuple[str, ...] | None,
    state: str = "",
    decider: DeciderRole | None = None,
    opened_by: str = "",
    limit: int = 50,
    offset: int = 0,
) -> list[CorrectionRecord]:
    """Corrections in these communes (None: the whole province), the earliest deadline first.

    `state` is a Stage: `open` leaves out those that were `sent_up`.
    """
    return queries.list_corrections(
        communes=communes,
        state=state,
        decider=decider,
        opened_by=opened_by,
        limit=limit,
        offset=offset,
    )


def reported_by_holder(people: Collection[UUID]) -> list[CorrectionRecord]:
    """What somebody known by these keys reported about themselves, the newest first, whichever
    account they had then."""
    return queries.reported_by_holder(people)


def correction_figures(communes: tuple[str, ...] | None) -> list[CorrectionFigures]:
    """By commune: open, late, accepted, rejected, median days to answer (None without data)."""
    return queries.figures(communes)


def correction_board(since: datetime) -> CorrectionBoard:
    """The province together and by commune: all that is open, and what was answered since.

    Counts and medians of answered ones are of that span, so that it costs the same every year.
    """
    return queries.board(since)


def checkable_measures() -> tuple[str, ...]:
    """Codes of the measures of quality that can be checked from door to door with a worklist."""
    return tuple(FIELDS_TO_CHECK)


def stored_text(field: str, person: PersonRecord, language: Language = "vi") -> str:
    """What the register holds of a field (catalogue code), as people write it; empty for nothing.

    The caller journals the look and hides what the purpose does not allow.
    """
    return wording.stored_text(province(), field, person, language)


def make_worklist(
    order: WorklistOrder, *, actor: Actor, grounds: Grounds, communes: tuple[str, ...] | None
) -> UUID:
    """Make a list of who fails a measure, at most 2,000 people; returns its key. Journaled.

    One line per person and field in doubt; `communes` limits whom it may hold (None: everybody).
    Raises InvalidValue (`worklist_empty`, `measure_not_checkable`).
    """
    return worklists.make_worklist(order, actor=actor, grounds=grounds, communes=communes)


def worklist_file(
    key: UUID, *, actor: Actor, grounds: Grounds, communes: tuple[str, ...] | None
) -> WorklistFile:
    """The lines still unanswered as XLSX; a look at each person on it is journaled.

    Lines whose value has changed since are left out. Raises WorklistNotFound.
    """
    return worklists.worklist_file(key, actor=actor, grounds=grounds, communes=communes)


def read_worklist(content: bytes, *, decider: Decider, grounds: Grounds) -> list[RowOutcome]:
    """Carry out the answers of a returned XLSX, each line in a transaction of its own.

    The same answers again are `already`; a value that has changed since the list was made is
    `stale`; lines of other communes are `unknown_row`. Changes go through the register's own
    actions with the worklist as evidence and are journaled. Raises InvalidValue for a file that is
    no worklist, too large (5 MB, 5,000 lines) or unpacks to too much.
    """
    return worklists.read_worklist(content, decider=decider, grounds=grounds)


def list_worklists(
    communes: tuple[str, ...] | None, *, limit: int = 50, offset: int = 0
) -> list[WorklistRecord]:
    """Worklists of these communes (None: all), the newest first."""
    return queries.list_worklists(communes, limit=limit, offset=offset)


def get_worklist(key: UUID, communes: tuple[str, ...] | None) -> WorklistRecord:
    """One worklist of these communes (None: any). Raises WorklistNotFound."""
    return queries.get_worklist(key, communes)


def card_list_file(
    commune: str,
    *,
    hamlet: str | None,
    actor: Actor,
    grounds: Grounds,
    communes: tuple[str, ...] | None,
) -> WorklistFile:
    """Who must have a card and has none or an expired one, as XLSX; journaled for each person."""
    return card_lists.card_list_file(
        commune, hamlet=hamlet, actor=actor, grounds=grounds, communes=communes
    )
