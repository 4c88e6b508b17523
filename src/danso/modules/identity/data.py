"""What passes the door of identity: roles, scopes, posts, and the refusals it may answer with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    """What a post lets its holder do. The words on screen are in `ROLE_NAMES`."""

    COMMUNE_POLICE = "commune_police"
    PROVINCIAL_POLICE = "provincial_police"
    STEWARD = "steward"
    AGREEMENT_OFFICER = "agreement_officer"
    LEADER = "leader"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    PARTNER_CONTACT = "partner_contact"
    GUARDIAN = "guardian"


class ScopeKind(StrEnum):
    """What a scope's code names."""

    PROVINCE = "province"
    COMMUNE = "commune"
    AGENCY = "agency"
    PARTNER = "partner"


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a post reaches: the whole province, or one commune, agency or partner by its code."""

    kind: ScopeKind
    code: str = ""

    def covers(self, commune_code: str) -> bool:
        """Whether people who live in this commune (2025 code) are within reach.

        An agency's or a partner's scope says nothing about people, so it covers no commune.
        """
        if self.kind is ScopeKind.PROVINCE:
            return True
        return self.kind is ScopeKind.COMMUNE and self.code == commune_code

    def includes(self, other: Scope) -> bool:
        """Whether whatever lies in `other` lies in this scope too."""
        return self.kind is ScopeKind.PROVINCE or self == other


@dataclass(frozen=True, slots=True)
class PostData:
    """One post as it stands: the account holds `role` within `scope` in [since, until)."""

    id: int
    account: UUID
    role: Role
    scope: Scope
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountData:
    """One account without its secrets. `person` is the holder's own key in the register, if told."""

    id: UUID
    username: str
    name: str
    unit: str
    person: UUID | None
    is_active: bool
    must_change_password: bool
