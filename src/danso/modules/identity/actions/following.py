"""What happens to people happens to their e-IDs: deaths, merges, new numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import Q

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.audit.interface import carried_out
from danso.modules.identity.actions import eids
from danso.modules.identity.actions.portals.keeping import end_of_dead, follow_people
from danso.modules.identity.actions.representatives import leave_all
from danso.modules.identity.adapters.sealing import digest, seal
from danso.modules.identity.data import LockReason, RepresentationEnd
from danso.modules.identity.models import Account, Citizen, Mandate, Organisation
from danso.modules.population import interface as population

SYSTEM: Final = Actor("system", "identity.follower", system="jobs")


def lock_dead(people: Iterable[UUID]) -> None:
    """Lock whatever is open of people whose death was recorded. Twice is harmless."""
    people = list(people)
    end_of_dead(people)
    for account in _accounts(people):
        _lock(account, LockReason.DEATH)
        _end_representing(account)


def follow_merge(kept: UUID, merged: UUID) -> None:
    """The account goes with the person; where both have one, the merged one's is locked."""
    Mandate.objects.filter(person=merged).update(person=kept)
    follow_people(merged, kept)
    ours = _accounts([kept])
    for account in _accounts([merged]):
        if ours:
            _lock(account, LockReason.MERGED)
        else:
            Account.objects.filter(Q(pk=account) | Q(holder=account)).update(person=kept)


def follow_number(person: UUID) -> None:
    """A person's account is found by the number that is theirs now."""
    active = next((one for one in population.numbers_of(person) if one.status == "active"), None)
    if active is None:
        return
    Citizen.objects.filter(account__person=person, is_open=True).update(
        number_key=digest("number", active.number), number_sealed=seal(active.number)
    )


def _accounts(people: Iterable[UUID]) -> list[UUID]:
    found = Citizen.objects.filter(account__person__in=list(people), is_open=True)
    return list(found.values_list("pk", flat=True))


def _end_representing(account: UUID) -> None:
    """Organisations of the dead wait for somebody new; twice is harmless."""
    if Organisation.objects.filter(representative_id=account).exists():
        with carried_out(eids.entry(SYSTEM, "representation_ended", account=str(account))) as made:
            made.subject = Account.objects.values_list("person", flat=True).get(pk=account)
            leave_all(account, RepresentationEnd.DEATH, SYSTEM, made)


def _lock(account: UUID, reason: LockReason) -> None:
    try:
        eids.lock_eid(account, reason, actor=SYSTEM)
    except Conflict:
        # Locked as gravely already: nothing is left to do.
        return
