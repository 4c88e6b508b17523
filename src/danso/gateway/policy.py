"""May this call be answered? The agreement it falls under, and what its envelope must say."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from danso.gateway.calls import Call
from danso.gateway.entries import Why
from danso.gateway.problems import Problem
from danso.gateway.standing import Agreement, Partner, Standing
from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.wire.envelope import Envelope

STATE_ONLY: Final = frozenset(
    {"link-number", "changes", "case-parties", "person-request", "court-decision"}
)
# The day this was written: asking the clock about every birth would cost more than the comparison.
SURELY_PAST: Final = date(2026, 11, 23)
NOBODY: Final = Why("", "", "", "", "", "")


@dataclass(slots=True)
class Asking:
    """What is known so far of a call: enough to journal it if it has to be refused."""

    service: str
    partner: Partner | None = None
    agreement: Agreement | None = None
    why: Why = NOBODY


def read_why(call: Call, envelope: Envelope) -> Why:
    """Who asks and what for, from the envelope and the X-Road headers."""
    return Why(
        system=call.road(b"x-road-client"),
        officer=envelope.officer or call.road(b"x-road-userid"),
        procedure=envelope.procedure,
        file_code=envelope.file_code or call.road(b"x-road-issue"),
        request=call.road(b"x-road-id"),
        consent=envelope.consent,
    )


def agree(standing: Standing, asking: Asking, envelope: Envelope, now: float) -> Agreement:
    """The agreement in force that covers this call, or the Problem that says why there is none."""
    partner = asking.partner
    if partner is None:
        raise Problem("token_missing")
    if asking.service in STATE_ONLY and not partner.is_state:
        raise Problem("state_bodies_only")
    agreement = standing.agreements.get((partner.id, asking.service, envelope.purpose))
    if agreement is None:
        raise Problem("not_agreed")
    asking.agreement = agreement
    if envelope.agreement and envelope.agreement != agreement.code:
        raise Problem("agreement_not_yours")
    if not agreement.since <= now < agreement.until:
        raise Problem("agreement_over" if now >= agreement.until else "agreement_not_begun")
    _check_why(asking.why)
    return agreement


def _check_why(why: Why) -> None:
    if not why.officer:
        raise Problem("officer_missing", field="envelope.officer")
    if not why.file_code:
        raise Problem("file_missing", field="envelope.file_code")


def check_fields(agreement: Agreement, fields: Collection[str]) -> None:
    """Refuse a field that the agreement does not name."""
    if not agreement.fields.issuperset(fields):
        beyond = next(field for field in fields if field not in agreement.fields)
        raise Problem("field_not_agreed", field=beyond)


def read_birth(text: str, at: str = "person.birth") -> str:
    """A birth date that exists and is not in the future, as the comparison wants it."""
    try:
        first = _first_day(text)
    except InvalidValue as error:
        raise Problem("birth_wrong", field=at, detail=error.message) from error
    if first > SURELY_PAST and first > clock.today():
        raise Problem("birth_wrong", field=at, detail="It lies in the future.")
    return text


# All the days of a century and a half fit.
@lru_cache(65_536)
def _first_day(text: str) -> date:
    return PartialDate.from_iso(text).first_day
