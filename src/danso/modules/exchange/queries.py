"""Reads of exchange: partners, keys and agreements as they stand."""

from __future__ import annotations

from danso.modules.exchange.data import (
    AgreementData,
    AgreementTerms,
    AgreementUnknown,
    KeyData,
    PartnerBody,
    PartnerData,
    PartnerKind,
    PartnerUnknown,
    SandboxExample,
    Service,
)
from danso.modules.exchange.models import Agreement, Partner, PartnerKey, SandboxPerson


def partner_data(row: Partner) -> PartnerData:
    return PartnerData(
        id=row.pk,
        code=row.code,
        kind=PartnerKind(row.kind),
        body=PartnerBody(row.body),
        name=row.name,
        agency=row.agency,
        created_at=row.created_at,
        closed_at=row.closed_at,
    )


def key_data(row: PartnerKey) -> KeyData:
    return KeyData(
        kid=row.kid,
        partner=row.partner.code,
        algorithm=row.algorithm,
        public=row.public,
        added_at=row.added_at,
        revoked_at=row.revoked_at,
    )


def agreement_data(row: Agreement) -> AgreementData:
    return AgreementData(
        code=row.code,
        terms=AgreementTerms(
            partner=row.partner.code,
            purpose=row.purpose,
            service=Service(row.service),
            fields=tuple(row.fields),
            since=row.since,
            until=row.until,
            rate=row.rate,
            evidence=row.evidence,
            partner_signatory=row.partner_signatory,
            officer_signatory=row.officer_signatory,
        ),
        legal_basis=row.legal_basis,
        issued_by=row.issued_by,
        issued_at=row.issued_at,
        revoked_by=row.revoked_by,
        revoked_at=row.revoked_at,
        revoke_reason=row.revoke_reason,
    )


def find_partner(code: str) -> PartnerData | None:
    row = Partner.objects.filter(code=code).first()
    return None if row is None else partner_data(row)


def get_partner(code: str) -> PartnerData:
    found = find_partner(code)
    if found is None:
        raise PartnerUnknown(code)
    return found


def partner_by_id(key: int) -> PartnerData:
    row = Partner.objects.filter(pk=key).first()
    if row is None:
        raise PartnerUnknown(str(key))
    return partner_data(row)


def partners() -> tuple[PartnerData, ...]:
    return tuple(partner_data(row) for row in Partner.objects.order_by("code"))


def keys_of(partner: str) -> tuple[KeyData, ...]:
    rows = PartnerKey.objects.filter(partner__code=partner).select_related("partner")
    return tuple(key_data(row) for row in rows.order_by("added_at", "kid"))


def agreements(partner: str | None = None) -> tuple[AgreementData, ...]:
    rows = Agreement.objects.select_related("partner").order_by("partner__code", "issued_at", "pk")
    if partner is not None:
        rows = rows.filter(partner__code=partner)
    return tuple(agreement_data(row) for row in rows)


def get_agreement(code: str) -> AgreementData:
    row = Agreement.objects.select_related("partner").filter(code=code).first()
    if row is None:
        raise AgreementUnknown(code)
    return agreement_data(row)


def sandbox() -> tuple[SandboxExample, ...]:
    return tuple(
        SandboxExample(row.number, row.name, row.birth, row.gives, row.note)
        for row in SandboxPerson.objects.order_by("number")
    )
