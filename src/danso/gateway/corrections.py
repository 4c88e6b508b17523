"""POST /v1/corrections and /v1/corrections/status: report what is wrong, follow the answer."""

from __future__ import annotations

import hashlib
import re
from typing import Any, Final

import msgspec

from danso.gateway import entries
from danso.gateway.calls import Call
from danso.gateway.claiming import check_claim
from danso.gateway.gateway import Gateway
from danso.gateway.people import decode, judge
from danso.gateway.policy import Asking, check_fields
from danso.gateway.problems import Problem
from danso.gateway.questions import answer_json, claim_question
from danso.wire.envelope import Claim, CorrectionRequest, CorrectionStatusRequest

_open: Final = msgspec.json.Decoder(CorrectionRequest)
_status: Final = msgspec.json.Decoder(CorrectionStatusRequest)
_KEY: Final = re.compile(rb"[\x21-\x7e]{8,128}")
_OPEN: Final = (
    "SELECT answer, correction FROM gateway_v1.open_correction("
    "%s, %s, %s, %s::boolean, %s, %s::bigint, %s, %s, %s, %s, %s, %s, %s, %s)"
)
_STATE: Final = (
    "SELECT state, field, opened_at, due, answer, answered_at"
    " FROM gateway_v1.correction_state(%s, %s, %s)"
)


async def open_correction(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """Open a correction; the same Idempotency-Key and body get the same one again.

    What is open already with the same value is `already_open`; with another, it is refused.
    """
    body = await _body(gateway, call)
    request = decode(_open, body)
    key = _idempotency_key(call)
    agreement = judge(gateway, call, asking, request.envelope)
    check_fields(agreement, (request.field,))
    check_claim(gateway.claims, request.field, request.claimed)
    gateway.rates.take(agreement, gateway.now())
    person, why = request.person, asking.why
    entry = entries.begun(agreement, why, (request.field,))
    claim = Claim(number=person.number, full_name=person.full_name, birth=person.birth)
    number, name, plain, toneless, birth, _, _, partner, entry = claim_question(
        claim, agreement.partner, entry
    )
    parameters = [number, name, plain, toneless, birth, partner, entry]
    parameters += [request.field, request.claimed, request.evidence, why.procedure, why.file_code]
    digest = hashlib.sha256(body).hexdigest()
    ((answer, correction),) = await gateway.calls(_OPEN, [*parameters, key, digest])
    if answer == "reused":
        raise Problem("key_reused", field="Idempotency-Key")
    if correction is None:
        gateway.meters.count_person(answer)
        return answer_json(answer)
    if answer == "other_open":
        raise Problem("correction_open", at="claimed", detail=f"Open: {correction}")
    return msgspec.json.encode(_told(correction))[:-1]


async def correction_status(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """Where a correction stands that this partner opened."""
    request = decode(_status, await _body(gateway, call))
    agreement = judge(gateway, call, asking, request.envelope)
    gateway.rates.take(agreement, gateway.now())
    entry = entries.begun(agreement, asking.why, ())
    rows = await gateway.calls(_STATE, [agreement.partner, request.correction, entry])
    if not rows:
        raise Problem("correction_unknown", field="correction")
    state, field, opened_at, due, answer, answered_at = rows[0]
    told: dict[str, Any] = {
        "correction": request.correction,
        "state": state,
        "field": field,
        "opened_at": opened_at,
        "due": due,
        "answer": answer,
        "answered_at": answered_at,
    }
    return msgspec.json.encode(told)[:-1]


def _told(kept: str) -> dict[str, str]:
    """What was answered and is answered again under the same key: the correction, and how."""
    how, _, correction = kept.rpartition(" ")
    result, code = (how, "correction_open_already") if how else ("opened", "correction_opened")
    return {"result": result, "code": code, "correction": correction}


def _idempotency_key(call: Call) -> str:
    key = call.headers.get(b"idempotency-key", b"")
    if not _KEY.fullmatch(key):
        raise Problem("key_missing", field="Idempotency-Key")
    return key.decode("ascii")


async def _body(gateway: Gateway, call: Call) -> bytes:
    limits = gateway.settings.limits
    call.check_json()
    return await gateway.body(call, limits.body)
