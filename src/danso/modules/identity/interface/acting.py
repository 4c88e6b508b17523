"""The part of the door about acting for others: mandates, children, whose affairs a request is
about. Every later module asks `may_act_for` or `whose`, and journals with the actor that it gives.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.http import HttpRequest
from django.middleware.csrf import rotate_token

from danso.kernel.actors import Actor
from danso.kernel.errors import Refused
from danso.modules.identity import queries
from danso.modules.identity.actions import acting as acting_actions
from danso.modules.identity.actions import assisted, mandates
from danso.modules.identity.data import (
    ACTING_KEPT,
    Acting,
    ActingGround,
    AssistedData,
    Confirmation,
    HelperKind,
    MandateData,
    MandateOffer,
    MandateScope,
    Met,
    Whose,
)
from danso.modules.identity.interface.officers import authenticated, officer_of


def offer_mandate(account: UUID, offer: MandateOffer, *, actor: Actor) -> UUID:
    """Let somebody act in the holder's name; nothing holds before they accept it.

    Number and name must agree by the register; which of them is wrong, or whether anybody has that
    number, is not said, and a wrong try counts against the day's limit. The answer is the same
    whether that person has an account: who can accept is told by message. Both have level 2 and
    are of age (assumed). The caller has asked for a factor a moment ago. Journaled, for whom was
    named too; MandateChanged. In an organisation's name only whoever represents it gives one, for
    `ORGANISATION_SCOPES`; it lasts when they are replaced. Raises InvalidValue
    (`mandate_unconfirmed`, `mandate_empty`, `mandate_term`, `mandate_self`, a number's shape),
    Refused (`mandate_level`, `mandate_age`, `mandates_spent`, `mandate_needs_register`,
    `identity_is_broker`), NotFound (`organisation_unknown`).
    """
    return mandates.offer_mandate(account, offer, actor=actor)


def answer_mandate(key: UUID, account: UUID, *, accepts: bool, actor: Actor) -> None:
    """The one who was named accepts or declines; journaled for both, the giver is told.

    Raises NotFound (`mandate_unknown`, for everybody else too), Conflict (`mandate_over`), Refused
    as `offer_mandate`.
    """
    mandates.answer_mandate(key, account, accepts=accepts, actor=actor)


def end_mandate(key: UUID, account: UUID, *, actor: Actor) -> None:
    """Withdrawn by its giver (an organisation's: by whoever represents it now) or renounced by the
    mandatary: over with the next request of anybody.

    Raises NotFound (`mandate_unknown`), Conflict (`mandate_over`).
    """
    mandates.end_mandate(key, account, actor=actor)


def mandates_given(account: UUID) -> tuple[MandateData, ...]:
    """All that the holder of this account gave in their own name, the newest first."""
    return queries.mandates_given(account)


def mandates_of_organisation(organisation: UUID) -> tuple[MandateData, ...]:
    """All that were given in an organisation's name, the newest first."""
    return queries.mandates_of_organisation(organisation)


def mandates_received(account: UUID) -> tuple[MandateData, ...]:
    """All that this account accepted, or may still accept, the newest first."""
    return queries.mandates_received(account)


def actings_of(account: UUID) -> tuple[Acting, ...]:
    """For whom this account may act now: children whose parent the register says its holder is
    (of the own household, or with an e-ID opened through this account), organisations that its
    holder represents, then by mandate."""
    return queries.actings_of(account)


def may_act_for(actor: Actor, person: UUID, scope: MandateScope) -> bool:
    """Whether this citizen, or helper in an assisted session, may do that in the name of that
    person, now.

    False as soon as the mandate is withdrawn or over, either account is not active at level 2,
    either has died, or the child is too old. The caller journals with `Actor.behalf`.
    """
    is_somebody = actor.kind in ("citizen", "officer")
    return is_somebody and queries.may_act_for(UUID(actor.id), person, scope)


def may_act_for_organisation(actor: Actor, organisation: UUID, scope: MandateScope) -> bool:
    """The same for an organisation: its representative, or whom it mandated, while its account is
    active and represented by a sound account."""
    return actor.kind == "citizen" and queries.may_act_for_organisation(
        UUID(actor.id), organisation, scope
    )


def begin_acting(request: HttpRequest, ground: ActingGround, key: UUID) -> Acting:
    """Turn this session to somebody else's affairs, until it ends or `end_acting`. Journaled about
    that person. `key`: the child's, the mandate's, or the organisation's. Forms shown before are
    refused from now on. Raises Refused (`acting_unknown`)."""
    officer = officer_of(request)
    found = acting_actions.begin_acting(
        officer.account.id, ground, key, handle=_handle(request), actor=officer.actor
    )
    request.session[ACTING_KEPT] = {
        "account": str(officer.account.id),
        "ground": ground.value,
        "key": str(key),
    }
    # What another tab still shows was of one's own affairs.
    rotate_token(request)
    return found


def end_acting(request: HttpRequest) -> None:
    """Back to one's own affairs, journaled; an assisted session is over with it, and the person is
    told. Harmless where nobody acts for another."""
    request.session.pop(ACTING_KEPT, None)
    rotate_token(request)
    found = acting_of(request)
    actor = officer_of(request).actor
    if found is not None and found.ground is ActingGround.ASSISTED:
        assisted.end_assisted(found.key, actor=actor)
    elif found is not None:
        acting_actions.end_acting(found, actor=actor)


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
    return Whose(acting.person, replace(officer.actor, behalf=str(acting.subject)), acting)


def begin_assisted(request: HttpRequest, met: Met, *, kind: HelperKind, place: str = "") -> UUID:
    """Somebody without a device sits beside this helper. Nothing may be done before they said yes.

    The caller has checked that an OFFICER holds a role of `rules.ASSISTED_ROLES` (each request asks
    again), and that the register of team members has a TEAM's helper, an e-ID of level 2, in it
    today. Number, name and birth date are matched, journaled; each try counts toward the helper's
    limit of a day. An earlier session of the helper ends. Raises InvalidValue (`assisted_empty`,
    `card_text`, `counter_fields`), Refused (`assisted_no_match` for whoever can't be helped,
    `assisted_self`, `assisted_child`, `assisted_spent`, `assisted_desk`: `DESK_SCOPES` are an
    officer's).
    """
    actor = officer_of(request).actor
    return assisted.begin_assisted(
        met, kind=kind, handle=_handle(request), place=place, actor=actor
    )


def get_assisted(request: HttpRequest, key: UUID) -> AssistedData:
    """This helper's own, begun in this browser session. Raises NotFound (`assisted_unknown`)."""
    return queries.get_assisted(key, officer_of(request).account.id, _handle(request))


def send_assisted_code(request: HttpRequest, key: UUID) -> None:
    """Send a code to the person's own proved telephone. The answer is the same where there is
    none. Raises Refused (`codes_spent`), Conflict (`assisted_over`), NotFound."""
    actor = officer_of(request).actor
    assisted.send_assisted_code(key, handle=_handle(request), actor=actor)


def print_summary(request: HttpRequest, key: UUID) -> bytes:
    """The summary to be signed, as PDF; its digest is kept and stands on it. Raises as above, and
    Unavailable (`summary_unmade`)."""
    return assisted.print_summary(key, handle=_handle(request), actor=officer_of(request).actor)


def confirm_assisted(request: HttpRequest, key: UUID, given: Confirmation) -> Acting:
    """The person said yes: for half an hour this browser session acts for them.

    Journaled about the person with way, things to be done and the summary's digest; they are told.
    The card's QR is compared with the register, day of issue too.
    Raises InvalidValue (`code_wrong`, `card_text`, `assisted_card`, `assisted_face`,
    `assisted_unsigned`), Refused
    (`assisted_way`, `code_spent`), Conflict (`assisted_over`: a session is confirmed once).
    """
    actor = officer_of(request).actor
    assisted.confirm_assisted(key, given, handle=_handle(request), actor=actor)
    return begin_acting(request, ActingGround.ASSISTED, key)


def begin_enrolment_beside(request: HttpRequest) -> UUID:
    """Within an assisted session that names it: begin level 1 for the person, with what the
    register has of them; their telephone and password are still theirs to prove and choose.

    Journaled about the person with the enrolment's key. Raises Refused (`acting_scope`,
    `identity_is_broker`), Unavailable (`messages_unset`).
    """
    own = whose(request)
    is_beside = own.acting is not None and own.acting.ground is ActingGround.ASSISTED
    if own.person is None or not is_beside:
        raise Refused("Nobody sits beside you.", code="acting_scope", fix="Begin a session.")
    own.check(MandateScope.OPEN_ACCOUNT)
    return assisted.begin_enrolment_beside(own.person, actor=own.actor)


def _handle(request: HttpRequest) -> str:
    """The browser session's handle, as the middleware made it: nothing is bound to none."""
    known = authenticated(request)
    if known is None:
        raise Refused("Sign in again.", code="not_signed_in", fix="Sign in first.")
    return known.session
