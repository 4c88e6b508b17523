"""The routes that answer about people: verify one, verify many."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec

from danso.gateway import entries
from danso.gateway.calls import Call
from danso.gateway.gateway import Gateway
from danso.gateway.policy import Asking, agree, check_fields, read_why
from danso.gateway.problems import Problem
from danso.gateway.questions import (
    answer_json,
    claim_fields,
    claim_question,
    facts_json,
    facts_question,
)
from danso.gateway.shapes import place_and_words
from danso.gateway.standing import Agreement
from danso.wire.envelope import Envelope, VerifyRequest

Request = TypeVar("Request")
Work = Callable[[Gateway, Call, Asking], Awaitable[bytes]]

_verify_decoder = msgspec.json.Decoder(VerifyRequest)


async def serve(gateway: Gateway, call: Call, route: str, service: str, work: Work) -> None:
    """Answer one call by `work`, or refuse it; both are journaled before anything is sent."""
    started = time.perf_counter()
    asking = Asking(service)
    try:
        asking.partner = gateway.identify(call)
        body = await work(gateway, call, asking)
    except Problem as problem:
        await gateway.refuse(call, asking, problem)
    except Exception as error:  # noqa: BLE001 - our own mistake must leave its trace as well
        gateway.report(error)
        await gateway.refuse(call, asking, Problem("not_answerable"))
    else:
        head = gateway.news.head
        await call.answer(body + b',"journal_head":' + head.json + b"}", head.header)
    gateway.done(call, route, asking.partner, started)


def decode(decoder: msgspec.json.Decoder[Request], body: bytes) -> Request:
    """The request, or a Problem that says where it is wrong and never with what value."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        at, reason = place_and_words(str(error))
        raise Problem("body_wrong", detail=reason, at=at) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("body_malformed") from error


def judge(gateway: Gateway, call: Call, asking: Asking, envelope: Envelope) -> Agreement:
    """Fill in why, find the agreement."""
    asking.why = read_why(call, envelope)
    return agree(gateway.news.standing, asking, envelope, gateway.now())


async def verify(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """One person: match or not per field, never a stored value."""
    limits = gateway.settings.limits
    call.check_json()
    request = decode(_verify_decoder, await gateway.body(call, limits.body))
    agreement = judge(gateway, call, asking, request.envelope)
    if agreement.consent and not asking.why.consent:
        raise Problem("consent_missing", field="envelope.consent")
    fields = claim_fields(request.person)
    check_fields(agreement, fields)
    gateway.rates.take(agreement, gateway.now())
    entry = entries.begun(agreement, asking.why, fields)
    question = claim_question(request.person, agreement.partner, entry)
    if request.person.facts:
        answer, told = await gateway.facts.ask((*question, facts_question(request.person)))
        gateway.meters.count_person(answer)
        return facts_json(answer, told)
    (answer,) = await gateway.verify(question)
    gateway.meters.count_person(answer)
    return answer_json(answer)
