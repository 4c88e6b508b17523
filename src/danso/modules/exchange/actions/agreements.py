"""Agreements: issued within the purpose's bounds, revoked with a reason."""

from __future__ import annotations

import secrets

from django.db import IntegrityError, transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.exchange import rules
from danso.modules.exchange.actions.partners import journal, lock_partner
from danso.modules.exchange.data import (
    AgreementData,
    AgreementTerms,
    AgreementUnknown,
    AlreadyThere,
    PartnerBody,
)
from danso.modules.exchange.models import Agreement
from danso.modules.exchange.queries import agreement_data
from danso.toolkit.platform import province


@transaction.atomic
def issue_agreement(terms: AgreementTerms, *, actor: Actor) -> AgreementData:
    """See interface."""
    owner = lock_partner(terms.partner)
    purpose = province().purpose(terms.purpose)
    body = PartnerBody(owner.body)
    rules.check_terms(terms, body, purpose, clock.now())
    in_force = Agreement.objects.filter(
        partner=owner, purpose=terms.purpose, service=terms.service, revoked_at__isnull=True
    )
    # What has run out makes room; what still runs must be revoked on purpose.
    in_force.filter(until__lte=clock.now()).update(
        revoked_at=clock.now(), revoked_by=actor.id, revoke_reason="ran out"
    )
    try:
        with transaction.atomic():
            row = Agreement.objects.create(
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
    journal(actor, "agreement.issued", partner=terms.partner, agreement=row.code)
    return agreement_data(row)


@transaction.atomic
def revoke_agreement(code: str, *, reason: str, actor: Actor) -> AgreementData:
    """See interface."""
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
    journal(actor, "agreement.revoked", partner=row.partner.code, agreement=code)
    return agreement_data(row)
