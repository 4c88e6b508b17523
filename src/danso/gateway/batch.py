"""POST /v1/verify/batch: up to 1,000 people in one statement, each with its own journal row."""

from __future__ import annotations

from typing import Final

import msgspec

from danso.gateway import entries
from danso.gateway.calls import Call
from danso.gateway.gateway import Gateway
from danso.gateway.people import decode, judge
from danso.gateway.policy import Asking, check_fields
from danso.gateway.problems import Problem
from danso.gateway.questions import Question, claim_fields, claim_question, short_json
from danso.gateway.standing import Agreement
from danso.wire.envelope import BatchClaim, BatchRequest
from danso.wire.reasons import REASONS

_decoder: Final = msgspec.json.Decoder(BatchRequest)
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
    answers = await ask(gateway, questions)
    for answer in answers:
        if answer is None:
            # The statement that would have left this one's row has failed.
            await _journal_failure(gateway, asking, agreement)
    rows = b",".join(
        _row(claim.ref, answer) for claim, answer in zip(request.people, answers, strict=True)
    )
    gateway.meters.count_people(filter(None, answers))
    return b'{"answers":[' + rows + b'],"reasons":' + WORDS


async def ask(gateway: Gateway, questions: list[Question]) -> list[str | None]:
    """One statement for all of them; split where one of them makes it fail."""
    try:
        (answers,) = await gateway.batches.ask(questions)
    except Problem as problem:
        if problem.code != "not_answerable":
            raise
        if len(questions) == 1:
            return [None]
        middle = len(questions) // 2
        return await ask(gateway, questions[:middle]) + await ask(gateway, questions[middle:])
    found: list[str | None] = answers.split(",")
    return found


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


def _row(ref: str, answer: str | None) -> bytes:
    words = _FAILED if answer is None else short_json(answer)[1:]
    return b'{"ref":' + _encode(ref) + b"," + words + b"}"
