"""Citizens of level 2 who act for one another."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.test import Client

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.modules.identity import interface as identity
from danso.modules.identity.actions.eids import make_citizen
from danso.modules.identity.data import MandateOffer, MandateScope, officer_actor
from tests.eid_world import citizen

GIVER, HELPER, OTHER = "099084000123", "099184000456", "099090000789"
GIVER_NAME, HELPER_NAME = "Nguyễn Thị Sông", "Lê Văn Núi"
PHONES = {GIVER: "0912345678", HELPER: "0912345679", OTHER: "0912345670"}
SEE = frozenset({MandateScope.SEE_DATA})


def holder(number: str, name: str, born: int = 1984, *, level: int = 2, **extra: Any) -> UUID:
    """Somebody of the register with an e-ID; the account's key."""
    person = citizen(number, name, PartialDate(born, 2, 3), **extra)
    account = make_citizen(number, PHONES.get(number, "0912345600"), person, None).account
    account.level = level
    account.save()
    return account.pk


def enter(client: Client, account: UUID, *, fresh: bool = True) -> Client:
    """Sign in without the form; `fresh` as if a factor was given just now."""
    client.force_login(get_user_model().objects.get(pk=account))
    session = client.session
    age = 0 if fresh else 3600
    session["account_authentication_methods_user"] = str(account)
    session["account_authentication_methods"] = [
        {"method": "password", "at": clock.now().timestamp() - age}
    ]
    session.save()
    return client


def actor_of(account: UUID) -> Any:
    """Whom the journal names for what the holder does."""
    return officer_actor(identity.get_account(account))


def person_of(account: UUID) -> UUID:
    """The holder's person."""
    found = identity.get_eid(account).person
    assert found is not None
    return found


def mandate(
    giver: UUID,
    mandatary: UUID,
    scopes: frozenset[MandateScope] = SEE,
    *,
    number: str = HELPER,
    name: str = HELPER_NAME,
) -> UUID:
    """Given and accepted."""
    offer = MandateOffer(number, name, scopes, months=1)
    key = identity.offer_mandate(giver, offer, actor=actor_of(giver))
    identity.answer_mandate(key, mandatary, accepts=True, actor=actor_of(mandatary))
    return key
