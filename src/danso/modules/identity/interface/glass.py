"""The part of the door about emergencies: the glass broken on the host's console."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib.auth import login
from django.http import HttpRequest

from danso.kernel.actors import Actor
from danso.kernel.errors import Refused
from danso.modules.identity import queries
from danso.modules.identity.actions import glass, sign_in
from danso.modules.identity.data import BreakGlass, BrokenGlass
from danso.modules.identity.models import Account
from danso.toolkit.security import network_of

# In the session of an emergency: its key.
GLASS: Final = "danso_glass"
BACKEND: Final = "danso.modules.identity.web.backend.AccountBackend"


def break_glass(reason: str, *, minutes: int, who: str, actor: Actor) -> BrokenGlass:
    """Make one operator's account for an emergency, journaled; named contacts are told.

    For the console of the host alone (the caller checks), where neither the provider of identities
    nor the register is needed. `who` is the host's user. One at a time. Raises Conflict
    (`glass_broken`), InvalidValue (`glass_reason`, `glass_minutes`).
    """
    return glass.break_glass(reason, minutes=minutes, who=who, actor=actor)


def end_glass(*, actor: Actor) -> None:
    """End it: its account closes, its session with the next request. NotFound (`glass_whole`)."""
    glass.end_glass(why="asked", actor=actor)


def enter_by_glass(request: HttpRequest, code: str) -> None:
    """Sign the browser in with the code, once. Raises Refused (`glass_code`); tries that fail go
    to the security log."""
    try:
        account, key = glass.begin_glass(code)
    except Refused:
        network = network_of(str(request.META.get("REMOTE_ADDR", "")))
        sign_in.note_security("break_glass_refused", network)
        raise
    login(request, Account.objects.get(pk=account), backend=BACKEND)
    request.session[GLASS] = str(key)


def break_glasses(limit: int = 100) -> tuple[BreakGlass, ...]:
    """Every breaking of the glass, newest first: for auditors and operators."""
    return queries.break_glasses(limit)


def count_open_glasses() -> int:
    """How many no auditor has looked into yet."""
    return queries.count_open_glasses()


def close_glass(key: UUID, *, note: str, actor: Actor) -> BreakGlass:
    """An auditor's note, journaled; it never changes again. Raises NotFound (`glass_unknown`),
    Conflict (`glass_closed`), InvalidValue (`note_missing`)."""
    return glass.close_glass(key, note=note, actor=actor)
