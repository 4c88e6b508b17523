"""What courts ask and send: a case's parties and their record, people sought, decisions."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any, Final

import msgspec

from danso.gateway import entries
from danso.gateway.batch import WORDS
from danso.gateway.calls import Call
from danso.gateway.court_words import check_day, check_lately
from danso.gateway.gateway import Gateway
from danso.gateway.people import decode, judge
from danso.gateway.policy import Asking, check_fields
from danso.gateway.problems import Problem
from danso.gateway.questions import (
    Question,
    answer_json,
    claim_fields,
    claim_question,
    short_json,
)
from danso.gateway.standing import Agreement
from danso.kernel.keys import new_key
from danso.wire import keys
from danso.wire.courts import (
    Case,
    CasePartiesRequest,
    CaseRecordRequest,
    CourtDecisionRequest,
    CourtDecisionStatusRequest,
    Party,
    PersonRequest,
    PersonRequestStatusRequest,
    Sought,
)
from danso.wire.envelope import Claim, Envelope

_parties: Final = msgspec.json.Decoder(CasePartiesRequest)
_record: Final = msgspec.json.Decoder(CaseRecordRequest)
_seek: Final = msgspec.json.Decoder(PersonRequest)
_sought: Final = msgspec.json.Decoder(PersonRequestStatusRequest)
_decide: Final = msgspec.json.Decoder(CourtDecisionRequest)
_decided: Final = msgspec.json.Decoder(CourtDecisionStatusRequest)
_encode: Final = msgspec.json.Encoder().encode
_KEY: Final = re.compile(rb"[\x21-\x7e]{8,128}")
_PARTIES: Final = (
    "SELECT answer, shared FROM gateway_v1.case_parties(%s::text[], %s::text[], %s::text[],"
    " %s::boolean[], %s::text[], %s::smallint[], %s::text[], %s::bigint[], %s::text[], %s::text[],"
    " %s::date, %s::uuid, %s, %s::jsonb)"
)
_RECORD: Final = (
    "SELECT state, sealed, pdf FROM gateway_v1.case_record(%s, %s::uuid, %s, %s::boolean)"
)
_NO_LETTER: Final = re.compile(r"[^a-zđ ]")
_SEEK: Final = (
    "SELECT outcome, told FROM gateway_v1.seek_person(%s, %s, %s, %s::uuid, %s, %s::jsonb, %s)"
)
_SOUGHT: Final = (
    "SELECT state, asked_at, due, answered_at, person"
    " FROM gateway_v1.person_request_state(%s, %s::uuid, %s::text[], %s)"
)
_DECIDE: Final = (
    "SELECT answer, told FROM gateway_v1.propose_decision(%s, %s, %s, %s::boolean, %s, %s::bigint,"
    " %s, %s::uuid, %s, %s, %s::jsonb)"
)
_DECIDED: Final = (
    "SELECT state, kind, proposed_at, due, reply, answered_at"
    " FROM gateway_v1.decision_state(%s, %s::uuid, %s)"
)


async def case_parties(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """Every party of a case in one commit, each with a journal row of its role."""
    limits = gateway.settings.limits
    call.check_json()
    request = decode(_parties, await gateway.body(call, limits.batch_body))
    agreement = _judge(gateway, call, asking, request.envelope, request.case)
    as_of = check_day(request.as_of, "as_of") if request.as_of else ""
    wanted = list(dict.fromkeys(request.fields))
    check_fields(agreement, wanted)
    record = str(new_key())
    detail = _detail(request.case) | {"as_of": as_of, "record": record}
    questions = [
        _question(gateway, asking, agreement, party, (f"parties[{row}]", wanted, detail))
        for row, party in enumerate(request.parties)
    ]
    gateway.rates.take(agreement, gateway.now(), people=len(questions))
    said = _encode(
        {
            "case": _case(request.case, asking),
            "parties": request.parties,
            "fields": wanted,
            "purpose": agreement.purpose,
        }
    ).decode()
    columns = [list(column) for column in zip(*questions, strict=True)]
    parameters = [*columns, wanted, as_of or None, record, agreement.code, said]
    rows = await gateway.calls(_PARTIES, parameters)
    gateway.meters.count_people(answer for answer, _ in rows)
    told = b",".join(
        _told(party, answer, shared)
        for party, (answer, shared) in zip(request.parties, rows, strict=True)
    )
    start = _encode({"record": record, "as_of": as_of or None})[:-1]
    return start + b',"parties":[' + told + b'],"reasons":' + WORDS


async def case_record(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """The sealed record of an answer, to the partner that asked."""
    request = decode(_record, await _body(gateway, call))
    agreement = judge(gateway, call, asking, request.envelope)
    gateway.rates.take(agreement, gateway.now())
    detail = {"record": request.record}
    entry = entries.of_case(agreement, asking.why, (), detail)
    parameters = [agreement.partner, request.record, entry, request.pdf]
    ((state, sealed, pdf),) = await gateway.calls(_RECORD, parameters)
    if state != "sealed":
        # The look has its row already, made by the function that found nothing to tell.
        problem = Problem(f"record_{state}", retry_after=5 if state == "waiting" else 0)
        problem.is_journaled = True
        raise problem
    packed = b"null" if pdf is None else _encode(base64.b64encode(pdf).decode())
    told: bytes = sealed.encode()
    return b'{"record":' + told + b',"pdf":' + packed


async def seek_person(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """Put a request before the police of a commune; the court learns a key and no more."""
    body = await _body(gateway, call)
    request = decode(_seek, body)
    key = _idempotency_key(call)
    agreement = _judge(gateway, call, asking, request.envelope, request.case)
    sought, approval = request.sought, request.approval
    gateway.courts.check_commune(sought.commune)
    check_lately(approval.date, "approval.date")
    exact, plain = keys.name_keys(sought.full_name)
    if not exact:
        raise Problem("name_empty", field="sought.full_name")
    _check_enough(sought, plain)
    gateway.rates.take(agreement, gateway.now())
    said = {
        "case": _case(request.case, asking),
        "reason": request.reason,
        **msgspec.to_builtins(sought),
        "judge": approval.judge,
        "approval": approval.decision,
        "approved_on": approval.date,
    }
    made = str(new_key())
    entry = entries.of_case(agreement, asking.why, (), _detail(request.case) | {"record": made})
    digest = hashlib.sha256(body).hexdigest()
    written = _encode(said).decode()
    # Requests under one name are counted by its letters: a dot or a dash makes no other name.
    letters = " ".join(_NO_LETTER.sub(" ", plain).split())
    parameters = [agreement.partner, key, digest, made, letters, written, entry]
    ((outcome, told),) = await gateway.calls(_SEEK, parameters)
    if outcome not in ("opened", "opened_already"):
        problem = Problem(outcome, retry_after=3600 if told is None else 0)
        problem.is_journaled = True
        raise problem
    return _encode({"request": told, "state": "open"})[:-1]


def _check_enough(sought: Sought, plain: str) -> None:
    """A family name alone, or a name that many share, would have police browse for a court."""
    letters = " ".join(_NO_LETTER.sub(" ", plain).split())
    if " " not in letters:
        raise Problem("sought_too_little", field="sought.full_name")
    if not (sought.birth_year or sought.father_name.strip()):
        raise Problem("sought_too_little", field="sought.birth_year")


async def person_request_state(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """What police answered: a person, nobody, or that it is not clear."""
    request = decode(_sought, await _body(gateway, call))
    agreement = judge(gateway, call, asking, request.envelope)
    gateway.rates.take(agreement, gateway.now())
    fields = tuple(sorted(agreement.fields))
    entry = entries.of_case(agreement, asking.why, fields, {"record": request.request})
    parameters = [agreement.partner, request.request, list(fields), entry]
    rows = await gateway.calls(_SOUGHT, parameters)
    if not rows:
        raise _unknown("person_request_unknown")
    state, asked_at, due, answered_at, person = rows[0]
    told: dict[str, Any] = {
        "request": request.request,
        "state": state,
        "asked_at": asked_at,
        "due": due,
        "answered_at": answered_at,
        "person": None if person is None else msgspec.Raw(person.encode()),
    }
    return _encode(told)[:-1]


async def propose_decision(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """Take a judgment as a proposal; the same one again is the same proposal."""
    request = decode(_decide, await _body(gateway, call))
    agreement = _judge(gateway, call, asking, request.envelope, request.case)
    decision, person = request.decision, request.person
    for name, day in (("date", decision.date), ("effective_on", decision.effective_on)):
        check_day(day, f"decision.{name}")
    has_representative = bool(decision.representative_name or decision.representative_number)
    gateway.courts.decision(decision.kind, has_representative=has_representative)
    gateway.rates.take(agreement, gateway.now())
    made = str(new_key())
    detail = _detail(request.case) | {"record": made}
    entry = entries.of_case(agreement, asking.why, (), detail)
    claim = Claim(number=person.number, full_name=person.full_name, birth=person.birth)
    number, name, plain, toneless, birth, _, _, partner, entry = claim_question(
        claim, agreement.partner, entry
    )
    asked = msgspec.to_builtins(decision)
    digest = hashlib.sha256(_encode({**asked, "case": request.case.number})).hexdigest()
    said = _encode({"case": _case(request.case, asking), **asked}).decode()
    court = f"{request.case.court}/{request.case.division}"
    parameters = [number, name, plain, toneless, birth, partner, entry, made, court, digest, said]
    ((answer, told),) = await gateway.calls(_DECIDE, parameters)
    if told is None:
        gateway.meters.count_person(answer)
        return answer_json(answer)
    if answer == "differs":
        raise Problem("decision_differs", field="decision.number", detail=f"Sent: {told}")
    return _encode({"result": "proposed", "code": f"decision_{answer}", "decision": told})[:-1]


async def decision_state(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """Where a decision stands that this court sent."""
    request = decode(_decided, await _body(gateway, call))
    agreement = judge(gateway, call, asking, request.envelope)
    gateway.rates.take(agreement, gateway.now())
    entry = entries.of_case(agreement, asking.why, (), {"record": request.decision})
    rows = await gateway.calls(_DECIDED, [agreement.partner, request.decision, entry])
    if not rows:
        raise _unknown("decision_unknown")
    state, kind, proposed_at, due, reply, answered_at = rows[0]
    told = {
        "decision": request.decision,
        "state": state,
        "kind": kind,
        "proposed_at": proposed_at,
        "due": due,
        "answer": reply,
        "answered_at": answered_at,
    }
    return _encode(told)[:-1]


def _judge(
    gateway: Gateway, call: Call, asking: Asking, envelope: Envelope, case: Case
) -> Agreement:
    """As for everybody; the case is the file, and the court must be the partner's own."""
    agreement = judge(
        gateway, call, asking, msgspec.structs.replace(envelope, file_code=case.number)
    )
    gateway.courts.check_court(case.court, asking.partner.agency if asking.partner else "")
    return agreement


