"""The addresses of an absent register: verify, batch, share and link-number are forwarded; what
needs a register of one's own is refused."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from danso.gateway import entries
from danso.gateway.batch import WORDS
from danso.gateway.calls import Call
from danso.gateway.consent_operations import CONSENT_OPERATIONS
from danso.gateway.court_operations import COURT_OPERATIONS
from danso.gateway.forwarding.desk import BARRED, Claimed, Desk, Forward
from danso.gateway.gateway import Gateway
from danso.gateway.people import Work, decode, judge
from danso.gateway.policy import Asking, check_fields
from danso.gateway.problems import Problem
from danso.gateway.questions import (
    answer_json,
    claim_fields,
    facts_json,
    facts_question,
    short_json,
)
from danso.gateway.standing import Agreement
from danso.kernel import clock
from danso.wire import keys
from danso.wire.envelope import (
    BatchClaim,
    BatchRequest,
    ChangesRequest,
    Claim,
    CorrectionRequest,
    CorrectionStatusRequest,
    Envelope,
    LinkRequest,
    ShareRequest,
    VerifyRequest,
)
from danso.wire.upstream import soap
from danso.wire.upstream.citizen import Citizen
from danso.wire.upstream.faults import UpstreamDown

_verify: Final = msgspec.json.Decoder(VerifyRequest)
_batch: Final = msgspec.json.Decoder(BatchRequest)
_share: Final = msgspec.json.Decoder(ShareRequest)
_link: Final = msgspec.json.Decoder(LinkRequest)
_KNOWN: Final = ("number", "full_name", "birth")
_YEAR_ONLY: Final = {"result": "not_answered", "code": "fact_needs_birth"}
_WHOLE_DAY: Final = len("1984-03-21")
_encode: Final = msgspec.json.Encoder().encode
_NOT_YET: Final = b'"result":"not_verified_yet","code":"not_verified_yet","fields":{}'
# What may befall one row of a batch and leave its neighbours alone.
_PASSING: Final = frozenset({"upstream_down", "upstream_refuses", "busy"})
Served = Mapping[str, tuple[str, Work]]


def forwarded(gateway: Gateway, own: Served) -> Served:
    """The same addresses and services as of a register of one's own, answered by forwarding."""
    desk = Desk(gateway)
    works: dict[str, Work] = {
        "/v1/verify": _Verify(desk),
        "/v1/verify/batch": _Batch(desk),
        "/v1/share": _Share(desk),
        "/v1/link-number": _Link(desk),
        "/v1/changes": _Refused(msgspec.json.Decoder(ChangesRequest)),
        "/v1/corrections": _Refused(msgspec.json.Decoder(CorrectionRequest)),
        "/v1/corrections/status": _Refused(msgspec.json.Decoder(CorrectionStatusRequest)),
        **{
            one.path: _Refused(msgspec.json.Decoder(one.asked))
            for one in (*CONSENT_OPERATIONS, *COURT_OPERATIONS)
        },
    }
    return {path: (service, works[path]) for path, (service, _) in own.items()}


