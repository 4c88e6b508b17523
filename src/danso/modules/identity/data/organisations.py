"""Organisations' e-IDs: whose they are, who represents them, where a request to do so stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from danso.modules.audit.data import Event
from danso.modules.identity.data.acting import MandateScope

N_ = str  # marks words for `python -m tools.messages`


class OrganisationKind(StrEnum):
    """What sort of body it is: it decides which number it is known by."""

    ENTERPRISE = "enterprise"
    BRANCH = "branch"
    COOPERATIVE = "cooperative"
    AGENCY = "agency"
    OTHER = "other"


KIND_NAMES: dict[OrganisationKind, str] = {
    OrganisationKind.ENTERPRISE: N_("Doanh nghiệp"),
    OrganisationKind.BRANCH: N_("Chi nhánh, đơn vị phụ thuộc của doanh nghiệp"),
    OrganisationKind.COOPERATIVE: N_("Hợp tác xã"),
    OrganisationKind.AGENCY: N_("Cơ quan, đơn vị có quan hệ với ngân sách"),
    OrganisationKind.OTHER: N_("Tổ chức khác có mã số thuế"),
}


class OrganisationLock(StrEnum):
    """Why an organisation's account is locked, from the lightest to the gravest."""

    VACANT = "vacant"
    HOLDER = "holder"
    POLICE = "police"


class RepresentationState(StrEnum):
    """Where it stands that somebody represents an organisation, from the request to the end."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


class RepresentationEnd(StrEnum):
    """Why somebody represents an organisation no more."""

    REPLACED = "replaced"
    RENOUNCED = "renounced"
    DEATH = "death"
    CLOSED = "closed"
    ORGANISATION_CLOSED = "organisation_closed"


# What may be done in an organisation's name, and what it may mandate an employee to do.
ORGANISATION_SCOPES = (MandateScope.FILE, MandateScope.RECEIVE)


@dataclass(frozen=True, slots=True)
class OrganisationClaim:
    """What somebody says when they ask: which organisation, and that they represent it.

    `number`: an enterprise's or tax number, an agency's number with the budget. `commune`: where
    the head office lies, whose police decide. `is_delegate`: not the legal representative, but
    somebody whom the organisation has delegated.
    """

    kind: OrganisationKind
    number: str
    name: str
    head_office: str
    commune: str
    short_name: str = ""
    is_delegate: bool = False


@dataclass(frozen=True, slots=True)
class Decided:
    """How a police officer decides about a request.

    `source`: the connected source that names the person as this organisation's representative,
    told at `as_of`; empty where a paper was looked at, which `evidence` then names. `evidence` is
    also why a request is refused.
    """

    grants: bool
    place: str
    evidence: str = ""
    source: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class RepresentationData:
    """One request, or what became of it. `organisation` is set once it was granted. `way`: `source`
    or `paper`; `is_in_force`: granted, not ended, and the account is sound."""

    key: UUID
    account: UUID
    person: UUID | None
    claim: OrganisationClaim
    state: RepresentationState
    asked_at: datetime
    organisation: UUID | None
    way: str
    evidence: str
    source: str
    decided_at: datetime | None
    ended_at: datetime | None
    ended_why: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class OrganisationData:
    """An organisation's account. `representative`: the person's account, None while it waits for a
    new one; `is_usable`: active, and represented by a sound account."""

    key: UUID
    kind: OrganisationKind
    number: str
    name: str
    short_name: str
    head_office: str
    commune: str
    state: str
    lock: str
    opened_at: datetime
    representative: UUID | None
    representative_person: UUID | None = field(repr=False)
    is_usable: bool


@dataclass(frozen=True)
class OrganisationStateChanged(Event):
    """An organisation's account was opened, locked, unlocked or closed (values of AccountState)."""

    kind: ClassVar[str] = "identity.organisation_state_changed"
    organisation: UUID
    state: str


@dataclass(frozen=True)
class RepresentativeChanged(Event):
    """Somebody represents an organisation from now on, or does no more (RepresentationState)."""

    kind: ClassVar[str] = "identity.representative_changed"
    organisation: UUID
    account: UUID
    state: str
