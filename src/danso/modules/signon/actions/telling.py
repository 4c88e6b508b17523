"""Userinfo: what the holder agreed to, told to the client that asked, journaled as it is told."""

from __future__ import annotations

from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.exchange import interface as exchange
from danso.modules.identity import interface as identity
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.signon.actions.clients import read_proof, use_once
from danso.modules.signon.data import CLAIM_FIELDS, Call, SignOnRefused
from danso.modules.signon.engine.hashes import digest
from danso.modules.signon.models import AuthenticationEvent, Client, Consent, Family
from danso.toolkit import statements

CONSENT_LAW = "Luật 91/2025/QH15"
GENDERS = {1: "male", 2: "female"}
_GIVEN_TO = """
    FROM signon_token AS token
    JOIN signon_family ON signon_family.id = token.family_id AND signon_family.ended_at IS NULL
    JOIN signon_authentication ON signon_authentication.id = signon_family.event_id
    JOIN signon_client
        ON signon_client.partner = signon_family.client_id AND signon_client.disabled_at IS NULL
    LEFT JOIN signon_consent ON signon_consent.id = signon_family.consent_id
    WHERE token.digest = %s AND NOT token.is_refresh AND token.expires_at > %s
"""


def tell(call: Call) -> dict[str, str]:
    """See interface."""
    if not call.token or not call.proof:
        raise SignOnRefused("invalid_token", "send `Authorization: DPoP` and a proof")
    proof = read_proof(call)
    family = _family_of(call.token)
    if proof.key != family.proof_key or proof.token_hash != digest(call.token):
        raise SignOnRefused("invalid_dpop_proof", "the proof is not of this token's key")
    use_once(proof.once)
    person = family.event.person
    entry = Entry(
        Actor(kind="partner", id=family.client_id, system="signon"),
        "signon.userinfo",
        "done",
        subject=person,
        service="signon",
        legal_basis=CONSENT_LAW if family.consent else "",
        detail={"sign_on": str(family.pk)},
    )
    with audit.carried_out(entry) as ledger:
        given = _given(family)
        record = _record(person) if person is not None and given else None
        told = _claims(record, given) if record is not None else {}
        ledger.fields = tuple(dict.fromkeys(CLAIM_FIELDS[name] for name in told))
        if family.consent is not None:
            ledger.detail["consent"] = str(family.consent_id)
            ledger.detail["why"] = _why(family, told)
        return {"sub": family.sub, **told}


def _family_of(token: str) -> Family:
    found = statements.joined(
        (Family, AuthenticationEvent, Client, Consent), _GIVEN_TO, [digest(token), clock.now()]
    )
    if found is None:
        raise SignOnRefused("invalid_token", "the token is not known here, or over")
    family: Family = found[0]
    family.event, family.client, family.consent = found[1:]
    if not exchange.is_open(family.client_id) or not identity.is_usable(family.account):
        raise SignOnRefused("invalid_token", "the account or the partner is locked or closed")
    return family


def _given(family: Family) -> list[str]:
    """What was agreed to, as far as the client is still approved for it."""
    if family.consent is None:
        return []
    return [name for name in family.consent.given if name in family.client.claims]


def _record(person: UUID) -> PersonRecord | None:
    found = population.find_person(person)
    for _ in range(5):
        if found is None or found.merged_into is None:
            break
        found = population.find_person(found.merged_into)
    return found


def _claims(record: PersonRecord, given: list[str]) -> dict[str, str]:
    """The claims that the register holds a value for, in OpenID Connect's forms."""
    held = {
        "name": record.full_name,
        "family_name": record.family,
        "middle_name": record.middle,
        "given_name": record.given,
        "birthdate": _birthdate(record.birth),
        "gender": GENDERS.get(record.sex, ""),
        "personal_number": record.number or "",
    }
    return {name: held[name] for name in given if held[name]}


def _birthdate(birth: str | None) -> str:
    """YYYY-MM-DD or YYYY; OpenID Connect has no form for a month without a day."""
    text = birth or ""
    return text if len(text) in (4, 10) else text[:4]


def _why(family: Family, told: dict[str, str]) -> str:
    purposes = [one["purpose"] for one in family.consent.claims] if family.consent else []
    return "; ".join(dict.fromkeys(purposes))[:300] if told else ""
