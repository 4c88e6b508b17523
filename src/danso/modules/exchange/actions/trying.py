"""Asking `gateway_v1.verify` from this side, as the gateway would: the try-it console."""

from __future__ import annotations

import json

from django.db import connection, transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import refusals_journaled
from danso.modules.exchange import rules
from danso.modules.exchange.data import AgreementUnknown
from danso.modules.exchange.models import Agreement, SandboxPerson
from danso.modules.exchange.queries import agreement_data
from danso.wire import keys
from danso.wire.envelope import Claim
from danso.wire.reasons import Verdict, verdict

_TRY = """
SELECT answer FROM gateway_v1.verify(
    ARRAY[%s], ARRAY[%s], ARRAY[%s], ARRAY[%s], ARRAY[%s], ARRAY[%s]::smallint[], ARRAY[%s],
    ARRAY[%s]::bigint[], ARRAY[%s])
"""


def try_verify(code: str, claim: Claim, *, officer: str) -> Verdict:
    """See interface."""
    with refusals_journaled(_opening(code, officer)):
        row = (
            Agreement.objects.select_related("partner")
            .filter(code=code, service="verify", revoked_at__isnull=True)
            .first()
        )
        if row is None:
            raise AgreementUnknown(code)
        rules.check_trial(claim, agreement_data(row).terms, clock.now())
        if not SandboxPerson.objects.filter(number=claim.number).exists():
            raise rules.not_sandbox()
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_TRY, [*_compared(claim), row.partner_id, _begun(row, claim, officer)])
            answer: str = cursor.fetchone()[0]
    return verdict(answer)


def _opening(code: str, officer: str) -> Entry:
    """For a refusal: by the officer who tries, since nothing was asked in the partner's name."""
    return Entry(
        actor=Actor(kind="officer", id=officer, system="trial"),
        action="verify",
        outcome="asked",
        service="verify",
        detail={"agreement": code},
    )


def _compared(claim: Claim) -> list[str | int | bool]:
    """The comparison keys of a claim, as the gateway makes them."""
    return [
        claim.number,
        keys.name_key(claim.full_name),
        keys.plain_key(claim.full_name),
        claim.full_name.isascii(),
        keys.birth_key(PartialDate.from_iso(claim.birth)) if claim.birth else "",
        claim.sex or 0,
        claim.permanent_place or "",
    ]


def _begun(row: Agreement, claim: Claim, officer: str) -> str:
    """The journal entry up to its detail, left open: the SQL function adds answer and outcome."""
    entry = {
        "actor_kind": "partner",
        "actor": row.partner.code,
        "unit": row.partner.agency,
        "action": "verify",
        "service": "verify",
        "purpose": row.purpose,
        "legal_basis": row.legal_basis,
        "system": "trial",
        "officer": officer,
        "procedure": "",
        "file_code": "",
        "fields": list(rules.fields_of(claim)),
        "detail": {"agreement": row.code},
    }
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).removesuffix("}}")