def _question(
    gateway: Gateway,
    asking: Asking,
    agreement: Agreement,
    party: Party,
    about: tuple[str, list[str], dict[str, str]],
) -> Question:
    at, wanted, detail = about
    gateway.courts.check_role(party.role, f"{at}.role")
    claim = Claim(
        number=party.number,
        full_name=party.full_name,
        birth=party.birth,
        sex=party.sex,
        permanent_place=party.permanent_place,
    )
    compared = claim_fields(claim)
    check_fields(agreement, compared)
    fields = tuple(dict.fromkeys((*compared, *wanted)))
    said = detail | {"role": party.role, "ref": party.ref}
    entry = entries.of_case(agreement, asking.why, fields, said)
    return claim_question(claim, agreement.partner, entry, at)


def _told(party: Party, answer: str, shared: str | None) -> bytes:
    start = _encode({"ref": party.ref, "role": party.role})[:-1]
    row = start + b"," + short_json(answer)[1:]
    return row + (b"}" if shared is None else b',"shared":' + shared.encode() + b"}")


def _case(case: Case, asking: Asking) -> dict[str, str]:
    why = asking.why
    return {**msgspec.to_builtins(case), "procedure": why.procedure, "officer": why.officer}


def _detail(case: Case) -> dict[str, str]:
    return {"court": case.court, "division": case.division}


def _unknown(code: str) -> Problem:
    problem = Problem(code)
    problem.is_journaled = True
    return problem


def _idempotency_key(call: Call) -> str:
    key = call.headers.get(b"idempotency-key", b"")
    if not _KEY.fullmatch(key):
        raise Problem("key_missing", field="Idempotency-Key")
    return key.decode("ascii")


async def _body(gateway: Gateway, call: Call) -> bytes:
    call.check_json()
    return await gateway.body(call, gateway.settings.limits.body)
