"""Pure decisions of exchange: what a partner may be given, what a key must be."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from danso.catalogue.shapes.people import Purpose
from danso.catalogue.shapes.sources import Source
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.modules.exchange.data import (
    KEY_ALGORITHMS,
    NON_STATE_SERVICES,
    STATE_BODIES,
    AgreementTerms,
    ConsentVoice,
    PartnerBody,
    PartnerKind,
    Service,
    TermsRefused,
    consent_answered,
    consent_fields,
    consent_level,
    consent_request_over,
    consent_step_up,
)
from danso.wire.envelope import Claim

# RFC 7638: the members that make a key's thumbprint, in order.
_REQUIRED: Final[dict[str, tuple[str, ...]]] = {
    "OKP": ("crv", "kty", "x"),
    "EC": ("crv", "kty", "x", "y"),
    "RSA": ("e", "kty", "n"),
}
_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_CURVES: Final = {"OKP": "Ed25519", "EC": "P-256"}
_SMALLEST_RSA: Final = 2048
LONGEST_TERM: Final = timedelta(days=366 * 5)
# Services that compare rather than hand out; link-number tells a number, so its field is that.
_COMPARING: Final = frozenset({Service.VERIFY, Service.BATCH})
# Services that hand out what sources tell, or that it changed.
_TELLING: Final = frozenset({Service.SHARE, Service.CHANGES, Service.CASE_PARTIES})
_LINKED: Final = frozenset({"number", "old_number", "full_name", "birth"})
# Whom police found for a court is told by these and no more.
_FOUND: Final = frozenset({"number", "full_name", "birth"})


def kind_of(body: PartnerBody) -> PartnerKind:
    """Whether a kind of body belongs to the state."""
    return PartnerKind.STATE if body in STATE_BODIES else PartnerKind.NON_STATE


def check_terms(
    terms: AgreementTerms,
    body: PartnerBody,
    purpose: Purpose,
    now: datetime,
    facts: Collection[str] = (),
    pushed: Collection[str] = (),
) -> None:
    """Raise TermsRefused unless purpose, body, service, fields, term and papers fit together.
    `facts`: what sources tell for this purpose; `pushed`: sources that this body may send."""
    if body.value not in purpose.readers:
        raise _refused(
            "purpose_not_for_body",
            f"the purpose {purpose.code} is not for a body of the kind {body.value}",
            f"It is for: {', '.join(purpose.readers)}.",
        )
    if terms.service.value not in purpose.services:
        raise _refused(
            "service_not_for_purpose",
            f"the purpose {purpose.code} does not open {terms.service.value}",
            f"It opens: {', '.join(purpose.services)}.",
        )
    if kind_of(body) is PartnerKind.NON_STATE and terms.service not in NON_STATE_SERVICES:
        raise _refused(
            "state_bodies_only",
            f"{terms.service.value} is for state bodies only",
            "A body outside the state may verify and share, with the holder's consent.",
        )
    _check_fields(terms, fields_allowed(purpose, terms.service, facts, pushed))
    _check_papers(terms, now)


def _check_fields(terms: AgreementTerms, allowed: Collection[str]) -> None:
    too_many = [field for field in terms.fields if field not in allowed]
    if too_many or not terms.fields:
        raise _refused(
            "fields_beyond_purpose",
            f"fields the purpose does not allow: {', '.join(too_many) or '(none named)'}",
            f"It allows: {', '.join(sorted(allowed))}.",
        )


def fields_allowed(
    purpose: Purpose,
    service: Service,
    facts: Collection[str] = (),
    pushed: Collection[str] = (),
) -> frozenset[str]:
    """The most that an agreement for this purpose and service may name, facts of sources too; what
    is pushed are sources."""
    if service is Service.PUSH:
        return frozenset(pushed)
    if service in _COMPARING:
        return frozenset(purpose.verify) | frozenset(facts)
    if service is Service.LINK_NUMBER:
        return _LINKED
    if service is Service.PERSON_REQUEST:
        return _FOUND & frozenset(purpose.verify)
    allowed = frozenset(purpose.share) | frozenset(purpose.verify)
    return allowed | frozenset(facts) if service in _TELLING else allowed


def _check_papers(terms: AgreementTerms, now: datetime) -> None:
    if terms.until <= max(terms.since, now):
        raise _refused("term_over", "the agreement would be over already", "Give a later end.")
    if terms.until - terms.since > LONGEST_TERM:
        raise _refused("term_too_long", "an agreement lasts five years at most", "End it earlier.")
    if terms.rate < 1:
        raise _refused("rate_missing", "the rate must be at least one a minute", "Give a rate.")
    papers = (terms.evidence, terms.partner_signatory, terms.officer_signatory)
    if not all(text.strip() for text in papers):
        raise _refused(
            "paper_missing",
            "the paper or a signatory is missing",
            "Name the paper (number, date, keeper) and who signed for each side.",
        )


def check_subscription(
    agency: str, source: Source, wanted: Sequence[str], allowed: Collection[str]
) -> None:
    """Raise TermsRefused unless the partner owns the source and is agreed to hear of these
    fields."""
    if source.owner != agency:
        raise _refused(
            "subscription_not_owner",
            f"{source.code} does not belong to this partner",
            f"Only its owner {source.owner} may hear of the people it is linked to.",
        )
    if beyond := [field for field in wanted if field not in allowed]:
        raise _refused(
            "subscription_beyond",
            f"fields that do not flow to {source.code}: {', '.join(beyond)}",
            f"The partner's agreements for changes and the source allow: "
            f"{', '.join(sorted(allowed)) or '(none)'}.",
        )
    if not wanted:
        raise _refused(
            "subscription_nothing",
            f"nothing that the source {source.code} subscribes to is agreed with this partner",
            "Put an agreement for `changes` in force first, naming fields of its `subscribes`.",
        )


# Decree 69/2024: who agrees has an account of level 2, and two factors in this session.
SURE_ENOUGH: Final = 2


def check_surety(level: int, authentication: int) -> None:
    """Raise Refused unless account and session are sure enough to agree with."""
    if level < SURE_ENOUGH:
        raise consent_level()
    if authentication < SURE_ENOUGH:
        raise consent_step_up()


# Law 91/2025, art. 24: so old a child agrees beside the parent. The law says it of publishing
# private life; that it holds for every consent is assumed.
CHILD_AGREES_FROM: Final = 7


def voice_for_child(born: PartialDate | None, today: date) -> ConsentVoice:
    """In whose words a parent agrees; a child that may be seven is asked."""
    first = born.first_day if born else None
    is_young = first is not None and (today.year - first.year, (today.month, today.day)) < (
        CHILD_AGREES_FROM,
        (first.month, first.day),
    )
    return ConsentVoice.PARENT if is_young else ConsentVoice.PARENT_AND_CHILD


def check_still_asked(state: str, open_until: datetime, now: datetime) -> None:
    """Raise Conflict unless a request for consent waits for its answer."""
    if state != "open":
        raise consent_answered()
    if open_until <= now:
        raise consent_request_over()


def fields_agreed(
    needed: Sequence[str], wished: Sequence[str], ticked: Collection[str]
) -> list[str]:
    """The fields that a consent covers: the needed ones, and of the wished ones those ticked."""
    if not set(ticked) <= set(wished):
        raise consent_fields()
    return [*needed, *(one for one in wished if one in ticked)]


def fields_of(claim: Claim) -> tuple[str, ...]:
    """The fields a claim asks about, by their catalogue codes."""
    asked = {"birth": claim.birth, "sex": claim.sex, "permanent_place": claim.permanent_place}
    held = (name for name, value in asked.items() if value is not None)
    return ("number", "full_name", *held, *claim.facts)


def check_trial(claim: Claim, terms: AgreementTerms, now: datetime) -> None:
    """As the gateway refuses: an agreement not in force, a field that it does not name."""
    if not terms.since <= now < terms.until:
        raise _refused(
            "agreement_not_in_force",
            "the agreement is over or not yet in force",
            "Ask the agreement officer for one in force.",
        )
    if beyond := set(fields_of(claim)) - set(terms.fields):
        raise _refused(
            "field_not_agreed",
            f"fields that are not part of the agreement: {', '.join(sorted(beyond))}",
            "Ask only for the fields of your agreement.",
        )


def not_sandbox() -> InvalidValue:
    """The console is no way round the gateway: made-up people only."""
    return InvalidValue(
        "only the published sandbox people can be tried here",
        code="trial_not_sandbox",
        fix="Choose one of the sandbox people; ask about others through the gateway.",
    )


def read_public_key(jwk: Mapping[str, object]) -> tuple[str, str, dict[str, str]]:
    """(thumbprint, algorithm, public members) of a partner's JWK.

    Refuses private keys, other curves and short RSA keys with InvalidValue.
    """
    kind = str(jwk.get("kty"))
    if _PRIVATE & jwk.keys():
        raise InvalidValue(
            "this is a private key",
            code="key_private",
            fix="Keep it to yourself, make a new pair (this is burnt), send only the public part.",
        )
    if kind not in _REQUIRED or not all(isinstance(jwk.get(m), str) for m in _REQUIRED[kind]):
        raise _key("this is not a public key we take")
    if kind in _CURVES and jwk["crv"] != _CURVES[kind]:
        raise _key(f"the curve {jwk['crv']} is not taken")
    if kind == "RSA" and len(_decode(str(jwk["n"]))) * 8 < _SMALLEST_RSA:
        raise _key("the RSA key is too short")
    public = {member: str(jwk[member]) for member in _REQUIRED[kind]}
    packed = json.dumps(public, separators=(",", ":"), sort_keys=True).encode()
    digest = hashlib.sha256(packed).digest()
    thumbprint = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return thumbprint, KEY_ALGORITHMS[kind], public


def _decode(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise _key("the key's numbers cannot be read") from error


def _key(message: str) -> InvalidValue:
    return InvalidValue(
        message,
        code="key_unusable",
        fix="Send a JWK: Ed25519, P-256, or RSA of 2048 bits or more.",
    )


def _refused(code: str, message: str, fix: str) -> TermsRefused:
    return TermsRefused(message, code=code, fix=fix)
