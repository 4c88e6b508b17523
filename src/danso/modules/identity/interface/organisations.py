"""The part of the door about organisations' e-IDs (Decree 69/2024/NĐ-CP, art. 7): one account
without levels, owned by whoever represents the organisation and has an e-ID of level 2.

An organisation has no log-in and no factors: its representative, or whom it mandates, turns a
session of their own to it (`begin_acting`, ground ORGANISATION or MANDATE). `communes` are those
whose requests and organisations an officer may see, None for the province's police; what lies
outside is unknown to them. The caller has checked that an officer is of the police.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.identity import queries
from danso.modules.identity.actions import organisation_states, organisations
from danso.modules.identity.data import (
    Decided,
    OrganisationClaim,
    OrganisationData,
    RepresentationData,
)


def ask_organisation(account: UUID, claim: OrganisationClaim, *, actor: Actor) -> UUID:
    """Say that one represents an organisation; nothing holds before a police officer has decided.
    The number is checked as far as its kind has a rule.

    The caller has asked for a factor a moment ago. Raises InvalidValue (`organisation_number`,
    `organisation_fields`), Conflict (`organisation_asked`, `organisation_yours`), Refused
    (`organisation_level`, `organisations_spent`, `identity_is_broker`).
    """
    return organisations.ask_organisation(account, claim, actor=actor)


def end_representation(key: UUID, account: UUID, *, actor: Actor) -> None:
    """Take back one's own request, or represent an organisation no more: its account is locked
    until somebody else does. Raises NotFound (`organisation_unknown`), Conflict
    (`organisation_decided`)."""
    organisations.end_representation(key, account, actor=actor)


def decide_representation(
    key: UUID, decided: Decided, *, communes: Collection[str] | None, actor: Actor
) -> None:
    """Grant or refuse a request: officer, place, way and evidence are kept, the asker is told.

    Granted, the account of that number is opened, or goes to its new representative: the former
    one is told, and their sessions act for it no more. A `source` is evidence for a legal
    representative alone; a delegate's paper is always seen. Raises NotFound
    (`organisation_unknown`), Conflict (`organisation_decided`), Refused (`own_organisation`,
    `organisation_level`, `identity_is_broker`), InvalidValue (`evidence_missing`).
    """
    organisations.decide_representation(key, decided, communes=communes, actor=actor)


def lock_own_organisation(key: UUID, account: UUID, *, actor: Actor) -> None:
    """Its representative locks it: nobody acts for it from the next request on. Police open it
    again. Raises NotFound (`organisation_unknown`), Conflict (`organisation_locked`)."""
    organisation_states.lock_own_organisation(key, account, actor=actor)


def lock_organisation(
    key: UUID, *, communes: Collection[str] | None, actor: Actor, evidence: str
) -> None:
    """Police lock it; the representative is told. Raises NotFound (`organisation_unknown`),
    Conflict (`organisation_locked`, `organisation_closed`)."""
    organisation_states.lock_organisation(key, communes=communes, actor=actor, evidence=evidence)


def unlock_organisation(
    key: UUID, *, communes: Collection[str] | None, actor: Actor, evidence: str
) -> None:
    """Lift the representative's or the police's lock. Raises Conflict
    (`organisation_not_locked`, `organisation_closed`), Refused (`organisation_vacant`: it waits
    for a representative), NotFound."""
    organisation_states.unlock_organisation(key, communes=communes, actor=actor, evidence=evidence)


def close_organisation(
    key: UUID, *, communes: Collection[str] | None, actor: Actor, evidence: str
) -> None:
    """Close it for good: its mandates end with it, and its number may be asked for again. Raises
    Conflict (`organisation_closed`), NotFound."""
    organisation_states.close_organisation(key, communes=communes, actor=actor, evidence=evidence)


def representations_of(account: UUID) -> tuple[RepresentationData, ...]:
    """All that this account asked for, the newest first."""
    return queries.representations_of(account)


def organisations_waiting(communes: Collection[str] | None) -> tuple[RepresentationData, ...]:
    """Requests that wait for these communes' police, the oldest first (at most 200)."""
    return queries.organisations_waiting(communes)


def get_representation(key: UUID, communes: Collection[str] | None) -> RepresentationData:
    """One request. Raises NotFound (`organisation_unknown`). The caller journals the look."""
    return queries.get_representation(key, communes)


def find_organisation(
    number: str, communes: Collection[str] | None = None
) -> OrganisationData | None:
    """The account of that number that is not closed, or None."""
    return queries.find_organisation(number, communes)


def get_organisation(key: UUID, communes: Collection[str] | None = None) -> OrganisationData:
    """One account. Raises NotFound (`organisation_unknown`)."""
    return queries.get_organisation(key, communes)
