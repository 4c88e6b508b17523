"""Posts of persons: which one may open, which one is open."""

from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Q

from danso.kernel import clock
from danso.modules.identity.data import GrantedPost, OpenedPost
from danso.modules.identity.models import Account, Post
from danso.modules.identity.models import OpenedPost as Row
from danso.modules.identity.queries.officers import account_data, post_data


def granted_posts(holder: UUID) -> tuple[GrantedPost, ...]:
    """Posts that the holder of an e-ID may open now, oldest first."""
    now = clock.now()
    rows = Post.objects.select_related("account").filter(
        Q(until__isnull=True) | Q(until__gt=now),
        account__holder_id=holder,
        account__is_active=True,
        since__lte=now,
    )
    return tuple(
        GrantedPost(account_data(row.account), post_data(row))
        for row in rows.order_by("since", "pk")
    )


def find_opened(session: str, holder: UUID) -> OpenedPost | None:
    """The post open in this session of this e-ID, overdue or not; one statement."""
    row = (
        Row.objects.select_related("post__account")
        .filter(session=session, holder_id=holder, ended_at__isnull=True)
        .first()
    )
    return opened_data(row) if row else None


def opened_data(row: Row) -> OpenedPost:
    """The row as it passes the door."""
    return OpenedPost(
        key=row.key,
        account=account_data(row.post.account),
        post=post_data(row.post),
        opened_at=row.opened_at,
        until=row.until,
    )


def ready_keys(holder: UUID) -> frozenset[int]:
    """Passkeys that may open a post: what was added a moment ago, by whoever had got into the
    account by a password and a code, may not."""
    keys = Authenticator.objects.filter(user_id=holder, type=Authenticator.Type.WEBAUTHN)
    if settings.KEY_RESTS:
        keys = keys.filter(created_at__lte=clock.now() - settings.KEY_RESTS)
    return frozenset(keys.values_list("pk", flat=True))


def all_keys(holder: UUID) -> frozenset[int]:
    """Every passkey of theirs, rested or not."""
    keys = Authenticator.objects.filter(user_id=holder, type=Authenticator.Type.WEBAUTHN)
    return frozenset(keys.values_list("pk", flat=True))


def holds_posts(holder: UUID) -> bool:
    """Whether an officer's account is opened with this e-ID."""
    return Account.objects.filter(holder_id=holder, is_active=True).exists()
