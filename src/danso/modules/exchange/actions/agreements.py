"""Agreements: issued within the purpose's bounds, revoked with a reason."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction

from danso.catalogue.shapes.people import Purpose
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.exchange import rules
from danso.modules.exchange.actions.partners import carried_out, lock_partner
from danso.modules.exchange.data import (
    AgreementData,
    AgreementTerms,
    AgreementUnknown,
    AlreadyThere,
    PartnerBody,
)
from danso.modules.exchange.models import Agreement, Partner
from danso.modules.exchange.queries import agreement_data
from danso.modules.sources import interface as sources
from danso.toolkit.platform import province


def issue_agreement(terms: AgreementTerms, *, actor: Actor) -> AgreementData:
    """See interface."""
    asked = {"partner": terms.partner, "purpose": terms.purpose, "service": terms.service.value}
    with carried_out("agreement.issued", actor, **asked) as ledger:
        owner = lock_partner(terms.partner)
        purpose = province().purpose(terms.purpose)
        facts = sources.facts_for(purpose.code)
        pushed = [one for one in province().pushed if _owns(owner, one)]
        rules.check_terms(terms, PartnerBody(owner.body), purpose, clock.now(), facts, pushed)
        _close_overdue(owner, terms, actor)
        row = _create(owner, terms, purpose, actor)
        ledger.detail["agreement"] = row.code
        return agreement_data(row)


def revoke_agreement(code: str, *, reason: str, actor: Actor) -> AgreementData:
    """See interface."""
    with carried_out("agreement.revoked", actor, agreement=code) as ledger:
        row = (
            Agreement.objects.select_for_update(of=("self",))
            .select_related("partner")
            .filter(code=code, revoked_at__isnull=True)
            .first()
        )
        if row is None:
            raise AgreementUnknown(code)
        row.revoked_at, row.revoked_by, row.revoke_reason = clock.now(), actor.id, reason
        row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])
        ledger.detail["partner"] = row.partner.code
        return agreement_data(row)


def _owns(owner: Partner, source: str) -> bool:
    """Records come from the body that keeps them, never through another one."""
    return bool(owner.agency) and province().source(source).owner == owner.agency


def _close_overdue(owner: Partner, terms: AgreementTerms, actor: Actor) -> None:
    """What has run out makes room; what still runs must be revoked on purpose."""
    Agreement.objects.filter(
        partner=owner,
        purpose=terms.purpose,
        service=terms.service,
        revoked_at__isnull=True,
        until__lte=clock.now(),
    ).update(revoked_at=clock.now(), revoked_by=actor.id, revoke_reason="ran out")


def _create(owner: Partner, terms: AgreementTerms, purpose: Purpose, actor: Actor) -> Agreement:
    try:
        with transaction.atomic():
            row: Agreement = Agreement.objects.create(
                code=f"TT-{clock.today():%Y}-{secrets.token_hex(4).upper()}",
                partner=owner,
                purpose=terms.purpose,
                legal_basis=purpose.legal_basis,
                service=terms.service,
                fields=sorted(set(terms.fields)),
                consent=purpose.consent,
                since=terms.since,
                until=terms.until,
                rate=terms.rate,
                evidence=terms.evidence,
                partner_signatory=terms.partner_signatory,
                officer_signatory=terms.officer_signatory,
                issued_by=actor.id,
            )
    except IntegrityError as error:
        raise AlreadyThere(
            "an agreement for this purpose and service is in force",
            code="agreement_in_force",
            fix="Revoke it first, then issue the new one.",
        ) from error
    return row
