"""Following the feed of the register above: by position, each change once, none skipped."""

from __future__ import annotations

from typing import Final

import msgspec
from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.population.actions.feed_change import ACTOR, carry_out
from danso.modules.population.adapters.upstream import Upstream
from danso.modules.population.models import FeedAside, FeedCursor
from danso.wire.upstream.faults import UpstreamDown
from danso.wire.upstream.feed import FeedChange, FeedPage, Place

_UNREADABLE: Final = "feed_unreadable"


def follow_page(upstream: Upstream, limit: int) -> tuple[int, int]:
    """Fetch one page and carry it out; returns how many changes were carried out and set aside.

    Effects and cursor are one transaction: a kill repeats nothing. What comes twice or late is
    skipped by its position; before a hole it stops, and asks again next time.
    """
    at, _ = FeedCursor.objects.get_or_create(id=1)
    page = upstream.changes_after(at.position, limit)
    changes = _in_order(page)
    done, aside = 0, 0
    with transaction.atomic():
        cursor = FeedCursor.objects.select_for_update().get(id=1)
        for position, change in changes:
            if position <= cursor.position:
                continue
            if position != cursor.position + 1:
                break
            code = _UNREADABLE if change is None else carry_out(change)
            if code:
                _set_aside(position, code)
            aside, done = (aside + 1, done) if code else (aside, done + 1)
            cursor.position, cursor.moved_at = position, clock.now()
        cursor.newest = max(page.newest, cursor.position)
        cursor.save()
    return done, aside


def begin_feed_at(position: int, *, actor: Actor) -> None:
    """Follow the feed from after this position: where the first extract was made."""
    with audit.carried_out(_entry("begin_feed", "done", actor, position)):
        FeedCursor.objects.get_or_create(id=1)
        cursor = FeedCursor.objects.select_for_update().get(id=1)
        if cursor.moved_at is not None:
            raise Conflict(
                "This copy follows its feed already.",
                code="feed_begun",
                fix="It goes on by itself; changes before its position are in it.",
            )
        cursor.position, cursor.newest = position, max(position, cursor.newest)
        cursor.save()


def settle_aside(position: int, *, actor: Actor, note: str) -> None:
    """Somebody has dealt with a change that was set aside."""
    with audit.carried_out(_entry("settle_aside", "done", actor, position, note)):
        settled = FeedAside.objects.filter(position=position, settled_at__isnull=True).update(
            settled_at=clock.now()
        )
        if not settled:
            raise NotFound(
                "No change waits at this position.",
                code="aside_unknown",
                fix="List them with `danso upstream aside`.",
            )


def _in_order(page: FeedPage) -> list[tuple[int, FeedChange | None]]:
    """By position, each once; None for one of which only the position can be read."""
    found: dict[int, FeedChange | None] = {}
    for raw in page.changes:
        try:
            change = msgspec.json.decode(raw, type=FeedChange)
            found[change.position] = change
        except msgspec.ValidationError:
            try:
                found.setdefault(msgspec.json.decode(raw, type=Place).position, None)
            except msgspec.ValidationError as error:
                raise UpstreamDown("unreadable") from error
    return sorted(found.items())


def _set_aside(position: int, code: str) -> None:
    FeedAside.objects.update_or_create(
        position=position, defaults={"code": code, "set_aside_at": clock.now(), "settled_at": None}
    )
    audit.record(_entry("follow_upstream", code, ACTOR, position))


def _entry(action: str, outcome: str, actor: Actor, position: int, note: str = "") -> Entry:
    detail: dict[str, str | int] = {"position": position}
    return Entry(
        actor=actor,
        action=f"population.{action}",
        outcome=outcome,
        service="upstream",
        detail=detail | ({"note": note} if note else {}),
    )
