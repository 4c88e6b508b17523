"""Reads of organisations' e-IDs and of who represents them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from danso.kernel.errors import NotFound
from danso.modules.identity.data import (
    ORGANISATION_SCOPES,
    AccountState,
    Acting,
    ActingGround,
    OrganisationClaim,
    OrganisationData,
    OrganisationKind,
    RepresentationData,
    RepresentationState,
)
from danso.modules.identity.models import Organisation, Representation
from danso.modules.identity.queries.eid import is_sound
from danso.modules.population import interface as population


def is_usable(row: Organisation) -> bool:
    """Whether anybody may act for it: active, and represented by somebody sound who lives."""
    account = row.representative
    if row.state != AccountState.ACTIVE or account is None or not is_sound(account):
        return False
    person = population.find_person(account.person) if account.person else None
    return person is not None and person.status == "alive"


def representations_of(account: UUID) -> tuple[RepresentationData, ...]:
    """All that this account asked for, the newest first."""
    rows = _representations().filter(account_id=account)
    return tuple(representation_data(row) for row in rows)


def organisations_waiting(communes: Collection[str] | None) -> tuple[RepresentationData, ...]:
    """Requests that these communes' police decide about, the oldest first; None: all."""
    rows = _within(communes).filter(state=RepresentationState.ASKED).order_by("asked_at")[:200]
    return tuple(representation_data(row) for row in rows)


def get_representation(key: UUID, communes: Collection[str] | None) -> RepresentationData:
    """One of those communes; NotFound for every other."""
    row = _within(communes).filter(key=key).first()
    if row is None:
        raise organisation_unknown()
    return representation_data(row)


def find_organisation(number: str, communes: Collection[str] | None) -> OrganisationData | None:
    """The one with that number that is not closed."""
    rows = _organisations(communes).filter(number=number)
    row = rows.exclude(state=AccountState.CLOSED).first()
    return organisation_data(row) if row else None


def get_organisation(key: UUID, communes: Collection[str] | None) -> OrganisationData:
    """One by its key."""
    row = _organisations(communes).filter(key=key).first()
    if row is None:
        raise organisation_unknown()
    return organisation_data(row)


def acting_for(row: Organisation) -> Acting:
    """Its representative acts for it."""
    scopes = frozenset(ORGANISATION_SCOPES)
    return Acting(ActingGround.ORGANISATION, row.key, None, scopes, None, row.name, row.key)


def represented_by(account: UUID) -> tuple[Acting, ...]:
    """Organisations for which this account may act as their representative now."""
    rows = _organisations().filter(representative_id=account).order_by("name")
    return tuple(acting_for(row) for row in rows if is_usable(row))


def find_represented(account: UUID, key: UUID) -> Acting | None:
    """One of them."""
    row = _organisations().filter(key=key, representative_id=account).first()
    return acting_for(row) if row and is_usable(row) else None


def organisation_data(row: Organisation) -> OrganisationData:
    """The row as it passes the door."""
    account = row.representative
    return OrganisationData(
        key=row.key,
        kind=OrganisationKind(row.kind),
        number=row.number,
        name=row.name,
        short_name=row.short_name,
        head_office=row.head_office,
        commune=row.commune,
        state=row.state,
        lock=row.lock,
        opened_at=row.opened_at,
        representative=account.pk if account else None,
        representative_person=account.person if account else None,
        is_usable=is_usable(row),
    )


def representation_data(row: Representation) -> RepresentationData:
    """The row as it passes the door."""
    is_granted = row.state == RepresentationState.GRANTED and row.organisation is not None
    return RepresentationData(
        key=row.key,
        account=row.account_id,
        person=row.account.person,
        claim=OrganisationClaim(
            kind=OrganisationKind(row.kind),
            number=row.number,
            name=row.name,
            head_office=row.head_office,
            commune=row.commune,
            short_name=row.short_name,
            is_delegate=row.is_delegate,
        ),
        state=RepresentationState(row.state),
        asked_at=row.asked_at,
        organisation=row.organisation_id,
        way=row.way,
        evidence=row.evidence,
        source=row.source,
        decided_at=row.decided_at,
        ended_at=row.ended_at,
        ended_why=row.ended_why,
        is_in_force=bool(is_granted and row.organisation and is_usable(row.organisation)),
    )


def organisation_unknown() -> NotFound:
    """Nothing that this reader may know of."""
    return NotFound(
        "There is no such organisation here.",
        code="organisation_unknown",
        fix="Look in the list, or search by its number.",
    )


def _organisations(communes: Collection[str] | None = None) -> QuerySet[Organisation]:
    rows = Organisation.objects.select_related("representative")
    return rows if communes is None else rows.filter(commune__in=communes)


def _representations() -> QuerySet[Representation]:
    return Representation.objects.select_related(
        "account", "organisation__representative"
    ).order_by("-asked_at")


def _within(communes: Collection[str] | None) -> QuerySet[Representation]:
    rows = _representations()
    return rows if communes is None else rows.filter(commune__in=communes)
