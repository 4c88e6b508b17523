"""What a court can call, typed as the gateway's description says."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import msgspec

from danso.client.danso import Danso, Who, Why
from danso.wire.courts import (
    CasePartiesAnswer,
    CaseRecordAnswer,
    CourtDecisionAnswer,
    CourtDecisionState,
    PersonRequestAnswer,
    PersonRequestState,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Case:
    """A case: its number as the court writes it, the court's agency code, which of several."""

    number: str
    court: str
    division: str = ""


@dataclass(frozen=True)
class Party:
    """Somebody in a case: the role (a code of the province's list) and what the file says."""

    role: str
    number: str
    full_name: str
    birth: str
    sex: int | None = None
    permanent_place: str | None = None
    ref: str = ""


@dataclass(frozen=True)
class Sought:
    """Whom a court looks for without a number: the whole name, the last known commune (of today's
    map), and the birth year or the father's name."""

    full_name: str
    commune: str
    birth_year: str = ""
    father_name: str = ""


@dataclass(frozen=True)
class Approval:
    """The judge who approved, by which decision, on which day (yyyy-mm-dd)."""

    judge: str
    decision: str
    date: str


@dataclass(frozen=True)
class Decision:
    """A judgment about one person: number, kind (a code of the province's list), its day, and the
    day from which it is true; the representative that it appoints, if any."""

    number: str
    kind: str
    date: str
    effective_on: str
    representative_name: str = ""
    representative_number: str = ""


class Court:
    """A court's view of the gateway, over a `Danso` that it is partner of.

    Methods raise `Refused` and `Unreachable` as `Danso` does.
    """

    def __init__(self, danso: Danso) -> None:
        self._danso = danso

    def parties(
        self,
        why: Why,
        case: Case,
        parties: Sequence[Party],
        *,
        fields: Sequence[str] = (),
        as_of: str | None = None,
    ) -> CasePartiesAnswer:
        """All parties (at most 50) in one go. `fields`: what to tell of each who matches; with
        `as_of` (yyyy-mm-dd) as the register holds it true on that day."""
        body: dict[str, Any] = {
            "case": _said(case),
            "parties": [_said(party) for party in parties],
            "fields": list(fields),
        }
        if as_of is not None:
            body["as_of"] = as_of
        return self._ask("/v1/case-parties", why, CasePartiesAnswer, body)

    def record(self, why: Why, key: str) -> Mapping[str, Any]:
        """The sealed record of an answer; check it with `check_record`. Until the journal is sealed
        (about a minute) it is Refused as `record_waiting`."""
        return self._record(why, key, pdf=False).record

    def record_pdf(self, why: Why, key: str) -> bytes:
        """The record as a PDF/A page; empty where none could be made."""
        return base64.b64decode(self._record(why, key, pdf=True).pdf or "")

    def seek(
        self,
        why: Why,
        case: Case,
        sought: Sought,
        approval: Approval,
        reason: str,
        *,
        key: str = "",
    ) -> PersonRequestAnswer:
        """Ask the police of a commune who somebody is. The same `key` (made for you if empty) never
        opens a second request."""
        body = {
            "case": _said(case),
            "sought": _said(sought),
            "approval": _said(approval),
            "reason": reason,
        }
        headers = {"idempotency-key": key or secrets.token_urlsafe(18)}
        return self._ask("/v1/person-requests", why, PersonRequestAnswer, body, headers)

    def sought(self, why: Why, request: str) -> PersonRequestState:
        """What the police answered, if they did."""
        body = {"request": request}
        return self._ask("/v1/person-requests/status", why, PersonRequestState, body)

    def decide(self, why: Why, case: Case, who: Who, decision: Decision) -> CourtDecisionAnswer:
        """Tell what was decided about one person: a proposal, the same again for the same."""
        person = {"number": who.number, "full_name": who.full_name, "birth": who.birth or ""}
        body = {"case": _said(case), "person": person, "decision": _said(decision)}
        return self._ask("/v1/court-decisions", why, CourtDecisionAnswer, body)

    def decided(self, why: Why, decision: str) -> CourtDecisionState:
        """Where a decision stands."""
        body = {"decision": decision}
        return self._ask("/v1/court-decisions/status", why, CourtDecisionState, body)

    def _record(self, why: Why, key: str, *, pdf: bool) -> CaseRecordAnswer:
        body = {"record": key, "pdf": pdf}
        return self._ask("/v1/case-records", why, CaseRecordAnswer, body)

    def _ask(
        self,
        path: str,
        why: Why,
        shape: type[T],
        body: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> T:
        return msgspec.json.decode(self._danso.post(path, why, body, headers), type=shape)


def _said(value: Any) -> dict[str, Any]:
    return {name: given for name, given in asdict(value).items() if given not in (None, "")}
