"""States of organisations' e-IDs: locked by the representative or police, opened again, closed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, Refused
from danso.modules.audit.interface import Ledger, carried_out
from danso.modules.identity.actions import telling
from danso.modules.identity.actions.representatives import end, entry
from danso.modules.identity.data import (
    AccountState,
    OrganisationLock,
    OrganisationStateChanged,
    RepresentationEnd,
    RepresentationState,
)
from danso.modules.identity.models import Citizen, Organisation, Representation
from danso.modules.identity.queries.organisations import is_usable, organisation_unknown

GRAVITY: Final = {reason.value: place for place, reason in enumerate(OrganisationLock)}


def lock_own_organisation(key: UUID, account: UUID, *, actor: Actor) -> None:
    """See interface."""
    with carried_out(entry(actor, "organisation_locked", key, reason="holder")) as ledger:
        row = _locked(key, None)
        if row.representative_id != account or not is_usable(row):
            raise organisation_unknown()
        _lock(row, OrganisationLock.HOLDER, ledger)


def lock_organisation(
    key: UUID, *, communes: Collection[str] | None, actor: Actor, evidence: str
) -> None:
    """See interface."""
    with carried_out(entry(actor, "organisation_locked", key, reason="police")) as ledger:
        row = _locked(key, communes)
        _lock(row, OrganisationLock.POLICE, ledger)
        ledger.detail["has_evidence"] = int(bool(evidence))


def unlock_organisation(
    key: UUID, *, communes: Collection[str] | None, actor: Actor, evidence: str
) -> None:
    """See interface."""
    with carried_out(entry(actor, "organisation_unlocked", key)) as ledger:
        row = _locked(key, communes)
        if row.state != AccountState.LOCKED:
            raise Conflict(
                "It is not locked.", code="organisation_not_locked", fix="Nothing is to do."
            )
        if row.lock == OrganisationLock.VACANT:
            raise Refused(
                "It waits for a new representative.",
                code="organisation_vacant",
                fix="Whoever represents it now asks for it with their own e-ID.",
            )
        ledger.detail["reason"] = row.lock
        ledger.detail["has_evidence"] = int(bool(evidence))
        if row.representative_id is None:
            row.lock = OrganisationLock.VACANT.value
        else:
            row.state, row.lock = AccountState.ACTIVE.value, ""
        _keep(row, ledger, "organisation_unlocked")


def close_organisation(
    key: UUID, *, communes: Collection[str] | None, actor: Actor, evidence: str
) -> None:
    """See interface."""
    with carried_out(entry(actor, "organisation_closed", key)) as ledger:
        row = _locked(key, communes)
        row.state, row.lock = AccountState.CLOSED.value, ""
        _keep(row, ledger, "organisation_closed")
        mine = Representation.objects.select_for_update().filter(
            organisation=row, state=RepresentationState.GRANTED
        )
        for one in mine:
            end(one, RepresentationEnd.ORGANISATION_CLOSED, ledger)
        ledger.detail["has_evidence"] = int(bool(evidence))


def _lock(row: Organisation, reason: OrganisationLock, ledger: Ledger) -> None:
    if row.lock and GRAVITY[reason] <= GRAVITY[row.lock]:
        raise Conflict("It is locked already.", code="organisation_locked", fix="Nothing is to do.")
    row.state, row.lock = AccountState.LOCKED.value, reason.value
    _keep(row, ledger, "organisation_locked")


def _keep(row: Organisation, ledger: Ledger, told: str) -> None:
    """Written, announced, and its representative told."""
    row.save(update_fields=["state", "lock"])
    ledger.happened(OrganisationStateChanged(organisation=row.key, state=row.state))
    if row.representative_id is not None:
        telling.tell_holder(Citizen.objects.get(pk=row.representative_id), told)


def _locked(key: UUID, communes: Collection[str] | None) -> Organisation:
    """Open, of these communes (None: everywhere), until the transaction ends."""
    rows = Organisation.objects.select_for_update(of=("self",)).select_related("representative")
    if communes is not None:
        rows = rows.filter(commune__in=communes)
    found: Organisation | None = rows.filter(key=key).first()
    if found is None:
        raise organisation_unknown()
    if found.state == AccountState.CLOSED:
        raise Conflict("It is closed.", code="organisation_closed", fix="Ask for a new one.")
    return found
