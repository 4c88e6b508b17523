"""A holder answers what a partner asks for, and ends what they agreed to."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
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
    ConsentWithdrawn,
    consent_account,
    consent_changed,
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
from danso.modules.identity.data import Authenticated

SERVICE: Final = "consent"


def agree_to_consent(
    request: UUID, who: Authenticated, *, digest: str, wished: Collection[str]
) -> ConsentData:
    """See interface."""
    with _carried_out("consent.given", who, request=request) as ledger:
        person = _check_holder(who)
        row = _locked(request, who, ledger)
        partner = ledger.detail["partner"] = queries.partner_codes([row.partner])[row.partner]
        if queries.asked_data(row, partner).digest != digest:
            raise consent_changed()
        if not queries.may_still_share(row):
            raise consent_without_agreement()
        fields = rules.fields_agreed(row.needed, row.wished, wished)
        given = _write(row, partner, fields, (who, person))
        _answer(row, "given", who)
        ledger.fields = tuple(fields)
        ledger.detail |= {
            "consent": str(given.key),
            "purpose": row.purpose,
            "text": given.digest,
            "until": given.until.isoformat(),
            "authentication": who.authentication,
        }
        ledger.happened(ConsentGiven(consent=given.key))
        return queries.consent_data(given, partner)


def decline_consent(request: UUID, who: Authenticated) -> None:
    """See interface."""
    with _carried_out("consent.declined", who, request=request) as ledger:
        row = _locked(request, who, ledger)
        _answer(row, "declined", who)
        ledger.detail["partner"] = queries.partner_codes([row.partner])[row.partner]


def withdraw_consent(consent: UUID, who: Authenticated, persons: Collection[UUID]) -> None:
    """See interface."""
    with _carried_out("consent.withdrawn", who, consent=consent) as ledger:
        mine = queries.of_holder(who.account, persons)
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


def _check_holder(who: Authenticated) -> UUID:
    """The person who may agree with this session."""
    rules.check_surety(who.level, who.authentication)
    eid = identity.find_eid(who.account)
    if eid is None or who.person is None or not identity.is_usable(who.account):
        raise consent_account()
    if eid.parent is not None:
        raise consent_of_child()
    return who.person


def _locked(request: UUID, who: Authenticated, ledger: Ledger) -> ConsentRequest:
    """The request, open and this holder's, until the transaction ends."""
    mine = ConsentRequest.objects.select_for_update().filter(key=request, person=who.person)
    row = mine.exclude(person=None).first()
    if row is None:
        raise consent_request_unknown()
    ledger.subject = row.person
    rules.check_still_asked(row.state, row.open_until, clock.now())
    return row


def _write(
    row: ConsentRequest, partner: str, fields: list[str], giver: tuple[Authenticated, UUID]
) -> Consent:
    who, person = giver
    said, now = queries.said_by(row, partner), clock.now()
    text = consent_text.statement(said, [queries.field_name(code) for code in fields])
    given: Consent = Consent.objects.create(
        request=row.key,
        partner=row.partner,
        purpose=row.purpose,
        legal_basis=said.legal_basis,
        fields=fields,
        person=person,
        account=who.account,
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


def _carried_out(action: str, who: Authenticated, **named: UUID) -> AbstractContextManager[Ledger]:
    actor = Actor("citizen", str(who.account), system="pages")
    detail = {name: str(key) for name, key in named.items()}
    opening = Entry(actor, action, "done", service=SERVICE, legal_basis=CONSENT_LAW, detail=detail)
    return audit.carried_out(opening)
