"""Whoever came back from an upstream gets in here: account found or opened, sessions tied together;
and when the upstream says that a session is over, it is over here and at our clients."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import DansoError
from danso.kernel.keys import new_key
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.identity import interface as identity
from danso.modules.identity.data import NotTheSame, Vouched
from danso.modules.signon import rules
from danso.modules.signon.actions.clients import use_once
from danso.modules.signon.actions.departing import bad_answer, keyed, read_logout
from danso.modules.signon.actions.ending import end_sessions
from danso.modules.signon.data import SignOnRefused, Told, Upstream, UpstreamRefused
from danso.modules.signon.models import UpstreamAccount, UpstreamSession
from danso.modules.sources import interface as sources
from danso.modules.sources.data import Wrong

# What the register calls a field, and what an upstream told of it.
_TOLD_AS = {"full_name": "name", "birth": "birth"}


def enter(upstream: Upstream, told: Told) -> tuple[UUID, Vouched]:
    """See interface."""
    vouched = Vouched(
        key=new_key(),
        upstream=upstream.code,
        number=told.person.get("number", ""),
        full_name=told.person.get("name", ""),
        birth=told.person.get("birth", ""),
        phone=told.person.get("phone", ""),
        level=told.level,
        authentication=told.authentication,
        methods=told.methods,
        at=told.at,
    )
    try:
        account = identity.enter_vouched(vouched)
    except NotTheSame as refused:
        _have_corrected(upstream, told, refused)
        raise
    entry = Entry(
        Actor("citizen", str(account), system="signon"),
        "signon.vouched",
        "done",
        service="signon",
        detail={"upstream": upstream.code, "account": str(account)},
    )
    with audit.carried_out(entry):
        _check_link(upstream, told, account)
    return account, vouched


def _check_link(upstream: Upstream, told: Told, account: UUID) -> None:
    """An upstream's account stays one person's; who steps up is who was there before."""
    if told.errand.account not in (None, account):
        raise UpstreamRefused(
            f"at {upstream.name} somebody else is signed in than here",
            code="upstream_somebody_else",
            fix="Sign out, then sign in again as the person you are.",
        )
    link, _ = UpstreamAccount.objects.get_or_create(
        subject=keyed(upstream.issuer, "sub", told.subject),
        defaults={"upstream": upstream.code, "account": account, "since": clock.now()},
    )
    if link.account != account:
        raise UpstreamRefused(
            f"this account of {upstream.name} was another person's here",
            code="upstream_account_moved",
            fix="Go to the commune police with your card.",
        )


def _have_corrected(upstream: Upstream, told: Told, refused: NotTheSame) -> None:
    """A mismatch mends itself: whoever decides the field gets what the upstream told."""
    if refused.person is None:
        return
    actor = Actor("system", f"signon.{upstream.code}", system="signon")
    for field in refused.wrong:
        wrong = Wrong(
            person=refused.person,
            field=field,
            claimed=told.person[_TOLD_AS[field]],
            evidence=upstream.name,
            origin="source",
        )
        try:
            sources.open_correction(wrong, actor=actor)
        except DansoError:
            # Another value is open already, or this can't be read: journaled by the action.
            continue


def note_session(upstream: Upstream, told: Told, account: UUID, session: str) -> None:
    """See interface."""
    now = clock.now()
    sid = told.session
    UpstreamSession.objects.update_or_create(
        session=session,
        defaults={
            "account": account,
            "upstream": upstream.code,
            "subject": keyed(upstream.issuer, "sub", told.subject),
            "sid": keyed(upstream.issuer, "sid", sid) if sid else "",
            "began_at": now,
            "expires_at": now + rules.FAMILY_LIFE,
        },
    )


def end_from_upstream(upstream: Upstream, logout_token: str) -> int:
    """See interface."""
    sub, sid, once = read_logout(upstream, logout_token)
    with transaction.atomic():
        # Together: a token whose work failed may come again.
        try:
            use_once(once)
        except SignOnRefused as replayed:
            raise bad_answer(upstream, "replayed") from replayed
        rows = list(_sessions(upstream, sub, sid).select_for_update())
        for row in rows:
            identity.end_vouched(row.account, row.session, upstream.code)
            end_sessions(row.account, row.session, "upstream_ended")
        UpstreamSession.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _sessions(upstream: Upstream, sub: str, sid: str) -> QuerySet[UpstreamSession]:
    found = UpstreamSession.objects.filter(upstream=upstream.code)
    if sub:
        found = found.filter(subject=keyed(upstream.issuer, "sub", sub))
    if sid:
        found = found.filter(sid=keyed(upstream.issuer, "sid", sid))
    return found
