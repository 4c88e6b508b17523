"""Sessions of e-IDs: noted, listed for their holder, ended one by one or all at once."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.audit.interface import carried_out
from danso.modules.identity import rules
from danso.modules.identity.actions import eids, opened
from danso.modules.identity.data import SessionEnded, SessionSeen
from danso.modules.identity.models import Account, Appointment, Enrolment, LiveSession, SignInLine


def note_try(account: Account, outcome: str, method: str, seen: SessionSeen | None = None) -> None:
    """One line for the holder; in the caller's transaction. Officers have none."""
    if not account.level:
        return
    now = clock.now()
    where = seen or SessionSeen("")
    SignInLine.objects.create(
        account=account,
        at=now,
        outcome=outcome,
        method=method[:40],
        network=where.network,
        device=where.device,
    )
    if outcome == "done" and where.handle:
        LiveSession.objects.create(
            handle=where.handle,
            account=account,
            began_at=now,
            seen_at=now,
            network=where.network,
            device=where.device,
        )


def forget_old() -> int:
    """Delete tries older than the law asks for, and what only limits of a day and sessions of
    twelve hours need: old enrolments, sessions. How many rows."""
    now = clock.now()
    tries, _ = SignInLine.objects.filter(at__lt=now - rules.HISTORY_KEPT).delete()
    enrolments, _ = Enrolment.objects.filter(created_at__lt=now - rules.STEPS_KEPT).delete()
    ended, _ = LiveSession.objects.filter(began_at__lt=now - rules.STEPS_KEPT).delete()
    past, _ = Appointment.objects.filter(at__lt=now - rules.APPOINTMENTS_KEPT).delete()
    return past + tries + enrolments + ended


def touch_session(handle: str) -> None:
    """See interface."""
    LiveSession.objects.filter(handle=handle).update(seen_at=clock.now())


def close_session(handle: str, why: str) -> None:
    """It is over: signed out or left alone. In the caller's transaction."""
    opened.end_opened_here(why, opened.opened_of(session=handle))
    LiveSession.objects.filter(handle=handle, ended_at__isnull=True).update(ended_at=clock.now())


def end_session(account: UUID, handle: str) -> None:
    """See interface."""
    actor = Actor("citizen", str(account), system="pages")
    with carried_out(eids.entry(actor, "session_ended", account=str(account))) as ledger:
        rows = LiveSession.objects.filter(account_id=account, handle=handle, ended_at__isnull=True)
        if not rows.update(ended_at=clock.now()):
            raise NotFound("There is no such session.", code="session_unknown", fix="See the list.")
        ledger.subject = Account.objects.values_list("person", flat=True).get(pk=account)
        opened.end_opened(ledger, "session", opened.opened_of(session=handle))
        ledger.happened(SessionEnded(account=account, session=handle))


@transaction.atomic
def end_other_sessions(account: UUID, handle: str) -> None:
    """See interface."""
    rows = LiveSession.objects.filter(account_id=account, ended_at__isnull=True)
    for other in rows.exclude(handle=handle).values_list("handle", flat=True):
        end_session(account, other)
