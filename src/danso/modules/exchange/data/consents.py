"""Consent as it passes the door: asked by a body outside the state, given and withdrawn by the
holder; its events and refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Final
from uuid import UUID

from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.audit.data import Event

CONSENT_LAW: Final = (
    "Luật Bảo vệ dữ liệu cá nhân 2025 (91/2025/QH15), Điều 9, Điều 11; "
    "Nghị định 356/2025/NĐ-CP, Điều 6"
)


class ConsentStanding(StrEnum):
    """Whether a consent opens anything. `over`: its term has run out."""

    LIVE = "live"
    OVER = "over"
    WITHDRAWN = "withdrawn"


class ConsentVoice(StrEnum):
    """Who says yes, and so in which words: the holder; a parent for a child, from 7 years together
    with the child; the holder before an officer who writes it down."""

    OWN = "request"
    PARENT = "parent"
    PARENT_AND_CHILD = "parent_and_child"
    DESK = "desk"


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """What a partner asks a holder for, as the holder reads it.

    `needed` fields go together, `wished` ones are the holder's to choose one by one. `offer` is
    the text that is agreed to, without the wished fields' choice; `digest` its SHA-256. `days` is
    how long the consent would last.
    """

    key: UUID
    partner: str
    purpose: str
    legal_basis: str
    needed: tuple[str, ...]
    wished: tuple[str, ...]
    days: int
    reason: str
    asked_at: datetime
    open_until: datetime
    offer: str
    digest: str


@dataclass(frozen=True, slots=True)
class ConsentData:
    """A consent as it was given, in whose `voice`. `text` is what was agreed to, `digest` its
    SHA-256; `until` is exclusive."""

    key: UUID
    request: UUID
    partner: str
    purpose: str
    legal_basis: str
    fields: tuple[str, ...]
    text: str
    digest: str
    given_at: datetime
    until: datetime
    withdrawn_at: datetime | None
    voice: ConsentVoice = ConsentVoice.OWN

    def standing(self, now: datetime) -> ConsentStanding:
        """Whether it opens anything at that moment."""
        if self.withdrawn_at is not None:
            return ConsentStanding.WITHDRAWN
        return ConsentStanding.LIVE if now < self.until else ConsentStanding.OVER


@dataclass(frozen=True, slots=True)
class ConsentCounts:
    """A partner's consents: requests still open, consents that are live, those that ended."""

    open: int
    live: int
    ended: int


@dataclass(frozen=True)
class ConsentWanted(Event):
    """A partner asks for somebody's consent. Written by `gateway_v1.ask_consent`, whether or not
    there is anybody whom it reaches."""

    kind: ClassVar[str] = "exchange.consent_wanted"
    request: UUID


@dataclass(frozen=True)
class ConsentGiven(Event):
    """A holder agreed; the partner pulls the state."""

    kind: ClassVar[str] = "exchange.consent_given"
    consent: UUID


@dataclass(frozen=True)
class ConsentWithdrawn(Event):
    """A holder withdrew: the next call is refused already."""

    kind: ClassVar[str] = "exchange.consent_withdrawn"
    consent: UUID


def consent_request_unknown() -> NotFound:
    """Also for somebody else's: both look alike."""
    return NotFound(
        "There is no such request to you.",
        code="consent_request_unknown",
        fix="Choose one from your list.",
    )


def consent_unknown() -> NotFound:
    """Also for somebody else's: both look alike."""
    return NotFound(
        "There is no such consent of yours.",
        code="consent_unknown",
        fix="Choose one from your list.",
    )


def consent_answered() -> Conflict:
    return Conflict(
        "You have answered this request already.",
        code="consent_answered",
        fix="See your list: what you agreed to can be withdrawn there at any time.",
    )


def consent_request_over() -> Conflict:
    return Conflict(
        "This request is over.",
        code="consent_request_over",
        fix="Nothing is to be done; whoever asked may ask again.",
    )


def consent_changed() -> Conflict:
    return Conflict(
        "What this request says is no longer what you read.",
        code="consent_changed",
        fix="Read it again and decide then.",
    )


def consent_without_agreement() -> Conflict:
    return Conflict(
        "Whoever asked may not see these data any more, so that there is nothing to agree to.",
        code="consent_without_agreement",
        fix="Nothing is to be done.",
    )


def consent_withdrawn_before() -> Conflict:
    return Conflict(
        "This consent has ended already.",
        code="consent_ended",
        fix="Nothing is to be done.",
    )


def consent_fields() -> InvalidValue:
    return InvalidValue(
        "A field was ticked that was not asked for.",
        code="consent_fields",
        fix="Read the request again and tick what it lists.",
    )


def consent_level() -> Refused:
    return Refused(
        "Only an e-ID of level 2 can agree.",
        code="consent_level",
        fix="Get level 2 from the commune police, with your card.",
    )


def consent_step_up() -> Refused:
    return Refused(
        "Agreeing needs a second factor in this session.",
        code="consent_step_up",
        fix="Confirm with your second factor, then decide.",
    )


def consent_of_child() -> Refused:
    return Refused(
        "A child's account can't agree by itself.",
        code="consent_of_child",
        fix="A parent or guardian decides; ask at the commune police.",
    )


def consent_child_unasked() -> InvalidValue:
    return InvalidValue(
        "From 7 years on the child agrees, too.",
        code="consent_child_unasked",
        fix="Read it with your child; tick it when they agree.",
    )


def consent_account() -> Refused:
    return Refused(
        "This account is locked or closed.",
        code="consent_account",
        fix="Have it unlocked first.",
    )
