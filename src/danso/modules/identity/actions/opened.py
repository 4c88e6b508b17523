"""Posts of persons: opened in a session by an explicit step, and closed with whatever ends it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.audit.data import Entry, Event
from danso.modules.audit.interface import Ledger, carried_out, emit_many, record_many
from danso.modules.identity import rules
from danso.modules.identity.data import (
    AccountState,
    OpenedPost,
    PostClosed,
    PostData,
    officer_actor,
)
from danso.modules.identity.models import Account, Post
from danso.modules.identity.models import OpenedPost as Row
from danso.modules.identity.queries import account_data, opened_data, post_data

# What the system closes by itself; the rest is what the officer did.
BY_SYSTEM: Final = Actor("system", "identity.posts", system="pages")
OWN_WAYS: Final = frozenset({"asked", "signed_out"})


def open_post(holder: UUID, post: int, *, session: str) -> OpenedPost:
    """See interface."""
    actor = Actor("citizen", str(holder), system="pages")
    opening = Entry(actor=actor, action="post.opened", outcome="done", detail={"post": post})
    with carried_out(opening) as ledger:
        person = _check_holder(holder)
        ledger.subject = person.person
        row = _granted(holder, post)
        if Row.objects.filter(session=session, ended_at__isnull=True).exists():
            raise Conflict(
                "Another post is open in this session.", code="post_open", fix="Close it first."
            )
        now = clock.now()
        made = Row.objects.create(
            post=row,
            holder=person,
            session=session,
            opened_at=now,
            until=now + rules.POST_OPEN_FOR,
        )
        ledger.detail = _detail(post_data(row))
        return opened_data(made)


def _check_holder(holder: UUID) -> Account:
    """The e-ID, locked until the transaction ends: no lock of it slips in between."""
    row = Account.objects.select_for_update().filter(pk=holder, is_active=True).first()
    if row is None or row.state != AccountState.ACTIVE or row.level < rules.POST_LEVEL:
        raise Refused(
            "This account opens no post.", code="eid_unfit", fix="See the commune police."
        )
    return row


def _granted(holder: UUID, post: int) -> Post:
    row = (
        Post.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(pk=post, account__holder_id=holder, account__is_active=True)
        .first()
    )
    now = clock.now()
    if row is None or row.since > now or (row.until is not None and row.until <= now):
        raise NotFound("There is no such post of yours.", code="post_unknown", fix="See the list.")
    return row


@transaction.atomic
def close_post(key: UUID, *, why: str) -> None:
    """See interface."""
    end_opened_here(why, opened_of(pk=key))


def end_opened(ledger: Ledger, why: str, rows: QuerySet[Row]) -> None:
    """Close what is open of these, within an action that ends them."""
    for entry, event in _close(rows, why):
        ledger.entries.append(entry)
        ledger.happened(event)


def end_opened_here(why: str, rows: QuerySet[Row]) -> None:
    """As `end_opened`, in a transaction of the caller's that has no frame."""
    closed = _close(rows, why)
    if closed:
        record_many(entry for entry, _event in closed)
        emit_many(event for _entry, event in closed)


def opened_of(**wanted: UUID | int | str) -> QuerySet[Row]:
    """Rows of `holder`, `session`, `post` or `post__account` for the two above."""
    return Row.objects.filter(**wanted)


def _close(rows: QuerySet[Row], why: str) -> list[tuple[Entry, Event]]:
    live = rows.filter(ended_at__isnull=True).select_for_update(of=("self",))
    found = list(live.select_related("post__account", "holder"))
    now = clock.now()
    for row in found:
        row.ended_at, row.why = now, why
        row.save(update_fields=["ended_at", "why"])
    return [(_entry(row, why), _event(row, why)) for row in found]


def _entry(row: Row, why: str) -> Entry:
    account = account_data(row.post.account)
    return Entry(
        actor=officer_actor(account) if why in OWN_WAYS else BY_SYSTEM,
        action="post.closed",
        outcome="done",
        subject=row.holder.person,
        detail={**_detail(post_data(row.post)), "why": why},
    )


def _event(row: Row, why: str) -> Event:
    return PostClosed(account=row.post.account_id, post=row.post_id, why=why)


def _detail(post: PostData) -> dict[str, str | int]:
    return {
        "account": str(post.account),
        "post": post.id,
        "role": post.role.value,
        "scope": post.scope.text,
    }
