"""Ending sign-ins: families of tokens, and telling the clients that a session is over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out
from danso.modules.signon import rules
from danso.modules.signon.adapters import notices, signing
from danso.modules.signon.engine.hashes import digest, new_secret
from danso.modules.signon.models import (
    AuthenticationEvent,
    Departure,
    Family,
    LogoutNotice,
    PushedRequest,
    UpstreamSession,
    UsedOnce,
)
from danso.modules.signon.queries import issuer

LEASE = timedelta(seconds=30)
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


def session_name(session: str, client: str) -> str:
    """The `sid` under which one client knows a session: two clients can't compare theirs."""
    return digest("sid", session, client)


def end_families(families: QuerySet[Family], why: str) -> int:
    """End what is live of these with all its tokens; in the caller's transaction."""
    return families.filter(ended_at__isnull=True).update(ended_at=clock.now(), ended_why=why)


@transaction.atomic
def end_sessions(account: UUID, session: str, why: str) -> int:
    """See interface."""
    found = Family.objects.filter(account=account)
    if session:
        found = found.filter(event__session=session)
    return _end_and_tell(found, why)


def end_access(account: UUID, client: str) -> int:
    """See interface."""
    actor = Actor("citizen", str(account), system="pages")
    opening = Entry(
        actor, "signon.access_ended", "done", service="signon", detail={"partner": client}
    )
    with carried_out(opening) as ledger:
        found = Family.objects.filter(account=account, client=client)
        event = found.select_related("event").first()
        ledger.subject = event.event.person if event else None
        ended = _end_and_tell(found, "holder")
        ledger.detail["count"] = ended
        return ended


def _end_and_tell(found: QuerySet[Family], why: str) -> int:
    # Ended ones within the session's life too: the client may still show somebody signed in.
    now = clock.now()
    recent = found.filter(expires_at__gt=now).select_related("event", "client")
    made = [
        LogoutNotice(
            client=one.client,
            sub=one.sub,
            sid=session_name(one.event.session, one.client_id),
            made_at=now,
            next_at=now,
        )
        for one in recent
        if one.client.logout_uri and one.client.disabled_at is None
    ]
    LogoutNotice.objects.bulk_create(made, ignore_conflicts=True)
    return end_families(found, why)


def tell_clients(limit: int = 50) -> int:
    """See interface."""
    told = 0
    for key in _lease(limit):
        row = LogoutNotice.objects.select_related("client").get(pk=key)
        fault = notices.tell(row.client.logout_uri, _logout_token(row))
        now = clock.now()
        wait = rules.LOGOUT_WAITS[row.tries - 1] if row.tries <= len(rules.LOGOUT_WAITS) else None
        row.last_fault = fault
        row.told_at = None if fault else now
        row.next_at = now + timedelta(seconds=wait) if fault and wait else None
        row.save(update_fields=["last_fault", "told_at", "next_at"])
        told += not fault
    return told


def _lease(limit: int) -> list[int]:
    """Take notices that are due; another worker leaves them alone while we call."""
    now = clock.now()
    with transaction.atomic():
        due = LogoutNotice.objects.select_for_update(skip_locked=True).filter(next_at__lte=now)
        keys = list(due.order_by("next_at").values_list("pk", flat=True)[:limit])
        LogoutNotice.objects.filter(pk__in=keys).update(tries=F("tries") + 1, next_at=now + LEASE)
    return keys


def _logout_token(row: LogoutNotice) -> str:
    now = int(clock.now().timestamp())
    claims = {
        "iss": issuer(),
        "aud": row.client_id,
        "iat": now,
        "exp": now + 120,
        "jti": new_secret(),
        "sub": row.sub,
        "sid": row.sid,
        "events": {LOGOUT_EVENT: {}},
    }
    return signing.sign(claims, "logout+jwt")


def sweep() -> int:
    """See interface."""
    now = clock.now()
    gone = UsedOnce.objects.filter(until__lt=now).delete()[0]
    gone += PushedRequest.objects.filter(expires_at__lt=now - timedelta(hours=1)).delete()[0]
    gone += Departure.objects.filter(expires_at__lt=now - timedelta(hours=1)).delete()[0]
    gone += UpstreamSession.objects.filter(expires_at__lt=now).delete()[0]
    # With their codes and tokens.
    gone += Family.objects.filter(expires_at__lt=now - timedelta(hours=1)).delete()[0]
    gone += LogoutNotice.objects.filter(
        next_at__isnull=True, made_at__lt=now - timedelta(days=30)
    ).delete()[0]
    named = Exists(Family.objects.filter(event=OuterRef("pk")))
    old = AuthenticationEvent.objects.filter(~named, at__lt=now - timedelta(days=2))
    return gone + old.delete()[0]
