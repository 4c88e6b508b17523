"""Whoever represents an organisation does so no more: its account waits for somebody new.

It stands below the states of e-IDs, which end a representation when they close an account.
"""

from __future__ import annotations

from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger
from danso.modules.identity.data import (
    LEGAL_BASIS,
    AccountState,
    OrganisationLock,
    OrganisationStateChanged,
    RepresentationEnd,
    RepresentationState,
    RepresentativeChanged,
)
from danso.modules.identity.models import Organisation, Representation

PURPOSE = "electronic-identity"


def entry(actor: Actor, action: str, subject: UUID, /, **detail: str) -> Entry:
    """The journal row of what happens to an organisation, by its key, or to who represents it."""
    return Entry(
        actor=actor,
        action=f"eid.{action}",
        outcome="done",
        subject=subject,
        service="identity",
        purpose=PURPOSE,
        legal_basis=LEGAL_BASIS,
        detail=detail,
    )


def leave_all(account: UUID, why: RepresentationEnd, actor: Actor, ledger: Ledger) -> None:
    """End whatever this account represents, in the caller's commit; journaled for each."""
    rows = Representation.objects.select_for_update(of=("self",)).filter(
        account_id=account, state=RepresentationState.GRANTED
    )
    for row in rows:
        leave(row, why, actor, ledger)


def leave(row: Representation, why: RepresentationEnd, actor: Actor, ledger: Ledger) -> None:
    """End one; its organisation waits for a new representative. Both find it in the journal."""
    end(row, why, ledger)
    assert row.organisation_id is not None  # noqa: S101 - the caller's row is granted
    organisation = Organisation.objects.select_for_update().get(pk=row.organisation_id)
    organisation.representative = None
    if organisation.state == AccountState.ACTIVE:
        organisation.state = AccountState.LOCKED.value
        organisation.lock = OrganisationLock.VACANT.value
        state = AccountState.LOCKED.value
        ledger.happened(OrganisationStateChanged(organisation=organisation.key, state=state))
    organisation.save(update_fields=["representative", "state", "lock"])
    said = {"why": why.value, "organisation": str(organisation.key)}
    ledger.entries.append(entry(actor, "representative_left", organisation.key, **said))
    if row.account.person is not None:
        ledger.entries.append(entry(actor, "representative_left", row.account.person, **said))


def end(row: Representation, why: RepresentationEnd, ledger: Ledger) -> None:
    """The row alone: somebody else has taken over, or the organisation is closed."""
    row.state, row.ended_at = RepresentationState.ENDED.value, clock.now()
    row.ended_why = why.value
    row.save(update_fields=["state", "ended_at", "ended_why"])
    organisation = row.organisation_id
    if organisation is not None:
        ledger.happened(
            RepresentativeChanged(
                organisation=organisation, account=row.account_id, state=row.state
            )
        )
