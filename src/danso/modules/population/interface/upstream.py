"""The part of the door that works with the register above, where this one is its copy."""

from __future__ import annotations

from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.population.actions import ask_upstream as asking
from danso.modules.population.actions import follow_upstream as following
from danso.modules.population.actions import request_change as requesting
from danso.modules.population.actions import work_upstream as working
from danso.modules.population.adapters.upstream import ChangeAnswer, Upstream
from danso.modules.population.data import ChangeAside, UpstreamRound, UpstreamState
from danso.modules.population.queries import upstream as queries


def work_on_upstream(seconds: float = 8.0) -> UpstreamRound:
    """One round of a copy's work: follow the feed for about `seconds`, send what waits, fetch
    answers. Never raises for a service that is down: that is noted, and the round ends.

    Changes are carried out as actor UPSTREAM, each once by its position, with the cursor in the
    same commit. Where the register is no copy it does nothing.
    """
    return working.work_on_upstream(seconds)


def verify_upstream(number: str, full_name: str, birth: str, *, asked_by: str) -> bool:
    """Ask the register above whether number, name and birth date (yyyy-mm-dd or yyyy) are one
    person's: for a home whose own register is absent. The caller journals before and after.

    `asked_by` names who asks, as a key: upstream.toml may hold a code for `pages/KEY` ([officers])
    and for `electronic-identity` ([procedures]). Raises UpstreamDown, UpstreamRefuses, or
    Unavailable (`upstream_unset`).
    """
    return asking.verify_upstream(number, full_name, birth, asked_by=asked_by)


def check_upstream() -> None:
    """Ask the national service about nobody, and note whether it answered.

    Raises UpstreamDown, UpstreamRefuses, or Unavailable (`upstream_unset`).
    """
    working.check_upstream()


def upstream_state() -> UpstreamState:
    """Whether the national service answers, since when, and what waits. Nobody's data."""
    return queries.upstream_state()


def begin_feed_at(position: int, *, actor: Actor) -> None:
    """Follow the feed from after `position`, where the first extract was made. Journaled.

    Raises Conflict (`feed_begun`) once a change was followed.
    """
    following.begin_feed_at(position, actor=actor)


def list_aside() -> tuple[ChangeAside, ...]:
    """Changes of the feed that could not be carried out here, oldest first, at most 500."""
    return queries.list_aside()


def settle_aside(position: int, *, actor: Actor, note: str) -> None:
    """Note that somebody dealt with one of them. Journaled. NotFound (`aside_unknown`)."""
    following.settle_aside(position, actor=actor, note=note)


def send_change_request(request: UUID, upstream: Upstream) -> str:
    """Hand a request of this copy to the register above; returns its receipt. Twice is harmless.

    Journaled before and after. Raises UpstreamDown or UpstreamRefuses; it is then tried again.
    """
    return requesting.send_request(request, upstream)


def record_upstream_answer(request: UUID, answer: ChangeAnswer) -> None:
    """Keep the upstream's answer to a request; emits RequestAnswered. Once answered, it stays.

    The change itself comes with the upstream's feed, never from here.
    """
    requesting.record_answer(request, answer)


def request_answer(request: UUID) -> str:
    """What the upstream said about a request, in its own words; '' where it said nothing yet."""
    return queries.answer_text(request)
