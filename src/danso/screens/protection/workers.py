"""Who works here: the whole province's stewards, auditors and operators; nobody of one agency."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest

from danso.kernel.errors import Refused
from danso.modules.identity.data import Role, Scope, ScopeKind
from danso.modules.identity.interface import officer_of

# As rights.yaml names who answers.
ANSWERERS: Final = (Role.STEWARD, Role.AUDITOR)
KEEPERS: Final = (Role.STEWARD, Role.OPERATOR)
PROVINCE: Final = Scope(ScopeKind.PROVINCE)


def held(request: HttpRequest, *roles: Role) -> frozenset[str]:
    """Which of these roles the officer holds for the whole province; maybe none."""
    officer = officer_of(request)
    return frozenset(role.value for role in roles if officer.may(role, PROVINCE))


def needed(request: HttpRequest, *roles: Role) -> frozenset[str]:
    """As `held`; raises Refused (`role_missing`) for somebody whose post is of a commune or an
    agency: requests and breaches are the whole province's."""
    found = held(request, *roles)
    if not found:
        raise Refused(
            "This is for posts of the whole province.",
            code="role_missing",
            fix="Ask your unit's administrator for such a post.",
        )
    return found
