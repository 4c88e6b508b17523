"""POST /v1/share, /v1/link-number and /v1/changes: what is told, not only compared."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from danso.gateway import entries
from danso.gateway.calls import Call
from danso.gateway.consents import share_by_consent
from danso.gateway.gateway import Gateway
from danso.gateway.people import decode, judge
from danso.gateway.policy import Asking, check_fields
from danso.gateway.problems import Problem
from danso.gateway.questions import answer_json, claim_question
from danso.wire.envelope import ChangesRequest, Claim, LinkRequest, ShareRequest

_share: Final = msgspec.json.Decoder(ShareRequest)
_link: Final = msgspec.json.Decoder(LinkRequest)
_changes: Final = msgspec.json.Decoder(ChangesRequest)
_KNOWN: Final = ("number", "full_name", "birth")


async def share(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """The fields named, for one person whose number, name and birth date all match."""
    request = decode(_share, await _body(gateway, call))
    agreement = judge(gateway, call, asking, request.envelope)
    wanted = tuple(dict.fromkeys(request.fields))
    check_fields(agreement, wanted)
    if request.follow and not _may_follow(gateway, asking, agreement.purpose):
        raise Problem("not_agreed", field="follow")
    gateway.rates.take(agreement, gateway.now())
    if agreement.consent:
        return _told(gateway, *await share_by_consent(gateway, asking, agreement, request))
    person = request.person
    entry = entries.begun(agreement, asking.why, wanted)
    claim = Claim(number=person.number, full_name=person.full_name, birth=person.birth)
    question = (
        *claim_question(claim, agreement.partner, entry),
        ",".join(wanted),
        "t" if request.follow else "f",
    )
    answer, shared = await gateway.shares.ask(question)
    return _told(gateway, answer, shared)


async def link_number(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """The 12-digit number that belongs with a 9-digit one, or the other way round."""
    request = decode(_link, await _body(gateway, call))
    agreement = judge(gateway, call, asking, request.envelope)
    gateway.rates.take(agreement, gateway.now())
    person = request.person
    entry = entries.begun(agreement, asking.why, (*_KNOWN, "old_number"))
    claim = Claim(number=person.number, full_name=person.full_name, birth=person.birth)
    answer, linked = await gateway.links.ask(claim_question(claim, agreement.partner, entry))
    return _told(gateway, answer, linked, b"linked")


async def changes(gateway: Gateway, call: Call, asking: Asking) -> bytes:
    """What changed after a position about the people this partner follows."""
    request = decode(_changes, await _body(gateway, call))
    agreement = judge(gateway, call, asking, request.envelope)
    gateway.rates.take(agreement, gateway.now())
    fields = sorted(agreement.fields)
    entry = entries.begun(agreement, asking.why, tuple(fields))
    rows = await gateway.calls(
        "SELECT n, change FROM gateway_v1.changes(%s, %s, %s, %s, %s)",
        [agreement.partner, request.after, request.limit, fields, entry],
    )
    told = ",".join(change for _, change in rows if change is not None)
    (reached,) = (position for position, change in rows if change is None)
    return f'{{"changes":[{told}],"next_after":{reached}'.encode()


def _may_follow(gateway: Gateway, asking: Asking, purpose: str) -> bool:
    partner = asking.partner
    if partner is None:
        return False
    agreement = gateway.news.standing.agreements.get((partner.id, "changes", purpose))
    return agreement is not None and agreement.since <= gateway.now() < agreement.until


async def _body(gateway: Gateway, call: Call) -> bytes:
    limits = gateway.settings.limits
    call.check_json()
    return await gateway.body(call, limits.body)


def _told(gateway: Gateway, answer: str, data: Any, name: bytes = b"shared") -> bytes:
    gateway.meters.count_person(answer)
    if data is None:
        return answer_json(answer)
    return answer_json(answer) + b',"' + name + b'":' + str(data).encode()
