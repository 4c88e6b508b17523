"""Reads about officers and every account. What leaves is data objects, never models."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Q

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.identity import models
from danso.modules.identity.data import (
    AccountData,
    AccountState,
    LookCount,
    PostData,
    Role,
    Scope,
    ScopeKind,
    SecurityEvent,
    UnusualKind,
    UnusualLook,
)
from danso.modules.identity.models import Account, Post, SecurityLine
from danso.toolkit import statements

_IS_USABLE: Final = "SELECT 1 FROM identity_account WHERE id = %s AND is_active AND state = %s"


def account_data(account: Account) -> AccountData:
    """The row as it passes the door."""
    return AccountData(
        id=account.id,
        username=account.username,
        name=account.name,
        unit=account.unit,
        person=account.person,
        is_active=account.is_active,
        must_change_password=account.must_change_password,
        level=account.level,
        upstream=account.upstream,
        holder=account.holder_id,
    )


def post_data(post: Post) -> PostData:
    """The row as it passes the door."""
    return PostData(
        id=post.pk,
        account=post.account_id,
        role=Role(post.role),
        scope=Scope(ScopeKind(post.scope_kind), post.scope_code),
        since=post.since,
        until=post.until,
    )


def find_account(username: str) -> AccountData | None:
    """The account with this log-in name, in any case of letters."""
    row = Account.objects.filter(username=username.strip().lower(), level=0).first()
    return account_data(row) if row else None


def get_account(key: UUID) -> AccountData:
    """The account, or NotFound."""
    row = Account.objects.filter(pk=key).first()
    if row is None:
        raise NotFound("there is no such account", code="account_unknown", fix="Check its key.")
    return account_data(row)


def accounts() -> tuple[AccountData, ...]:
    """Every officer's account, open or closed, by log-in name."""
    return tuple(account_data(row) for row in Account.objects.filter(level=0).order_by("username"))


def posts_of(account: UUID, *, at: datetime | None = None) -> tuple[PostData, ...]:
    """The posts held at an instant (now when none is given), oldest first."""
    moment = at or clock.now()
    held = Post.objects.filter(
        Q(until__isnull=True) | Q(until__gt=moment), account_id=account, since__lte=moment
    )
    return tuple(post_data(post) for post in held.order_by("since", "pk"))


def holders_of(role: Role, *, at: datetime | None = None) -> tuple[AccountData, ...]:
    """Active accounts that hold the role somewhere at an instant, by log-in name."""
    moment = at or clock.now()
    held = Post.objects.filter(
        Q(until__isnull=True) | Q(until__gt=moment), role=role.value, since__lte=moment
    )
    rows = Account.objects.filter(is_active=True, pk__in=held.values("account_id"))
    return tuple(account_data(row) for row in rows.order_by("username"))


def has_factor(account: UUID) -> bool:
    """Whether a second factor (one-time codes or a passkey) is set up."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return bool(Authenticator.objects.filter(user_id=account, type__in=kinds).exists())


def is_usable(account: UUID) -> bool:
    """Whether somebody may still act with this account."""
    return statements.row(_IS_USABLE, [account, AccountState.ACTIVE.value]) is not None


def count_factors(account: UUID, *, besides: int) -> int:
    """How many second factors are set up, not counting one."""
    kinds = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    held = Authenticator.objects.filter(user_id=account, type__in=kinds).exclude(pk=besides)
    return int(held.count())


def find_lock(username: str) -> datetime | None:
    """Until when password sign-in is locked for this name; None when it is not."""
    row = Account.objects.filter(
        username=username.strip().lower(), locked_until__gt=clock.now()
    ).first()
    return row.locked_until if row else None


def security_events(limit: int = 200) -> tuple[SecurityEvent, ...]:
    """The newest lines of the bounded security log, newest first."""
    lines = SecurityLine.objects.order_by("-id")[:limit]
    return tuple(SecurityEvent(line.at, line.what, line.network) for line in lines)


def unusual_look_data(row: models.UnusualLook) -> UnusualLook:
    """The row as it passes the door."""
    return UnusualLook(
        id=row.pk,
        position=row.position,
        kind=UnusualKind(row.kind),
        account=row.account_id,
        looker=row.looker,
        person=row.person,
        at=row.at,
        count=row.count,
        usual=row.usual,
        note=row.note,
        closed_by=row.closed_by,
        closed_at=row.closed_at,
    )


def unusual_looks(
    *,
    kinds: Collection[UnusualKind] = (),
    account: UUID | None = None,
    is_open: bool | None = None,
    limit: int = 200,
) -> tuple[UnusualLook, ...]:
    """Newest first."""
    rows = models.UnusualLook.objects.order_by("-at", "-pk")
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    if account is not None:
        rows = rows.filter(account_id=account)
    if is_open is not None:
        rows = rows.filter(closed_at__isnull=is_open)
    return tuple(unusual_look_data(row) for row in rows[:limit])


def count_open_unusual_looks() -> int:
    """How many wait for a note."""
    return models.UnusualLook.objects.filter(closed_at__isnull=True).count()


def get_unusual_look(key: int) -> UnusualLook:
    """One of them, or NotFound."""
    row = models.UnusualLook.objects.filter(pk=key).first()
    if row is None:
        raise NotFound("there is no such look", code="unusual_unknown", fix="See the list.")
    return unusual_look_data(row)


def looks_by_day(account: UUID, first: date, last: date) -> tuple[LookCount, ...]:
    """Days on which the account saw anybody, oldest first."""
    rows = models.LookTally.objects.filter(account_id=account, day__gte=first, day__lte=last)
    return tuple(LookCount(row.day, row.looks) for row in rows.order_by("day"))
