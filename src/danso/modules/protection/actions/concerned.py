"""Whose data a breach concerns, found in the journal, and telling them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry, EntryFilter, JournalEntry, Withholding
from danso.modules.audit.interface import carried_out
from danso.modules.identity import interface as identity
from danso.modules.protection import rules
from danso.modules.protection.actions.telling import note, tell_holder
from danso.modules.protection.data import Concerned, Reached
from danso.modules.protection.models import Breach, PersonTold
from danso.toolkit.platform import province

SERVICE: Final = "breach"
_PAGE: Final = 1_000
LONGEST_DAYS: Final = 366


def count_concerned(key: UUID, whom: Concerned, *, actor: Actor) -> Reached:
    """See interface."""
    with carried_out(_entry("concerned_counted", key, whom, actor)) as ledger:
        row = _get(key)
        people = _people(whom)
        before = _told_before(row, people)
        told = len(identity.eids_of(people - before))
        ledger.detail = {"people": len(people)}
        return Reached(len(people), told, len(before))


def tell_concerned(key: UUID, whom: Concerned, *, actor: Actor) -> Reached:
    """See interface."""
    with carried_out(_entry("people_told", key, whom, actor)) as ledger:
        row = _get(key)
        if row.closed_at is not None:
            raise Conflict(
                "This breach is closed.",
                code="breach_closed",
                fix="Record what came after as a new one.",
            )
        people = _people(whom)
        before = _told_before(row, people)
        told = [
            one.person
            for one in identity.eids_of(people - before)
            if one.person is not None and tell_holder(one, "breach")
        ]
        PersonTold.objects.bulk_create(
            (PersonTold(breach=row, person=person) for person in dict.fromkeys(told)),
            ignore_conflicts=True,
        )
        reached = Reached(len(people), len(set(told)), len(before))
        ledger.detail = {"people": reached.people, "told": reached.told}
        note(key, "people_told", actor.id, f"{reached.told}/{reached.people}")
        return reached


def _entry(what: str, key: UUID, whom: Concerned, actor: Actor) -> Entry:
    detail: dict[str, str | int] = {
        "breach": str(key),
        "who": whom.actor,
        "first": whom.first.isoformat(),
        "last": whom.last.isoformat(),
    }
    law = province().rights.breach.people_law
    return Entry(actor, f"breach.{what}", "done", service=SERVICE, legal_basis=law, detail=detail)


def _get(key: UUID) -> Breach:
    row = Breach.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise NotFound(
            "There is no such breach.", code="breach_unknown", fix="Open it from the register."
        )
    return row


def _people(whom: Concerned) -> set[UUID]:
    if not whom.actor or not whom.first <= whom.last:
        raise InvalidValue(
            "It needs somebody who looked, and days in order.",
            code="breach_whom",
            fix="Give an officer's log-in name or a partner's code, and the days.",
        )
    if (whom.last - whom.first).days > LONGEST_DAYS:
        raise InvalidValue(
            "These are more days than a year.", code="breach_whom", fix="Ask for fewer days."
        )
    withheld = audit.withholdings_in_force()
    found: set[UUID] = set()
    for entry in _entries(whom):
        if entry.subject is not None and not _is_withheld(entry, withheld):
            found.add(entry.subject)
        if len(found) > rules.MOST_TOLD:
            raise Conflict(
                "More people are concerned than messages are for.",
                code="breach_too_many",
                fix="Tell them by a public announcement, and write it down as a step.",
            )
    return found


def _entries(whom: Concerned) -> Iterator[JournalEntry]:
    wanted = EntryFilter(whom.first, whom.last, actor=whom.actor)
    before: int | None = None
    while page := audit.find_entries(wanted, before=before, limit=_PAGE):
        yield from page
        before = page[-1].position


def _is_withheld(entry: JournalEntry, withheld: list[Withholding]) -> bool:
    """A message would tell of a look that the law still keeps from the person."""
    return any(
        one.subject == entry.subject
        and one.body_unit == entry.actor.unit
        and one.file_code in ("", entry.file_code)
        for one in withheld
    )


def _told_before(row: Breach, people: set[UUID]) -> set[UUID]:
    told = PersonTold.objects.filter(breach=row, person__in=people)
    return set(told.values_list("person", flat=True))
