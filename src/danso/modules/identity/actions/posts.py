"""Grant and revoke posts."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import record
from danso.modules.identity import rules
from danso.modules.identity.data import PostData, Role, Scope
from danso.modules.identity.models import Account, Post
from danso.modules.identity.queries import post_data


@transaction.atomic
def grant_post(account: UUID, role: Role, scope: Scope, *, actor: Actor) -> PostData:
    """See interface."""
    rules.check_post(role, scope)
    holder = Account.objects.select_for_update().filter(pk=account, is_active=True).first()
    if holder is None:
        raise NotFound(
            "there is no such open account", code="account_unknown", fix="Create it first."
        )
    known = {"role": role.value, "scope_kind": scope.kind.value, "scope_code": scope.code}
    if Post.objects.filter(account=holder, until__isnull=True, **known).exists():
        raise Conflict(
            "the account holds this post already", code="post_held", fix="Nothing is to be done."
        )
    post = post_data(Post.objects.create(account=holder, since=clock.now(), **known))
    _journal(actor, "post.granted", post)
    return post


@transaction.atomic
def revoke_post(post: int, *, actor: Actor) -> PostData:
    """See interface."""
    row = Post.objects.select_for_update().filter(pk=post, until__isnull=True).first()
    if row is None:
        raise NotFound(
            "there is no such open post", code="post_unknown", fix="It may be revoked already."
        )
    row.until = max(row.since, clock.now())
    row.save(update_fields=["until"])
    closed = post_data(row)
    _journal(actor, "post.revoked", closed)
    return closed


def _journal(actor: Actor, action: str, post: PostData) -> None:
    record(
        Entry(
            actor=actor,
            action=action,
            outcome="done",
            detail={
                "account": str(post.account),
                "role": post.role.value,
                "scope": post.scope.text,
            },
        )
    )
