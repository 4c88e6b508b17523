"""The part of the door for the platform itself: what goes out, comes back, ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.cases.actions import effects, outbox, retaining, supplementing
from danso.modules.cases.adapters import roads
from danso.modules.cases.adapters.number_service import NumberService
from danso.modules.cases.adapters.roads import Finder, Road


def deliver_waiting(limit: int = 50) -> int:
    """Hand over deeds that are due, at least once each under one key; how many were taken. What
    has no way out yet stays, visible in its case."""
    return outbox.deliver_waiting(limit)


def use_roads(find: Finder) -> Callable[[], None]:
    """Say how deeds leave this process; the answer takes it back. `config` does it at start."""
    return roads.use_roads(find)


def number_road(address: str, secret: str, ca_file: str = "") -> Road:
    """The road to a national number service; `ca_file` holds the certificates it is known by. The
    real one's specification is not public: docs/how-to/connect-the-number-service.md."""
    return NumberService(address, secret, ca_file)


def settle_request(request: UUID, state: str, *, actor: Actor) -> None:
    """Hear what the register above said (`accepted` or `refused`) to a change that a case asked
    for; any other request is passed over. Twice is harmless."""
    effects.settle_request(request, state, actor=actor)


def stop_unsupplemented() -> int:
    """Stop cases whose supplement did not come by its day (5 to 8), at most 500; how many."""
    return supplementing.stop_unsupplemented()


def settle_days() -> int:
    """Tell the day of running cases that waited for a year's days off to be decided; how many."""
    return retaining.settle_days()


def destroy_past_term(*, now: datetime | None = None) -> dict[str, int]:
    """Destroy drafts past 30 days and cases past the catalogue's term (`case-file`), at most 1,000
    of each, journaled by counts; how many by kind."""
    return retaining.destroy_past_term(now=now)
