"""POST /v1/verify/batch: up to 1,000 people in one statement, each with its own journal row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from danso.gateway import entries
from danso.gateway.calls import Call
from danso.gateway.coalescer import Lane
from danso.gateway.gateway import Gateway
from danso.gateway.people import decode, judge
from danso.gateway.policy import Asking, check_fields
from danso.gateway.problems import Problem
from danso.gateway.questions import (
    Question,
    claim_fields,
    claim_question,
    facts_json,
    facts_question,
    short_json,
)
from danso.gateway.standing import Agreement
from danso.wire.envelope import BatchClaim, BatchRequest
from danso.wire.reasons import REASONS

_decoder: Final = msgspec.json.Decoder(BatchRequest)
# An answer's figures, and what sources say of it.
Told = tuple[str, str]
_encode: Final = msgspec.json.Encoder().encode
WORDS: Final = msgspec.json.encode(
    {
        code: {
            "vi": reason.vi,
            "en": reason.en,
            "next": {"vi": reason.next_vi, "en": reason.next_en},
        }
        for code, reason in REASONS.items()
    }
)
# A row that could not be worked on stands alone; its neighbours are answered.
_FAILED: Final = b'"result":"not_answerable","code":"not_answerable","fields":{}'


async def verify_batch(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """Answers in the order of the questions. Admitted only while sealing keeps up."""
    limits = gateway.settings.limits
    call.check_json()
    body = await gateway.body(call, limits.batch_body)
    request = decode(_decoder, body)
    agreement = judge(gateway, call, asking, request.envelope)
    gateway.news.check_batch()
    begun = entries.Begun(agreement, asking.why)
    questions = [
        _question(agreement, begun, claim, row) for row, claim in enumerate(request.people)
    ]
    gateway.rates.take(agreement, gateway.now(), people=len(questions))
    if any(claim.facts for claim in request.people):
        facts = (
            facts_question(claim, f"people[{row}]") for row, claim in enumerate(request.people)
        )
        asked = [(*question, said) for question, said in zip(questions, facts, strict=True)]
        answers = await ask(gateway.fact_batches, asked, read_told)
    else:
        answers = await ask(gateway.batches, questions, read_answers)
    for told in answers:
        if told is None:
            # The statement that would have left this one's row has failed.
            await _journal_failure(gateway, asking, agreement)
    rows = b",".join(_row(claim, told) for claim, told in zip(request.people, answers, strict=True))
    gateway.meters.count_people(told[0] for told in answers if told is not None)
    return b'{"answers":[' + rows + b'],"reasons":' + WORDS


async def ask(
    lane: Lane[list[Question]], questions: list[Question], read: Callable[[Any], list[Told]]
) -> list[Told | None]:
    """One statement for all of them; split where one of them makes it fail."""
    try:
        (answers,) = await lane.ask(questions)
    except Problem as problem:
        if problem.code != "not_answerable":
            raise
        if len(questions) == 1:
            return [None]
        middle = len(questions) // 2
        before = await ask(lane, questions[:middle], read)
        return before + await ask(lane, questions[middle:], read)
    return [*read(answers)]


def read_answers(answers: str) -> list[Told]:
    """What the plain statement gives, facts being asked of nobody."""
    return [(answer, "") for answer in answers.split(",")]


def read_told(answers: list[list[str]]) -> list[Told]:
    """What the statement gives that asks sources as well."""
    return [(answer, told) for answer, told in answers]


async def _journal_failure(gateway: Gateway, asking: Asking, agreement: Agreement) -> None:
    why, code = asking.why, "not_answerable"
    await gateway.refusals.ask(entries.refused(agreement.entry_start, why, code, agreement.code))


def _question(agreement: Agreement, begun: entries.Begun, claim: BatchClaim, row: int) -> Question:
    at = f"people[{row}]"
    if agreement.consent and not claim.consent:
        raise Problem("consent_missing", field=f"{at}.consent")
    fields = claim_fields(claim)
    check_fields(agreement, fields)
    entry = begun.entry(fields, claim.consent, claim.ref)
    return claim_question(claim, agreement.partner, entry, at)


def _row(claim: BatchClaim, told: Told | None) -> bytes:
    if told is None:
        words = _FAILED
    elif claim.facts:
        words = facts_json(*told, is_short=True)[1:]
    else:
        words = short_json(told[0])[1:]
    return b'{"ref":' + _encode(claim.ref) + b"," + words + b"}"
