"""The calls a partner can make, typed as the gateway's description says."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
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
    """What the paper in your hand says. `birth` as it stands there: 1965, 1965-03, 1965-03-21."""

    number: str
    full_name: str
    birth: str | None = None
    sex: int | None = None
    permanent_place: str | None = None
    ref: str = ""
    consent: str = ""


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

    def link_number(self, why: Why, who: Who) -> LinkAnswer:
        """The 12-digit number that belongs with a 9-digit one, or the other way round."""
        return self._ask("/v1/link-number", why, LinkAnswer, person=_known(who))

    def changes(self, why: Why, *, after: int = -1, limit: int = 500) -> ChangesAnswer:
        """One page of what changed after a position about the people you follow. Keep `next_after`
        in the same transaction as what you do with the changes."""
        return self._ask("/v1/changes", why, ChangesAnswer, after=after, limit=limit)

    def all_changes(self, why: Why, *, after: int = -1) -> Iterator[Change]:
        """Every change after a position until there is none left."""
        while True:
            page = self.changes(why, after=after)
            yield from page.changes
            if not page.changes:
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
    given = {name: value for name, value in asdict(who).items() if value not in (None, "")}
    if not batch:
        given.pop("ref", None)
        given.pop("consent", None)
    return given


def _known(who: Who) -> dict[str, Any]:
    return {"number": who.number, "full_name": who.full_name, "birth": who.birth or ""}
