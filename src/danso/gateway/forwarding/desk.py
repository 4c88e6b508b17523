"""The order of things for a forwarded question: asked is on record before the call, its end before
the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from danso.gateway.coalescer import Lane
from danso.gateway.forwarding.national import National
from danso.gateway.gateway import Gateway
from danso.gateway.policy import Asking, read_birth
from danso.gateway.problems import Problem
from danso.gateway.questions import SEPARATOR
from danso.gateway.standing import Agreement
from danso.kernel.errors import InvalidValue
from danso.wire import keys
from danso.wire.upstream import soap
from danso.wire.upstream.faults import UpstreamDown, UpstreamRefuses
from danso.wire.upstream.signing import Prepared

Answer = TypeVar("Answer")
BARRED: Final = "T0000"
_COLUMN: Final = "(string_to_array(%s, E'\\x1f'))[2:]"
_ASK: Final = (
    f"SELECT state, ask FROM gateway_v1.ask_upstream({_COLUMN}, {_COLUMN}::bigint[], {_COLUMN})"  # noqa: S608
)
_TELL: Final = (
    f"SELECT told FROM gateway_v1.tell_upstream({_COLUMN}::bigint[], {_COLUMN}, {_COLUMN})"  # noqa: S608
)
_TELL_FACTS: Final = (
    "SELECT told, said FROM gateway_v1.tell_upstream_facts(%s::bigint, %s, %s, %s::uuid, %s)"
)
_CERTAIN: Final = frozenset({"match", "match_incomplete"})
_NOTE: Final = "SELECT gateway_v1.note_upstream(%s, %s)"
_WATCH_EVERY: Final = 1.0
_NOTE_EVERY: Final = 15.0


@dataclass(frozen=True, slots=True)
class Claimed:
    """One person as declared in a call. `at` is where in the body they stand."""

    number: str
    full_name: str
    birth: str | None
    at: str = "person"


@dataclass(frozen=True, slots=True)
class Forward:
    """A question ready to go: the number's pseudonym, partner, open journal entry, and the call.
    `sources`: by which key and what our own sources are asked once the person is certain."""

    pseudonym: str
    partner: int
    entry: str
    prepared: Prepared
    sources: tuple[str, str] | None = None


def _columns(asked: Sequence[tuple[str, ...]]) -> list[str]:
    return [SEPARATOR + SEPARATOR.join(column) for column in zip(*asked, strict=True)]


class Desk:
    """Forwards for one gateway process."""

    def __init__(self, gateway: Gateway) -> None:
        settings = gateway.settings
        self._gateway = gateway
        self.national = National(settings.upstream, settings.upstream_secret, gateway.now)
        limits = settings.limits
        self._asks: Lane[tuple[str, ...]] = Lane(
            settings.dsn, _ASK, _columns, together=limits.together, waiting=limits.waiting
        )
        self._tells: Lane[tuple[str, ...]] = Lane(
            settings.dsn, _TELL, _columns, together=limits.together, waiting=limits.waiting
        )
        gateway.beside += [self._asks.run, self._tells.run, self.watch]

    def prepare(
        self,
        operation: soap.Operation,
        asking: Asking,
        agreement: Agreement,
        claimed: Claimed,
        entry: str,
    ) -> Forward:
        """Everything that can be refused before anybody is asked."""
        self.national.check_open()
        setup, signer = self.national.setup, self.national.signer
        if setup is None or signer is None or asking.partner is None:
            raise Problem("upstream_down", retry_after=60)
        if not keys.name_key(claimed.full_name):
            raise Problem("name_empty", field=f"{claimed.at}.full_name")
        birth = read_birth(claimed.birth, f"{claimed.at}.birth") if claimed.birth else ""
        if len(birth) not in (4, 10):
            raise Problem("birth_needed", field=f"{claimed.at}.birth")
        why = asking.why
        officer = setup.officer_for(asking.partner.code, why.officer)
        if not officer:
            raise Problem("officer_unregistered", field="envelope.officer")
        question = soap.Question(
            claimed.number, claimed.full_name, birth, why.procedure, officer, soap.new_request()
        )
        try:
            url, body = soap.ask(operation, setup, question)
        except InvalidValue as error:
            raise _unsendable(error, claimed.at) from error
        return Forward(
            signer.pseudonym(claimed.number),
            agreement.partner,
            f'{entry},"forwarded":"{question.request}"',
            (url, body, self.national.headers(operation, officer)),
        )

    async def forward(
        self,
        forward: Forward,
        call: Callable[[Prepared], Awaitable[Answer]],
        end: Callable[[Answer], tuple[str, str]],
    ) -> Answer | None:
        """Ask and return the answer; None where the number was asked wrongly too often.

        `end` says of an answer its outcome and its figures for the journal. An outage raises
        `upstream_down`, with "failed" on record. A caller that goes away changes nothing: the
        question runs to its end.
        """
        found = await self.forward_further(forward, call, end)
        return None if found is None else found[0]

    async def forward_further(
        self,
        forward: Forward,
        call: Callable[[Prepared], Awaitable[Answer]],
        end: Callable[[Answer], tuple[str, str]],
    ) -> tuple[Answer, str] | None:
        """As `forward`; with what our own sources say of a person who is certain, '' of others."""
        running = self._forward(forward, call, end)
        task = asyncio.create_task(running)
        return await asyncio.shield(task)

    async def _forward(
        self,
        forward: Forward,
        call: Callable[[Prepared], Awaitable[Answer]],
        end: Callable[[Answer], tuple[str, str]],
    ) -> tuple[Answer, str] | None:
        async with self.national.slot():
            columns = (forward.pseudonym, str(forward.partner), forward.entry)
            state, ask = await self._asks.ask(columns)
            if state == "barred":
                return None
            if state == "busy":
                raise _journaled(Problem("busy", retry_after=1))
            try:
                answer = await self.national.noted(call(forward.prepared))
            except (UpstreamDown, UpstreamRefuses) as fault:
                await self._tell(ask, "failed", f',"fault":"{fault.kind}"')
                wait = self.national.retry_after if isinstance(fault, UpstreamDown) else 0
                raise _journaled(Problem(fault.code, retry_after=wait)) from fault
            outcome, figures = end(answer)
            detail = f',"answer":"{figures}"'
            if forward.sources and outcome in _CERTAIN:
                return answer, await self._tell_facts(ask, outcome, detail, forward.sources)
            await self._tell(ask, outcome, detail)
            return answer, ""

    async def _tell(self, ask: int, outcome: str, detail: str) -> None:
        (told,) = await self._tells.ask((str(ask), outcome, detail))
        _check_told(told)

    async def _tell_facts(
        self, ask: int, outcome: str, detail: str, sources: tuple[str, str]
    ) -> str:
        rows = await self._gateway.calls(_TELL_FACTS, [ask, outcome, detail, *sources])
        ((told, said),) = rows
        _check_told(told)
        return str(said)

    async def watch(self) -> None:
        """Keep the link's state for the operator; ask a fallen service whether it is back."""
        noted: tuple[bool | None, str] = (None, "")
        noted_at = probed_at = float("-inf")
        loop = asyncio.get_running_loop()
        try:
            while True:
                await asyncio.sleep(_WATCH_EVERY)
                setup = self.national.setup
                pause = setup.pace.pause if setup else _NOTE_EVERY
                if self.national.is_up is False and loop.time() - probed_at > pause:
                    probed_at = loop.time()
                    await self.national.probe()
                now = (self.national.is_up, self.national.fault)
                is_due = now != noted or loop.time() - noted_at > _NOTE_EVERY
                if now[0] is not None and is_due and await self._note(*now):
                    noted, noted_at = now, loop.time()
        finally:
            await self.national.close()

    async def _note(self, is_up: bool | None, fault: str) -> bool:
        try:
            await self._gateway.calls(_NOTE, [is_up, fault])
        except Problem:
            return False
        return True


def _check_told(told: bool) -> None:
    if not told:
        # Closed as failed meanwhile: it took longer than any call may.
        raise _journaled(Problem("upstream_down", retry_after=1))


def _journaled(problem: Problem) -> Problem:
    problem.is_journaled = True
    return problem


def _unsendable(error: InvalidValue, at: str) -> Problem:
    if error.code == "MaDVC":
        return Problem("body_wrong", field="envelope.procedure", detail=error.message)
    if error.code == "upstream_setup":
        return Problem("upstream_refuses", detail=error.message)
    return Problem("body_wrong", field=at, detail=error.message)
