"""Consent at the gateway: asked for, followed, and what a share rests on outside the state."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import msgspec

from danso.gateway import entries
from danso.gateway.calls import Call
from danso.gateway.gateway import Gateway
from danso.gateway.people import decode, judge
from danso.gateway.policy import Asking, check_fields
from danso.gateway.problems import Problem
from danso.gateway.questions import claim_question
from danso.gateway.standing import Agreement
from danso.kernel.keys import new_key
from danso.wire.consents import ConsentRequest, ConsentStatusRequest
from danso.wire.envelope import Claim, ShareRequest

_ask: Final = msgspec.json.Decoder(ConsentRequest)
_status: Final = msgspec.json.Decoder(ConsentStatusRequest)
_encode: Final = msgspec.json.Encoder().encode
_ASK: Final = (
    "SELECT outcome, told, open_until FROM gateway_v1.ask_consent(%s, %s, %s, %s::boolean, %s,"
    " %s::bigint, %s, %s::uuid, %s, %s, %s::text[], %s::text[], %s::integer, %s, %s::jsonb, %s)"
)
_STATE: Final = (
    "SELECT state, asked_at, open_until, consent, fields, given_at, until"
    " FROM gateway_v1.consent_state(%s, %s::uuid, %s)"
)


async def share_by_consent(
    gateway: Gateway, asking: Asking, agreement: Agreement, request: ShareRequest
) -> tuple[str, str | None]:
    """(answer, what is told) where a live consent covers every field; the statement that answers
    looks for it, names it in the journal, and refuses without it."""
    wanted = tuple(dict.fromkeys(request.fields))
    person = request.person
    claim = Claim(number=person.number, full_name=person.full_name, birth=person.birth)
    # The row names the consent that is found, not the one that is claimed.
    why = msgspec.structs.replace(asking.why, consent="")
    question = (
        *claim_question(claim, agreement.partner, entries.begun(agreement, why, wanted)),
        ",".join(wanted),
        agreement.purpose,
        request.envelope.consent,
    )
    answer, shared, consent = await gateway.consented.ask(question)
    if not consent:
        problem = Problem("consent_needed")
        problem.is_journaled = True
        raise problem
    return answer, shared


async def ask_consent(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """Put a request before the holder, if there is one; the partner learns a key and no more."""
    request = decode(_ask, await _body(gateway, call))
    agreement = _judge(gateway, call, asking, request)
    needed = list(dict.fromkeys(request.fields))
    wished = [one for one in dict.fromkeys(request.optional) if one not in needed]
    check_fields(agreement, (*needed, *wished))
    gateway.rates.take(agreement, gateway.now())
    person, why = request.person, asking.why
    claim = Claim(number=person.number, full_name=person.full_name, birth=person.birth)
    made = str(new_key())
    entry = entries.of_consent(agreement, why, "ask-consent", (*needed, *wished), made)
    number, name, plain, toneless, birth, _, _, partner, entry = claim_question(
        claim, agreement.partner, entry
    )
    digest = hashlib.sha256(_encode([needed, wished, request.days, request.reason])).hexdigest()
    said = {"officer": why.officer, "procedure": why.procedure, "file_code": why.file_code}
    parameters: list[Any] = [number, name, plain, toneless, birth, partner, entry]
    parameters += [made, agreement.code, agreement.purpose, needed, wished, request.days]
    parameters += [request.reason, _encode(said).decode(), digest]
    ((outcome, told, open_until),) = await gateway.calls(_ASK, parameters)
    if told is None:
        problem = Problem(outcome, retry_after=3600 if outcome != "consent_request_open" else 0)
        problem.is_journaled = True
        raise problem
    answer = {"request": told, "state": "open", "code": outcome, "open_until": open_until}
    return _encode(answer)[:-1]


async def consent_state(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """Where a request stands that this partner made."""
    request = decode(_status, await _body(gateway, call))
    agreement = _judge(gateway, call, asking, request)
    gateway.rates.take(agreement, gateway.now())
    entry = entries.of_consent(agreement, asking.why, "consent-state", (), request.request)
    rows = await gateway.calls(_STATE, [agreement.partner, request.request, entry])
    if not rows:
        problem = Problem("consent_request_unknown", field="request")
        problem.is_journaled = True
        raise problem
    state, asked_at, open_until, consent, fields, given_at, until = rows[0]
    told = {
        "request": request.request,
        "state": state,
        "asked_at": asked_at,
        "open_until": open_until,
        "consent": consent,
        "fields": fields,
        "given_at": given_at,
        "until": until,
    }
    return _encode(told)[:-1]


def _judge(
    gateway: Gateway, call: Call, asking: Asking, request: ConsentRequest | ConsentStatusRequest
) -> Agreement:
    agreement = judge(gateway, call, asking, request.envelope)
    if not agreement.consent:
        raise Problem("consent_not_yours")
    return agreement


async def _body(gateway: Gateway, call: Call) -> bytes:
    call.check_json()
    return await gateway.body(call, gateway.settings.limits.body)