class _Verify:
    """POST /v1/verify: a yes or no for number, name and birth date together."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, gateway: Gateway, call: Call, asking: Asking) -> bytes:
        request = decode(_verify, await _body(gateway, call))
        agreement = judge(gateway, call, asking, request.envelope)
        if agreement.consent and not asking.why.consent:
            raise Problem("consent_missing", field="envelope.consent")
        verifying = _Verifying.of(self._desk, asking, agreement, request.person)
        gateway.rates.take(agreement, gateway.now())
        answer, said = await verifying.answer(self._desk)
        gateway.meters.count_person(answer)
        return verifying.words(answer, said)


class _Batch:
    """POST /v1/verify/batch: each row a question of its own, as many at once as the service bears.

    What is wrong with a row refuses the batch before anybody is asked; a row that an outage hits
    says so, and the others are answered.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, gateway: Gateway, call: Call, asking: Asking) -> bytes:
        request = decode(_batch, await _body(gateway, call, is_batch=True))
        agreement = judge(gateway, call, asking, request.envelope)
        gateway.news.check_batch()
        verifies = [
            _Verifying.of(self._desk, asking, agreement, claim, row)
            for row, claim in enumerate(request.people)
        ]
        gateway.rates.take(agreement, gateway.now(), people=len(verifies))
        setup = self._desk.national.setup
        at_once = asyncio.Semaphore(setup.service.together if setup else 1)
        # A refusal of one row, journaled where no question of it is.
        refused = functools.partial(entries.refused, agreement.entry_start, asking.why)

        async def answered(verifying: _Verifying) -> bytes:
            try:
                async with at_once:
                    answer, said = await verifying.answer(self._desk)
            except Problem as problem:
                if problem.code not in _PASSING:
                    raise
                if not problem.is_journaled:
                    await gateway.refusals.ask(refused(problem.code, agreement.code))
                return _NOT_YET
            gateway.meters.count_person(answer)
            return verifying.words(answer, said, is_short=True)[1:]

        words = await asyncio.gather(*map(answered, verifies))
        rows = b",".join(
            b'{"ref":' + _encode(claim.ref) + b"," + told + b"}"
            for claim, told in zip(request.people, words, strict=True)
        )
        return b'{"answers":[' + rows + b'],"reasons":' + WORDS


class _Share:
    """POST /v1/share: the fields named, out of the citizen message of whoever matches."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, gateway: Gateway, call: Call, asking: Asking) -> bytes:
        request = decode(_share, await _body(gateway, call))
        agreement = judge(gateway, call, asking, request.envelope)
        wanted = tuple(dict.fromkeys(request.fields))
        check_fields(agreement, wanted)
        # Consent is looked up in the statement that answers, and there is none here.
        if agreement.consent:
            raise Problem("register_absent")
        if request.follow:
            raise Problem("register_absent", field="follow")
        gateway.rates.take(agreement, gateway.now())
        person = request.person
        entry = entries.begun(agreement, asking.why, wanted)
        claimed = Claimed(person.number, person.full_name, person.birth)
        answer, citizen = await _looked_up(
            self._desk, asking, agreement, claimed, entry, done="shared"
        )
        gateway.meters.count_person(answer)
        if citizen is None:
            return answer_json(answer)
        shared = {
            "fields": {name: citizen.fields.get(name) for name in wanted},
            "flags": {},
            "life": "unknown",
            "as_of": citizen.as_of or clock.today().isoformat(),
        }
        return answer_json(answer) + b',"shared":' + _encode(shared)


class _Link:
    """POST /v1/link-number: the other number in the citizen message of whoever matches."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, gateway: Gateway, call: Call, asking: Asking) -> bytes:
        request = decode(_link, await _body(gateway, call))
        agreement = judge(gateway, call, asking, request.envelope)
        gateway.rates.take(agreement, gateway.now())
        person = request.person
        entry = entries.begun(agreement, asking.why, (*_KNOWN, "old_number"))
        claimed = Claimed(person.number, person.full_name, person.birth)
        answer, citizen = await _looked_up(
            self._desk, asking, agreement, claimed, entry, done="linked"
        )
        gateway.meters.count_person(answer)
        if citizen is None:
            return answer_json(answer)
        linked: dict[str, Any] = {
            "number": citizen.number,
            "old_numbers": [citizen.old_number] if citizen.old_number else [],
            "as_of": citizen.as_of or clock.today().isoformat(),
        }
        return answer_json(answer) + b',"linked":' + _encode(linked)


class _Refused:
    """What needs a register of one's own. Refused only once it is known who asks and why."""

    def __init__(self, decoder: msgspec.json.Decoder[Any]) -> None:
        self._decoder = decoder

    async def __call__(self, gateway: Gateway, call: Call, asking: Asking) -> bytes:
        request = decode(self._decoder, await _body(gateway, call))
        envelope: Envelope = request.envelope
        agreement = judge(gateway, call, asking, envelope)
        gateway.rates.take(agreement, gateway.now())
        raise Problem("register_absent")


