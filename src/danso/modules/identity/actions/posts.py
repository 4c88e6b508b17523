"""Grant and revoke posts."""

from __future__ import annotations

from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out
from danso.modules.identity import rules
from danso.modules.identity.actions import held, opened
from danso.modules.identity.data import PostData, Role, Scope
from danso.modules.identity.models import Account, BreakGlass, Post
from danso.modules.identity.queries import post_data


def grant_post(account: UUID, role: Role, scope: Scope, *, actor: Actor) -> PostData:
    """See interface."""
    opening = Entry(
        actor=actor, action="post.granted", outcome="done", detail=_detail(account, role, scope)
    )
    with carried_out(opening) as ledger:
        rules.check_post(role, scope)
        # A citizen's e-ID never holds a post itself: posts belong to officers' accounts, which a
        # person may open.
        known_open = Account.objects.filter(pk=account, is_active=True, level=0)
        holder = known_open.select_for_update().first()
        if holder is None:
            raise NotFound(
                "there is no such open account", code="account_unknown", fix="Create it first."
            )
        if BreakGlass.objects.filter(account=holder).exists():
            raise Refused(
                "an account of an emergency holds one post for its hour",
                code="account_of_emergency",
                fix="Grant the post to an officer.",
            )
        if holder.holder_id is not None:
            held.check_fit(holder.holder_id)
        ledger.subject = holder.person if holder.holder_id else None
        known = {"role": role.value, "scope_kind": scope.kind.value, "scope_code": scope.code}
        if Post.objects.filter(account=holder, until__isnull=True, **known).exists():
            raise Conflict(
                "the account holds this post already",
                code="post_held",
                fix="Nothing is to be done.",
            )
        return post_data(Post.objects.create(account=holder, since=clock.now(), **known))


def revoke_post(post: int, *, actor: Actor) -> PostData:
    """See interface."""
    opening = Entry(actor=actor, action="post.revoked", outcome="done", detail={"post": post})
    with carried_out(opening) as ledger:
        row = Post.objects.select_for_update().filter(pk=post, until__isnull=True).first()
        if row is None:
            raise NotFound(
                "there is no such open post", code="post_unknown", fix="It may be revoked already."
            )
        row.until = max(row.since, clock.now())
        row.save(update_fields=["until"])
        opened.end_opened(ledger, "revoked", opened.opened_of(post=row.pk))
        closed = post_data(row)
        ledger.detail = _detail(closed.account, closed.role, closed.scope)
        return closed


def _detail(account: UUID, role: Role, scope: Scope) -> dict[str, str | int]:
    return {"account": str(account), "role": role.value, "scope": scope.text}
