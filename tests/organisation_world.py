"""Organisations with a representative, and the officer who decided."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from danso.modules.identity import interface as identity
from danso.modules.identity.data import Decided, OrganisationClaim, OrganisationKind
from danso.toolkit.platform import province
from tests.acting_world import actor_of
from tests.officers import make_officer

NUMBER: Final = "0100109106"
COMMUNE: Final = province().units.communes[0].code
CLAIM: Final = OrganisationClaim(
    OrganisationKind.ENTERPRISE, NUMBER, "Công ty TNHH Mây Tre", "Số 1, phố Đá", COMMUNE
)


def decider() -> UUID:
    """A police officer of the organisation's commune."""
    return make_officer("commune_police", f"commune:{COMMUNE}").id


def represent(account: UUID, officer: UUID) -> UUID:
    """Asked for and granted on a paper; the organisation's key."""
    key = identity.ask_organisation(account, CLAIM, actor=actor_of(account))
    decided = Decided(grants=True, place=f"commune:{COMMUNE}", evidence="giấy chứng nhận ĐKDN")
    identity.decide_representation(key, decided, communes={COMMUNE}, actor=actor_of(officer))
    found = identity.find_organisation(NUMBER)
    assert found is not None
    return found.key