@dataclass(frozen=True, slots=True)
class _Verifying:
    """A verify ready to be forwarded. `rest` are the figures of sex and permanent place; `facts`
    what is asked of our own sources."""

    forward: Forward
    rest: str
    facts: tuple[str, ...]

    @classmethod
    def of(
        cls, desk: Desk, asking: Asking, agreement: Agreement, claim: Claim, row: int = -1
    ) -> _Verifying:
        """Check the claim and get its question ready; nobody is asked yet."""
        at, consent, ref = "person", "", ""
        if isinstance(claim, BatchClaim):
            at, consent, ref = f"people[{row}]", claim.consent, claim.ref
            if agreement.consent and not consent:
                raise Problem("consent_missing", field=f"{at}.consent")
        fields = claim_fields(claim)
        check_fields(agreement, fields)
        asked = facts_question(claim, at)
        entry = entries.begun(agreement, asking.why, fields, consent=consent, ref=ref)
        claimed = Claimed(claim.number, claim.full_name, claim.birth, at)
        forward = desk.prepare(soap.VERIFY, asking, agreement, claimed, entry)
        if asked and claim.birth and len(claim.birth) == _WHOLE_DAY:
            who = keys.unregistered_key(claim.number, claim.birth)
            forward = replace(forward, sources=(str(who), asked))
        rest = ("0" if claim.sex is None else "7") + ("7" if claim.permanent_place else "0")
        return cls(forward, rest, tuple(claim.facts))

    def words(self, answer: str, said: str, *, is_short: bool = False) -> bytes:
        """The answer as JSON, its closing brace left off; facts only of a person who is certain."""
        if not self.facts:
            return short_json(answer) if is_short else answer_json(answer)
        if answer[0] in "MP" and not self.forward.sources:
            said = msgspec.json.encode(dict.fromkeys(self.facts, _YEAR_ONLY)).decode()
        return facts_json(answer, said, is_short=is_short)

    async def answer(self, desk: Desk) -> tuple[str, str]:
        """Ask; the answer's figures, in the order of wire.reasons.VERIFY_FIELDS, and what sources
        say."""
        found = await desk.forward_further(self.forward, desk.national.verified, self._end)
        return (BARRED, "") if found is None else (self._end(found[0])[1], found[1])

    def _end(self, matches: bool) -> tuple[str, str]:
        if not matches:
            return "no_match", f"U88{self.rest}"
        if self.rest == "00":
            return "match", "M1100"
        return "match_incomplete", f"P11{self.rest}"


async def _looked_up(
    desk: Desk,
    asking: Asking,
    agreement: Agreement,
    claimed: Claimed,
    entry: str,
    *,
    done: str,
) -> tuple[str, Citizen | None]:
    """The answer's figures, and the citizen where number, name and birth date all matched."""

    def end(found: tuple[Citizen | None]) -> tuple[str, str]:
        return (done, "M1100") if found[0] else ("no_match", "U8800")

    async def call(prepared: tuple[str, bytes, dict[str, str]]) -> tuple[Citizen | None]:
        citizen = await desk.national.looked_up(prepared)
        if citizen and claimed.number not in (citizen.number, citizen.old_number):
            # An answer about somebody else is no answer.
            raise UpstreamDown("somebody_else")
        return (citizen,)

    forward = desk.prepare(soap.LOOK_UP, asking, agreement, claimed, entry)
    found = await desk.forward(forward, call, end)
    return (BARRED, None) if found is None else (end(found)[1], found[0])


async def _body(gateway: Gateway, call: Call, *, is_batch: bool = False) -> bytes:
    limits = gateway.settings.limits
    call.check_json()
    return await gateway.body(call, limits.batch_body if is_batch else limits.body)
