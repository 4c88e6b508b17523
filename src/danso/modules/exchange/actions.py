"""Writes of exchange: one function a verb, atomic, journaled in the same commit."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, connection, transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue, Refused
from danso.kernel.names import PersonName
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import record
from danso.modules.exchange import rules
from danso.modules.exchange.data import (
    AgreementData,
    AgreementTerms,
    AgreementUnknown,
    AlreadyThere,
    KeyData,
    PartnerBody,
    PartnerData,
    PartnerKind,
    PartnerUnknown,
)
from danso.modules.exchange.engine.sandbox import EXAMPLES, Example, number_of
from danso.modules.exchange.models import Agreement, Partner, PartnerKey, SandboxPerson
from danso.modules.exchange.queries import agreement_data, key_data, partner_data
from danso.modules.population import interface as population
from danso.modules.population.data import Correction, Grounds, NewPerson, Scope
from danso.toolkit.platform import platform, province
from danso.wire import keys
from danso.wire.envelope import Claim
from danso.wire.reasons import Verdict, verdict

_TRY = """
SELECT answer FROM gateway_v1.verify(
    ARRAY[%s], ARRAY[%s], ARRAY[%s], ARRAY[%s], ARRAY[%s], ARRAY[%s]::smallint[], ARRAY[%s],
    ARRAY[%s]::bigint[], ARRAY[%s])
"""


@transaction.atomic
def create_partner(
    *, code: str, body: PartnerBody, actor: Actor, agency: str = "", name: str = ""
) -> PartnerData:
    """See interface."""
    is_state = rules.kind_of(body) is PartnerKind.STATE
    if is_state:
        name = name or province().agency(agency).vi
    if not name or (agency and not is_state):
        raise InvalidValue(
            "a partner is either an agency of the catalogue or an organisation with a name",
            code="partner_nameless",
            fix="Give --agency for a state body, --title for any other.",
        )
    if Partner.objects.filter(code=code).exists():
        raise AlreadyThere(
            f"there is a partner {code} already",
            code="partner_taken",
            fix="Choose another code; a closed partner keeps its own for ever.",
        )
    row = Partner(
        code=code,
        kind=rules.kind_of(body),
        body=body,
        name=name,
        agency=agency,
        created_by=actor.id,
    )
    row.full_clean(exclude=["created_at"])
    row.save(force_insert=True)
    _journal(actor, "partner.created", partner=code)
    return partner_data(row)


@transaction.atomic
def close_partner(code: str, *, actor: Actor) -> PartnerData:
    """See interface."""
    row = _lock_partner(code)
    row.closed_at, row.closed_by = clock.now(), actor.id
    row.save(update_fields=["closed_at", "closed_by"])
    _journal(actor, "partner.closed", partner=code)
    return partner_data(row)


@transaction.atomic
def add_key(partner: str, jwk: Mapping[str, Any], *, actor: Actor) -> KeyData:
    """See interface."""
    owner = _lock_partner(partner)
    kid, algorithm, public = rules.read_public_key(jwk)
    if PartnerKey.objects.filter(pk=kid).exists():
        raise AlreadyThere(
            "this key was registered before",
            code="key_taken",
            fix="Make a new pair; a key belongs to one partner and never comes back.",
        )
    row = PartnerKey.objects.create(
        kid=kid, partner=owner, algorithm=algorithm, public=public, added_by=actor.id
    )
    _journal(actor, "partner_key.added", partner=partner, key=kid)
    return key_data(row)


@transaction.atomic
def revoke_key(kid: str, *, actor: Actor) -> KeyData:
    """See interface."""
    row = (
        PartnerKey.objects.select_for_update(of=("self",))
        .select_related("partner")
        .filter(pk=kid, revoked_at__isnull=True)
        .first()
    )
    if row is None:
        raise InvalidValue(
            "no key in force has this thumbprint",
            code="key_unknown",
            fix="List a partner's keys with `danso partner show`.",
        )
    row.revoked_at, row.revoked_by = clock.now(), actor.id
    row.save(update_fields=["revoked_at", "revoked_by"])
    _journal(actor, "partner_key.revoked", partner=row.partner.code, key=kid)
    return key_data(row)


@transaction.atomic
def issue_agreement(terms: AgreementTerms, *, actor: Actor) -> AgreementData:
    """See interface."""
    owner = _lock_partner(terms.partner)
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
    _journal(actor, "agreement.issued", partner=terms.partner, agreement=row.code)
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
    _journal(actor, "agreement.revoked", partner=row.partner.code, agreement=code)
    return agreement_data(row)


def try_verify(code: str, claim: Claim, *, officer: str) -> Verdict:
    """See interface."""
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


def publish_sandbox(*, actor: Actor) -> int:
    """See interface."""
    if not platform().is_demo:
        raise Refused(
            "a real home has no made-up people",
            code="sandbox_in_real_home",
            fix="Publish the sandbox in a demo home.",
        )
    prefix = province().numbers.synthetic_prefix
    published = set(SandboxPerson.objects.values_list("number", flat=True))
    made = 0
    for place, example in enumerate(EXAMPLES, start=1):
        number = number_of(place, example, prefix)
        if number not in published:
            _publish(number, example, actor)
            made += 1
    return made


@transaction.atomic
def _publish(number: str, example: Example, actor: Actor) -> None:
    if example.state != "nobody":
        _enrol(number, example, actor)
    name, birth = example.asked
    SandboxPerson.objects.create(
        number=number, name=name, birth=birth, gives=example.gives, note=example.note
    )


def _enrol(number: str, example: Example, actor: Actor) -> None:
    grounds = Grounds(reason="published made-up person")
    new = NewPerson(
        name=PersonName.parse(example.name),
        birth=PartialDate.from_iso(example.birth) if example.birth else None,
        sex=1,
        source="sandbox",
        number=number,
        commune=province().units.communes[0].code,
    )
    person = population.record_person(new, actor=actor, grounds=grounds)
    if example.state == "dead":
        died = PartialDate.from_iso("2020-01-15")
        population.record_death(person, died, actor=actor, grounds=grounds)
    elif example.state == "cancelled":
        renewed = Correction("number", f"{number[:6]}9991{number[10:]}")
        population.correct_field(person, renewed, actor=actor, grounds=grounds)
    elif example.state == "protected":
        scope = Scope(sees_protected=True)
        population.protect(person, actor=actor, grounds=grounds, scope=scope)


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


def _lock_partner(code: str) -> Partner:
    row = Partner.objects.select_for_update().filter(code=code, closed_at__isnull=True).first()
    if row is None:
        raise PartnerUnknown(code)
    return row


def _journal(actor: Actor, action: str, **detail: str) -> None:
    record(Entry(actor=actor, action=action, outcome="done", service="exchange", detail=detail))
