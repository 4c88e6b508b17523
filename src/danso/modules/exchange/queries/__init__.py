"""Reads of exchange: partners, keys and agreements as they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.db.models import Func, IntegerField, QuerySet, Sum

from danso.modules.exchange.data import (
    AgreementData,
    AgreementTerms,
    AgreementUnknown,
    FileAnswersErased,
    FileJobData,
    FileJobUnknown,
    FileState,
    KeyData,
    PartnerBody,
    PartnerData,
    PartnerKind,
    PartnerUnknown,
    SandboxExample,
    Service,
    SubscriptionData,
)
from danso.modules.exchange.models import (
    Agreement,
    FileChunk,
    FileJob,
    Partner,
    PartnerKey,
    SandboxPerson,
    Subscription,
)
from danso.toolkit import statements
from danso.toolkit.platform import province

_IS_OPEN: Final = "SELECT 1 FROM exchange_partner WHERE code = %s AND closed_at IS NULL"
_KEYS_IN_FORCE: Final = """
    SELECT key.kid, key.algorithm, key.public
    FROM exchange_partner AS partner
    LEFT JOIN exchange_partnerkey AS key
        ON key.partner_id = partner.id AND key.revoked_at IS NULL
    WHERE partner.code = %s AND partner.closed_at IS NULL
"""


class OctetLength(Func):
    """Bytes of a text, for files that are read on from the middle."""

    function = "octet_length"
    output_field = IntegerField()


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


def subscription_data(row: Subscription, partner: str) -> SubscriptionData:
    """A row as it passes the door."""
    return SubscriptionData(partner, row.source, tuple(row.fields), row.since, row.ended_at)


def subscriptions(partner: str) -> tuple[SubscriptionData, ...]:
    """What a partner is subscribed to now."""
    owner = _by_code(partner).first()
    if owner is None:
        raise PartnerUnknown(partner)
    rows = Subscription.objects.filter(partner=owner.pk, ended_at=None).order_by("source")
    return tuple(subscription_data(row, partner) for row in rows)


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
        consent=row.consent or row.partner.kind == PartnerKind.NON_STATE,
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


def partner_name(key: str | int, *, is_english: bool) -> str | None:
    named = Partner.objects.filter(pk=key) if isinstance(key, int) else _by_code(key)
    row = named.first()
    if row is None:
        return None
    agency = province().agencies.get(row.agency)
    if agency is None:
        return row.name or row.code
    return agency.en if is_english else agency.vi


def _by_code(code: str) -> QuerySet[Partner]:
    return Partner.objects.filter(code=code)


def partners() -> tuple[PartnerData, ...]:
    return tuple(partner_data(row) for row in Partner.objects.order_by("code"))


def is_open(partner: str) -> bool:
    return statements.row(_IS_OPEN, [partner]) is not None


def keys_in_force(partner: str) -> dict[str, tuple[str, dict[str, Any]]] | None:
    found = statements.rows(_KEYS_IN_FORCE, [partner])
    if not found:
        return None
    return {
        kid: (algorithm, json.loads(public)) for kid, algorithm, public in found if kid is not None
    }


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


def file_job_data(row: FileJob) -> FileJobData:
    sizes = FileChunk.objects.filter(job=row, told__isnull=False)
    size = sizes.aggregate(size=Sum(OctetLength("told")))["size"] or 0
    return FileJobData(
        key=row.key,
        partner=row.agreement.partner.code,
        agreement=row.agreement.code,
        name=row.name,
        digest=row.digest,
        rows=row.rows,
        done=row.done,
        counts=row.counts,
        state=FileState(row.state),
        opened_at=row.opened_at,
        finished_at=row.finished_at,
        size=size,
        facts=tuple(row.facts),
    )


def _find_file_job(key: UUID, partner: str) -> FileJob:
    row = (
        FileJob.objects.select_related("agreement__partner")
        .filter(pk=key, agreement__partner__code=partner)
        .first()
    )
    if row is None:
        raise FileJobUnknown(str(key))
    return row


def get_file_job(key: UUID, partner: str) -> FileJobData:
    return file_job_data(_find_file_job(key, partner))


def file_jobs(partner: str) -> tuple[FileJobData, ...]:
    rows = FileJob.objects.select_related("agreement__partner")
    found = rows.filter(agreement__partner__code=partner).order_by("-opened_at")
    return tuple(file_job_data(row) for row in found[:100])


def unfinished_files() -> tuple[UUID, ...]:
    return tuple(FileJob.objects.filter(finished_at__isnull=True).values_list("key", flat=True))


def read_answers(key: UUID, partner: str, offset: int) -> Iterator[bytes]:
    row = _find_file_job(key, partner)
    if row.state == FileState.ERASED:
        raise FileAnswersErased()
    chunks = FileChunk.objects.filter(job=row, told__isnull=False).order_by("n")
    for told in chunks.values_list("told", flat=True).iterator(chunk_size=20):
        content = (told or "").encode()
        if offset < len(content):
            yield content[offset:]
        offset = max(0, offset - len(content))


def sandbox() -> tuple[SandboxExample, ...]:
    return tuple(
        SandboxExample(row.number, row.name, row.birth, row.gives, row.note)
        for row in SandboxPerson.objects.order_by("number")
    )
