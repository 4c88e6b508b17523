"""A holder answers what a partner asks for, and ends what they agreed to."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger
from danso.modules.exchange import rules
from danso.modules.exchange.data import (
    CONSENT_LAW,
    ConsentData,
    ConsentGiven,
    ConsentVoice,
    ConsentWithdrawn,
    consent_account,
    consent_changed,
    consent_child_unasked,
    consent_of_child,
    consent_request_unknown,
    consent_unknown,
    consent_withdrawn_before,
    consent_without_agreement,
)
from danso.modules.exchange.engine import consent_text
from danso.modules.exchange.models import Consent, ConsentRequest
from danso.modules.exchange.queries import consents as queries
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Authenticated, MandateScope, Whose

SERVICE: Final = "consent"


def agree_to_consent(
    request: UUID,
    who: Authenticated,
    *,
    digest: str,
    wished: Collection[str],
    whose: Whose | None = None,
    child_agrees: bool = False,
) -> ConsentData:
    """See interface."""
    giver = whose or _own(who)
    with _carried_out("consent.given", giver, request=request) as ledger:
        voice = queries.voice_of(giver)
        person = _check_giver(who, giver, voice)
        row = _locked(request, giver, ledger)
        if voice is ConsentVoice.PARENT_AND_CHILD and not child_agrees:
            raise consent_child_unasked()
        partner = ledger.detail["partner"] = queries.partner_codes([row.partner])[row.partner]
        if queries.asked_data(row, partner, voice).digest != digest:
            raise consent_changed()
        if not queries.may_still_share(row):
            raise consent_without_agreement()
        fields = rules.fields_agreed(row.needed, row.wished, wished)
        account = _account_of(person, who) if voice is ConsentVoice.DESK else who.account
        given = _write(row, partner, fields, voice, (replace(who, account=account), person))
        _answer(row, "given", who)
        ledger.fields = tuple(fields)
        ledger.detail |= {
            "consent": str(given.key),
            "purpose": row.purpose,
            "text": given.digest,
            "until": given.until.isoformat(),
            "authentication": who.authentication,
            "way": voice.value,
        }
        ledger.happened(ConsentGiven(consent=given.key))
        return queries.consent_data(given, partner)


def decline_consent(request: UUID, who: Authenticated, whose: Whose | None = None) -> None:
    """See interface."""
    giver = whose or _own(who)
    with _carried_out("consent.declined", giver, request=request) as ledger:
        giver.check(MandateScope.CONSENT)
        row = _locked(request, giver, ledger)
        _answer(row, "declined", who)
        ledger.detail["partner"] = queries.partner_codes([row.partner])[row.partner]


def withdraw_consent(
    consent: UUID, who: Authenticated, persons: Collection[UUID], whose: Whose | None = None
) -> None:
    """See interface."""
    giver = whose or _own(who)
    with _carried_out("consent.withdrawn", giver, consent=consent) as ledger:
        giver.check(MandateScope.CONSENT)
        mine = queries.of_holder(None if giver.acting else who.account, persons)
        # A share that is under way holds the row: what it tells leaves before this returns.
        row = mine.select_for_update().filter(key=consent).first()
        if row is None:
            raise consent_unknown()
        ledger.subject = row.person
        if row.withdrawn_at is not None or row.until <= clock.now():
            raise consent_withdrawn_before()
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
        ledger.detail |= {
            "partner": queries.partner_codes([row.partner])[row.partner],
            "purpose": row.purpose,
        }
        ledger.happened(ConsentWithdrawn(consent=row.key))


def _own(who: Authenticated) -> Whose:
    """Nobody but oneself."""
    return Whose(who.person, Actor("citizen", str(who.account), system="pages"))


def _check_giver(who: Authenticated, giver: Whose, voice: ConsentVoice) -> UUID:
    """The person for whom this session may agree."""
    is_desk = voice is ConsentVoice.DESK
    rules.check_surety(rules.SURE_ENOUGH if is_desk else who.level, who.authentication)
    eid = identity.find_eid(who.account)
    if giver.person is None or not identity.is_usable(who.account) or (eid is None and not is_desk):
        raise consent_account()
    if eid is not None and eid.parent is not None:
        raise consent_of_child()
    return giver.person


def _account_of(person: UUID, who: Authenticated) -> UUID:
    """On whose account a consent at a desk rests: the person's own, or where they have none the
    officer's, which it then does not depend on."""
    eid = identity.find_eid_of(person)
    return eid.account if eid is not None else who.account


def _locked(request: UUID, giver: Whose, ledger: Ledger) -> ConsentRequest:
    """The request, open and this holder's, until the transaction ends."""
    mine = ConsentRequest.objects.select_for_update().filter(key=request, person=giver.person)
    row = mine.exclude(person=None).first()
    if row is None:
        raise consent_request_unknown()
    ledger.subject = row.person
    rules.check_still_asked(row.state, row.open_until, clock.now())
    return row


def _write(
    row: ConsentRequest,
    partner: str,
    fields: list[str],
    voice: ConsentVoice,
    giver: tuple[Authenticated, UUID],
) -> Consent:
    who, person = giver
    said, now = queries.said_by(row, partner, voice), clock.now()
    text = consent_text.statement(said, [queries.field_name(code) for code in fields])
    given: Consent = Consent.objects.create(
        request=row.key,
        partner=row.partner,
        purpose=row.purpose,
        legal_basis=said.legal_basis,
        fields=fields,
        person=person,
        account=who.account,
        way=voice.value,
        level=who.level,
        authentication=who.authentication,
        text=text,
        digest=consent_text.digest(text),
        given_at=now,
        until=now + timedelta(days=row.days),
    )
    return given


def _answer(row: ConsentRequest, state: str, who: Authenticated) -> None:
    row.state, row.answered_at, row.answered_by = state, clock.now(), who.account
    row.save(update_fields=["state", "answered_at", "answered_by"])


def _carried_out(action: str, giver: Whose, **named: UUID) -> AbstractContextManager[Ledger]:
    detail = {name: str(key) for name, key in named.items()}
    opening = Entry(
        giver.actor, action, "done", service=SERVICE, legal_basis=CONSENT_LAW, detail=detail
    )
    return audit.carried_out(opening)
