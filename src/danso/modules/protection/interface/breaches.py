"""The part of the door about breaches of personal data. Texts there name nobody."""

from __future__ import annotations

from uuid import UUID

from danso.catalogue.shapes.rights import BreachRules
from danso.kernel.actors import Actor
from danso.modules.protection.actions import breaches, concerned
from danso.modules.protection.data import (
    BreachData,
    Concerned,
    NewBreach,
    Notification,
    Reached,
    Standing,
)
from danso.modules.protection.queries import breaches as queries
from danso.toolkit.platform import province


def breach_rules() -> BreachRules:
    """Kinds, groups of data, who is told and within how many hours (rights.yaml)."""
    return province().rights.breach


def record_breach(known: NewBreach, *, actor: Actor) -> UUID:
    """Write a breach into the register; its clock runs from `discovered_at`. BreachRecorded.

    Raises InvalidValue (`breach_kind`, `breach_moment`, `text_shape`, `text_names_somebody`).
    Law 91/2025/QH15, art. 23; Decree 356/2025/NĐ-CP, art. 28.
    """
    return breaches.record_breach(known, actor=actor)


def change_breach(key: UUID, known: NewBreach, *, actor: Actor) -> None:
    """Say what is known now; what stood there before stays in its steps. Raises as
    `record_breach`, NotFound (`breach_unknown`), Conflict (`breach_closed`)."""
    breaches.change_breach(key, known, actor=actor)


def note_step(key: UUID, text: str, *, actor: Actor) -> None:
    """Write down what was done or found. Raises as `change_breach`."""
    breaches.note_step(key, text, actor=actor)


def notify_authority(key: UUID, told: Notification, *, actor: Actor) -> None:
    """Write down that the authority was told: stops the clock. BreachNotified (in time or not).

    Raises as `change_breach`, Conflict (`breach_notified`), InvalidValue (`breach_moment`).
    """
    breaches.notify_authority(key, told, actor=actor)


def count_concerned(key: UUID, whom: Concerned, *, actor: Actor) -> Reached:
    """How many people the journal says are concerned, and how many have a telephone here.

    People whose look by that body is withheld are left out. Journaled. Raises InvalidValue
    (`breach_whom`), Conflict (`breach_too_many`: over 2,000), NotFound.
    """
    return concerned.count_concerned(key, whom, actor=actor)


def tell_concerned(key: UUID, whom: Concerned, *, actor: Actor) -> Reached:
    """Send each of them one message, once for a breach; it names no data. Raises as
    `count_concerned`, Conflict (`breach_closed`). Decree 356/2025/NĐ-CP, art. 29."""
    return concerned.tell_concerned(key, whom, actor=actor)


def close_breach(key: UUID, conclusion: str, *, was_none: bool, actor: Actor) -> None:
    """Close it with a conclusion; one that the authority was not told of only as no breach after
    all. Raises as `change_breach`, Conflict (`breach_not_notified`). BreachClosed."""
    breaches.close_breach(key, conclusion, was_none=was_none, actor=actor)


def watch_clocks() -> int:
    """Cry out the clocks that run out: at 24 and 6 hours left and when over, once each; journaled,
    BreachClockRunningOut, and a letter where the home knows the agency's address. How many."""
    return breaches.watch_clocks()


def list_breaches(*, is_open: bool | None = None, limit: int = 200) -> tuple[BreachData, ...]:
    """The register, newest discovery first, without steps."""
    return queries.list_breaches(is_open=is_open, limit=limit)


def get_breach(key: UUID) -> BreachData:
    """One with its steps; raises NotFound (`breach_unknown`)."""
    return queries.get_breach(key)


def breaches_standing() -> Standing:
    """How many are open, and of how many the authority's clock has run out."""
    return queries.breaches_standing()


def report_text(key: UUID) -> str:
    """The notification as a text in Vietnamese, from what is known now."""
    return queries.report_text(key)
