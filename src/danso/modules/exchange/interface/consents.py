"""The part of the door about consent: what bodies outside the state ask holders for, what holders
agree to, and how they end it (Law 91/2025/QH15 art. 9 and 11, Decree 356/2025 art. 6)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.exchange.actions import asking_in_demo, consents, telling
from danso.modules.exchange.data import (
    ConsentAsked,
    ConsentCounts,
    ConsentData,
    ConsentVoice,
)
from danso.modules.exchange.queries import consents as queries
from danso.modules.identity.data import Authenticated, Whose


def consents_asked(person: UUID) -> tuple[ConsentAsked, ...]:
    """What partners ask this person for and that is still open, oldest first (at most 100)."""
    return queries.list_asked(person)


def consent_voice(whose: Whose) -> ConsentVoice:
    """In whose words somebody agrees who acts so: for themselves; for their child, from 7 years
    together with it (Law 91/2025 art. 24; assumed for every consent); as an officer for whoever
    sits there. Raises Refused (`acting_scope`)."""
    return queries.voice_of(whose)


def consent_asked(
    request: UUID, person: UUID, voice: ConsentVoice = ConsentVoice.OWN
) -> ConsentAsked:
    """One of them, with the text in that voice. Raises NotFound (`consent_request_unknown`), for
    somebody else's too, and Conflict (`consent_answered`, `consent_request_over`)."""
    return queries.get_asked(request, person, voice)


def consents_of(account: UUID | None, persons: Collection[UUID]) -> tuple[ConsentData, ...]:
    """What was agreed to about somebody, newest first (at most 200), under every key that the
    person had, whoever said it; `account` is their own, None where somebody acts for them."""
    return queries.list_consents(account, persons)


def get_consent(consent: UUID, account: UUID | None, persons: Collection[UUID]) -> ConsentData:
    """One of them. Raises NotFound (`consent_unknown`), for somebody else's too."""
    return queries.get_consent(consent, account, persons)


def agree_to_consent(
    request: UUID,
    who: Authenticated,
    *,
    digest: str,
    wished: Collection[str] = (),
    whose: Whose | None = None,
    child_agrees: bool = False,
) -> ConsentData:
    """Agree for oneself, or for `whose` one acts (a parent; an officer at a desk), with the wished
    fields that were ticked; the needed ones go with it. From now on the partner's share is answered
    within this.

    `digest` is that of the offer that was read, in the voice of `consent_voice`. Needs an account
    of level 2 (not of an officer) and authentication of level 2. It rests on the account that
    agreed: locked or closed it opens nothing; at a desk on the person's own, if they have one.
    Raises what `consent_asked` does, Refused (`consent_level`, `consent_step_up`,
    `consent_of_child`, `consent_account`), InvalidValue (`consent_fields`,
    `consent_child_unasked`), Conflict (`consent_changed`, `consent_without_agreement`); refusals
    are journaled.
    """
    return consents.agree_to_consent(
        request, who, digest=digest, wished=wished, whose=whose, child_agrees=child_agrees
    )


def decline_consent(request: UUID, who: Authenticated, whose: Whose | None = None) -> None:
    """Say no: the partner is told nothing but that none was given when the request is over, and
    does not reach this person for the same purpose for 30 days. Raises as `consent_asked`."""
    consents.decline_consent(request, who, whose)


def withdraw_consent(
    consent: UUID, who: Authenticated, persons: Collection[UUID], whose: Whose | None = None
) -> None:
    """End a consent, whoever gave it: no answer leaves after this has returned. Needs no more than
    being signed in. Raises NotFound (`consent_unknown`), Conflict (`consent_ended`)."""
    consents.withdraw_consent(consent, who, persons, whose)


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
