"""The part of the door about consent: what bodies outside the state ask holders for, what holders
agree to, and how they end it (Law 91/2025/QH15 art. 9 and 11, Decree 356/2025 art. 6)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.exchange.actions import asking_in_demo, consents, telling
from danso.modules.exchange.data import ConsentAsked, ConsentCounts, ConsentData
from danso.modules.exchange.queries import consents as queries
from danso.modules.identity.data import Authenticated


def consents_asked(person: UUID) -> tuple[ConsentAsked, ...]:
    """What partners ask this person for and that is still open, oldest first (at most 100)."""
    return queries.list_asked(person)


def consent_asked(request: UUID, person: UUID) -> ConsentAsked:
    """One of them. Raises NotFound (`consent_request_unknown`), for somebody else's too, and
    Conflict (`consent_answered`, `consent_request_over`)."""
    return queries.get_asked(request, person)


def consents_of(account: UUID, persons: Collection[UUID]) -> tuple[ConsentData, ...]:
    """What an account's holder agreed to, newest first (at most 200), under every key that the
    person had."""
    return queries.list_consents(account, persons)


def get_consent(consent: UUID, account: UUID, persons: Collection[UUID]) -> ConsentData:
    """One of them. Raises NotFound (`consent_unknown`), for somebody else's too."""
    return queries.get_consent(consent, account, persons)


def agree_to_consent(
    request: UUID, who: Authenticated, *, digest: str, wished: Collection[str] = ()
) -> ConsentData:
    """Agree, with the wished fields that were ticked; the needed ones go with it. From now on the
    partner's share is answered within this.

    `digest` is that of the offer that was read. Needs an account of level 2 and authentication of
    level 2. Raises what `consent_asked` does, Refused (`consent_level`, `consent_step_up`,
    `consent_of_child`, `consent_account`), InvalidValue (`consent_fields`), Conflict
    (`consent_changed`, `consent_without_agreement`); refusals are journaled.
    """
    return consents.agree_to_consent(request, who, digest=digest, wished=wished)


def decline_consent(request: UUID, who: Authenticated) -> None:
    """Say no: the partner is told nothing but that none was given when the request is over, and
    does not reach this person for the same purpose for 30 days. Raises as `consent_asked`."""
    consents.decline_consent(request, who)


def withdraw_consent(consent: UUID, who: Authenticated, persons: Collection[UUID]) -> None:
    """End a consent: no answer leaves after this has returned. Needs no more than being signed
    in. Raises NotFound (`consent_unknown`), Conflict (`consent_ended`)."""
    consents.withdraw_consent(consent, who, persons)


def count_consents(partner: str) -> ConsentCounts:
    """How many requests of a partner are open, consents live and ended. Raises PartnerUnknown.

    Open ones count whether or not there is anybody whom they reach.
    """
    return queries.count_consents(partner)


def tell_holder(code: str, key: UUID) -> None:
    """Tell the holder by SMS that they were asked (`asked`, a request's key) or have agreed
    (`given`, a consent's): no name, no number, not who. Nothing where they can't be told."""
    telling.tell_holder(code, key)


def publish_consent(partner: str, purpose: str, who: Authenticated, *, actor: Actor) -> str:
    """In a demo home, ask one made-up person for consent as the partner would, and agree for them;
    returns the consent's key, empty where the partner shares nothing by consent. Idempotent.

    Raises Refused (`sandbox_in_real_home`), NotFound (person).
    """
    return asking_in_demo.publish_consent(partner, purpose, who, actor=actor)
