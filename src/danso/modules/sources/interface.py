"""The sources module's door: corrections that mend themselves."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from danso.kernel.actors import Actor
from danso.modules.population import interface as population
from danso.modules.sources import queries
from danso.modules.sources.actions import correcting
from danso.modules.sources.actions.correcting import Decider
from danso.modules.sources.data import (
    CorrectionFigures,
    CorrectionRecord,
    DeciderRole,
    State,
    Wrong,
)
from danso.modules.sources.models import Correction
from danso.modules.sources.rules import CORRECTABLE

__all__ = [
    "Decider",
    "answer_correction",
    "correctable_fields",
    "correction_figures",
    "get_correction",
    "list_corrections",
    "open_correction",
    "route_opened",
    "withdraw_correction",
]


def correctable_fields() -> tuple[str, ...]:
    """Codes of the fields a correction may concern, in the catalogue's words."""
    return tuple(CORRECTABLE)


def open_correction(wrong: Wrong, *, actor: Actor) -> UUID:
    """Report a field of a person as wrong; returns the correction's key.

    Routed at once to whoever decides the field, with a deadline (Decree 356/2025, Art. 5).
    The same asker's open complaint about the same field is returned instead of a second one.
    Raises InvalidValue for a field that cannot be corrected or a value that cannot be read,
    PersonNotFound for an unknown person. Journaled; emits CorrectionOpened.
    """
    return correcting.open_correction(wrong, actor=actor)


def answer_correction(
    key: UUID, *, accept: bool, answer: str, decider: Decider, value: str = ""
) -> State:
    """Accept or reject. Accepting changes the register in the same transaction.

    `value` replaces the claimed one where something else turned out to be right. Raises
    CorrectionNotFound outside the decider's communes, CorrectionClosed when answered already,
    Refused where another body decides or where it is the decider's own complaint. Every refusal is
    journaled. Emits CorrectionAnswered, from which the asker is told.
    """
    return correcting.answer_correction(
        key, accept=accept, answer=answer, decider=decider, value=value
    )


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


def get_correction(key: UUID, *, opened_by: str | None = None) -> CorrectionRecord:
    """One correction; with `opened_by` only that asker's. Raises CorrectionNotFound."""
    return queries.get_correction(key, opened_by=opened_by)


def list_corrections(
    *,
    communes: tuple[str, ...] | None,
    state: str = "",
    decider: DeciderRole | None = None,
    opened_by: str = "",
    limit: int = 50,
    offset: int = 0,
) -> list[CorrectionRecord]:
    """Corrections in these communes (None: the whole province), the earliest deadline first."""
    return queries.list_corrections(
        communes=communes,
        state=state,
        decider=decider,
        opened_by=opened_by,
        limit=limit,
        offset=offset,
    )


def correction_figures(communes: tuple[str, ...] | None) -> list[CorrectionFigures]:
    """By commune: open, late, accepted, rejected, median days to answer (None without data)."""
    return queries.figures(communes)
