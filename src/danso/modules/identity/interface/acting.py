"""The part of the door about acting for others: mandates, children, whose affairs a request is
about. Every later module asks `may_act_for` or `whose`, and journals with the actor that it gives.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest

from danso.kernel.actors import Actor
from danso.kernel.errors import Refused
from danso.modules.identity import queries
from danso.modules.identity.actions import acting as acting_actions
from danso.modules.identity.actions import mandates
from danso.modules.identity.data import (
    ACTING_KEPT,
    Acting,
    ActingGround,
    MandateData,
    MandateOffer,
    MandateScope,
    Whose,
)
from danso.modules.identity.interface.officers import officer_of


def offer_mandate(account: UUID, offer: MandateOffer, *, actor: Actor) -> UUID:
    """Let somebody act in the holder's name; nothing holds before they accept it.

    The answer is the same whether anybody has that number and name: who can accept is told by
    message. Both have level 2 and are of age (assumed). The caller has asked for a factor a moment
    ago. Journaled; MandateChanged. Raises InvalidValue (`mandate_empty`, `mandate_term`,
    `mandate_self`, a number's shape), Refused (`mandate_level`, `mandate_age`, `mandates_spent`,
    `mandate_needs_register`, `identity_is_broker`).
    """
    return mandates.offer_mandate(account, offer, actor=actor)


def answer_mandate(key: UUID, account: UUID, *, accepts: bool, actor: Actor) -> None:
    """The one who was named accepts or declines; journaled for both, the giver is told.

    Raises NotFound (`mandate_unknown`, for everybody else too), Conflict (`mandate_over`), Refused
    as `offer_mandate`.
    """
    mandates.answer_mandate(key, account, accepts=accepts, actor=actor)


def end_mandate(key: UUID, account: UUID, *, actor: Actor) -> None:
    """Withdrawn by its giver or renounced by the mandatary: over with the next request of anybody.

    Raises NotFound (`mandate_unknown`), Conflict (`mandate_over`).
    """
    mandates.end_mandate(key, account, actor=actor)


def mandates_given(account: UUID) -> tuple[MandateData, ...]:
    """All that the holder of this account gave, the newest first."""
    return queries.mandates_given(account)


def mandates_received(account: UUID) -> tuple[MandateData, ...]:
    """All that this account accepted, or may still accept, the newest first."""
    return queries.mandates_received(account)


def actings_of(account: UUID) -> tuple[Acting, ...]:
    """For whom this account may act now: children whose parent the register says its holder is
    (of the own household, or with an e-ID opened through this account), then by mandate."""
    return queries.actings_of(account)


def may_act_for(actor: Actor, person: UUID, scope: MandateScope) -> bool:
    """Whether this citizen may do that in the name of that person, now.

    False as soon as the mandate is withdrawn or over, either account is not active at level 2,
    either has died, or the child is too old. The caller journals with `Actor.behalf`.
    """
    return actor.kind == "citizen" and queries.may_act_for(UUID(actor.id), person, scope)


def begin_acting(request: HttpRequest, ground: ActingGround, key: UUID) -> Acting:
    """Turn this session to somebody else's affairs, until it ends or `end_acting`. Journaled about
    that person. `key`: the child's, or the mandate's. Raises Refused (`acting_unknown`)."""
    officer = officer_of(request)
    found = acting_actions.begin_acting(officer.account.id, ground, key, actor=officer.actor)
    request.session[ACTING_KEPT] = {
        "account": str(officer.account.id),
        "ground": ground.value,
        "key": str(key),
    }
    return found


def end_acting(request: HttpRequest) -> None:
    """Back to one's own affairs, journaled. Harmless where nobody acts for another."""
    request.session.pop(ACTING_KEPT, None)
    found = acting_of(request)
    if found is not None:
        acting_actions.end_acting(found, actor=officer_of(request).actor)


def acting_of(request: HttpRequest) -> Acting | None:
    """In whose name this request acts, checked by the middleware against what holds now."""
    found: Acting | None = getattr(request, "acting", None)
    return found


def whose(request: HttpRequest) -> Whose:
    """Whose affairs this request is about; every page about a person asks this and nothing else.

    Raises Refused (`not_signed_in`), and once, so that nothing is done in the wrong name, where
    the session acted for somebody and may not any more (`acting_over`).
    """
    officer = officer_of(request)
    if getattr(request, "is_acting_over", False):
        raise Refused(
            "You do not act for them any more.",
            code="acting_over",
            fix="The mandate is over or was withdrawn. From here on you see your own affairs.",
        )
    acting = acting_of(request)
    if acting is None:
        own = officer.account.person if officer.account.is_citizen else None
        return Whose(own, officer.actor)
    return Whose(acting.person, replace(officer.actor, behalf=str(acting.person)), acting)
