"""The calls a partner can make, typed as the gateway's description says."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx
import msgspec

from danso.client.calling import Line
from danso.wire.answers import (
    BatchRow,
    Change,
    ChangesAnswer,
    CorrectionAnswer,
    CorrectionState,
    LinkAnswer,
    ShareAnswer,
    VerifyAnswer,
)
from danso.wire.consents import ConsentRequestAnswer, ConsentState
from danso.wire.push import MOST_RECORDS, PushAnswer, PushPosition

BATCH: Final = 1_000
T = TypeVar("T")


@dataclass(frozen=True)
class Why:
    """Why you ask: goes into the journal that the person reads. Codes only, never names."""

    purpose: str
    procedure: str
    file_code: str = ""
    officer: str = ""
    agreement: str = ""
    consent: str = ""


@dataclass(frozen=True)
class Who:
    """What the paper in your hand says. `birth` as it stands there: 1965, 1965-03, 1965-03-21.
    `facts`: what connected sources should say, by the fact's code: `value`, the day `on`, or both;
    `{}` asks whether there is any in force today."""

    number: str
    full_name: str
    birth: str | None = None
    sex: int | None = None
    permanent_place: str | None = None
    ref: str = ""
    consent: str = ""
    facts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Danso:
    """A partner's view of one province's gateway.

    Methods raise `Refused` (with a stable code and what to do) and `Unreachable`; a mismatch is an
    answer, not an error.
    """

    def __init__(
        self,
        url: str,
        *,
        partner: str,
        key: Path | Mapping[str, Any],
        timeout: float = 10.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        """`key`: your private JWK with its `kid`, a file or a mapping; `timeout` in seconds."""
        self._line = Line(url, partner, key, timeout=timeout, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._line.close()

    def verify(self, why: Why, who: Who | None = None, **claim: Any) -> VerifyAnswer:
        """Match or not, per field asked; never a stored value. Give `who`, or its fields."""
        person = who or Who(**claim)
        return self._ask("/v1/verify", why, VerifyAnswer, person=_claim(person))

    def verify_many(self, why: Why, people: Iterable[Who]) -> Iterator[BatchRow]:
        """Answers in the order of the questions, asked a thousand at a time."""
        rest = iter(people)
        while chunk := list(islice(rest, BATCH)):
            raw = self._line.post(
                "/v1/verify/batch",
                {"envelope": _envelope(why), "people": [_claim(who, batch=True) for who in chunk]},
            )
            yield from msgspec.json.decode(raw, type=_Batch).answers

    def share(
        self, why: Why, who: Who, fields: Sequence[str], *, follow: bool = False
    ) -> ShareAnswer:
        """The fields named, where number, name and birth date match. `follow` puts the person on
        your list of changes."""
        return self._ask(
            "/v1/share", why, ShareAnswer, person=_known(who), fields=list(fields), follow=follow
        )

    def ask_consent(
        self,
        why: Why,
        who: Who,
        fields: Sequence[str] = (),
        *,
        optional: Sequence[str] = (),
        days: int,
        reason: str,
    ) -> ConsentRequestAnswer:
        """Ask the holder for consent to share (a body outside the state). `fields` go together,
        each of `optional` is the holder's to tick; `reason` is read by them. The same again while
        it is open is the same request; the answer says nothing about whether anybody reads it."""
        return self._ask(
            "/v1/consents/requests",
            why,
            ConsentRequestAnswer,
            person=_known(who),
            fields=list(fields),
            optional=list(optional),
            days=days,
            reason=reason,
        )

    def consent(self, why: Why, request: str) -> ConsentState:
        """Where a request for consent stands; share once it is `given`."""
        return self._ask("/v1/consents/status", why, ConsentState, request=request)

    def link_number(self, why: Why, who: Who) -> LinkAnswer:
        """The 12-digit number that belongs with a 9-digit one, or the other way round."""
        return self._ask("/v1/link-number", why, LinkAnswer, person=_known(who))

    def changes(self, why: Why, *, after: int = -1, limit: int = 500) -> ChangesAnswer:
        """One page of what changed after a position about the people you follow, and those whom a
        source links that you subscribed to. Keep `next_after` in the same transaction as what you
        do with the changes; go on until it stays the same."""
        return self._ask("/v1/changes", why, ChangesAnswer, after=after, limit=limit)

    def all_changes(self, why: Why, *, after: int = -1) -> Iterator[Change]:
        """Every change after a position until there is none left."""
        while True:
            page = self.changes(why, after=after)
            yield from page.changes
            # A page looks at so many events: it may be empty, and the next one not.
            if page.next_after == after:
                return
            after = page.next_after

    def report_wrong(
        self,
        why: Why,
        who: Who,
        *,
        field: str,
        claimed: str,
        evidence: str,
        key: str = "",
    ) -> CorrectionAnswer:
        """Open a correction. The same `key` (made for you if empty) never opens a second one."""
        return self._ask(
            "/v1/corrections",
            why,
            CorrectionAnswer,
            {"idempotency-key": key or secrets.token_urlsafe(18)},
            person=_known(who),
            field=field,
            claimed=claimed,
            evidence=evidence,
        )

    def correction(self, why: Why, key: str) -> CorrectionState:
        """Where a correction stands that you opened."""
        return self._ask("/v1/corrections/status", why, CorrectionState, correction=key)

    def push_position(self, source: str) -> PushPosition:
        """How far you came with a source of yours: send the batch `next` next. After an outage of
        any length, on either side, this is where to go on."""
        return msgspec.json.decode(
            self._line.get(f"/v1/sources/{source}/position"), type=PushPosition
        )

    def push_records(
        self,
        source: str,
        records: Sequence[Mapping[str, Any]],
        *,
        sequence: int,
        finish: bool = False,
    ) -> PushAnswer:
        """Send one batch of at most 1,000 records, as your own system writes them; on return it is
        kept. `finish` ends a sweep of everything you hold: what it did not bring is gone at yours.

        The same batch again (after Unreachable, say) is answered alike and changes nothing. Raises
        Refused `sequence_ahead` or `sequence_reused` where `sequence` is not the next one.
        """
        body = {"sequence": sequence, "records": list(records), "finish": finish}
        told = self._line.post(f"/v1/sources/{source}/records", body)
        return msgspec.json.decode(told, type=PushAnswer)

    def push_sweep(self, source: str, records: Iterable[Mapping[str, Any]]) -> Iterator[PushAnswer]:
        """Everything you hold, in as many batches as it takes, to its end. Broken off anywhere, it
        may be begun again from the first record."""
        sequence = self.push_position(source).next
        rest = iter(records)
        while chunk := list(islice(rest, MOST_RECORDS)):
            yield self.push_records(source, chunk, sequence=sequence)
            sequence += 1
        yield self.push_records(source, [], sequence=sequence, finish=True)

    def _ask(
        self,
        path: str,
        why: Why,
        shape: type[T],
        headers: Mapping[str, str] | None = None,
        **body: Any,
    ) -> T:
        return msgspec.json.decode(self.post(path, why, body, headers), type=shape)

    def post(
        self,
        path: str,
        why: Why,
        body: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """One call with its envelope; the answer's body, undecoded."""
        return self._line.post(path, {"envelope": _envelope(why), **body}, headers)


class _Batch(msgspec.Struct):
    answers: list[BatchRow]


def _envelope(why: Why) -> dict[str, str]:
    return {name: value for name, value in asdict(why).items() if value}


def _claim(who: Who, *, batch: bool = False) -> dict[str, Any]:
    given = {name: value for name, value in asdict(who).items() if value}
    if not batch:
        given.pop("ref", None)
        given.pop("consent", None)
    return given


def _known(who: Who) -> dict[str, Any]:
    return {"number": who.number, "full_name": who.full_name, "birth": who.birth or ""}
