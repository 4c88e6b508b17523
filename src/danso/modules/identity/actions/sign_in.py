"""Everything about signing in that must be on record: tries, locks, sessions, factors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction

from danso.kernel import clock
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out, emit, record
from danso.modules.identity import queries, rules
from danso.modules.identity.actions import glass, opened, sessions, telling
from danso.modules.identity.data import (
    SessionEnded,
    SessionSeen,
    SignInFailure,
    officer_actor,
)
from danso.modules.identity.models import Account, Citizen
from danso.modules.identity.queries import account_data

KEY_CHANGES = frozenset({"passkey_added", "passkey_removed"})
# The slot of an old line is taken over: the table never grows past SECURITY_LINES rows.
NOTE = """
    INSERT INTO identity_securityline (at, what, network) VALUES (%s, %s, %s)
    ON CONFLICT (slot) DO UPDATE
        SET id = excluded.id, at = excluded.at, what = excluded.what, network = excluded.network
"""


def note_security(what: str, network: str) -> None:
    """See interface."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [clock.now(), what[:40], network[:50]])


@transaction.atomic
def record_failure(
    username: str, *, method: str, network: str, device: str = ""
) -> SignInFailure | None:
    """See interface."""
    account = (
        Account.objects.select_for_update()
        .filter(username=username.strip().lower(), is_active=True)
        .first()
    )
    if account is None:
        note_security("sign_in_unknown", network)
        return None
    failure = rules.fail_once(account.failures, clock.now())
    account.failures = failure.failures
    if failure.locked_until is not None:
        account.locked_until = failure.locked_until
    account.save(update_fields=["failures", "locked_until"])
    _journal(account, "sign_in", "failed", method=method)
    sessions.note_try(account, "failed", method, SessionSeen("", network, device))
    if failure.locked_until is not None:
        _journal(account, "account.locked", "done", method=method)
    return failure


@transaction.atomic
def record_sign_in(key: UUID, *, methods: tuple[str, ...], seen: SessionSeen | None = None) -> None:
    """See interface."""
    account = Account.objects.select_for_update().get(pk=key)
    if account.failures or account.locked_until is not None:
        account.failures, account.locked_until = 0, None
        account.save(update_fields=["failures", "locked_until"])
    _journal(account, "sign_in", "done", method="+".join(methods))
    sessions.note_try(account, "done", "+".join(methods), seen)


@transaction.atomic
def record_sign_out(key: UUID, *, why: str, session: str) -> None:
    """See interface."""
    _journal(Account.objects.get(pk=key), "sign_out", "done", why=why)
    glass.end_glass_of(key, "signed_out" if why == "asked" else why)
    sessions.close_session(session, "signed_out" if why == "asked" else why)
    emit(SessionEnded(account=key, session=session))


@transaction.atomic
def record_reauthentication(key: UUID, *, method: str) -> None:
    """See interface."""
    _journal(Account.objects.get(pk=key), "reauthenticated", "done", method=method)


@contextmanager
def factor_change(key: UUID, change: str) -> Iterator[None]:
    """See interface."""
    with carried_out(_entry(Account.objects.get(pk=key), f"factor.{change}", "done")) as ledger:
        yield
        if change in KEY_CHANGES and queries.holds_posts(key):
            # Posts are opened with passkeys: a new one must not come unseen.
            telling.tell_holder(Citizen.objects.select_related("account").get(pk=key), "factor")
            opened.end_opened(ledger, "factor", opened.opened_of(holder=key))


def _journal(account: Account, action: str, outcome: str, **detail: str) -> None:
    record(_entry(account, action, outcome, **detail))


def _entry(account: Account, action: str, outcome: str, **detail: str) -> Entry:
    return Entry(
        actor=officer_actor(account_data(account)),
        action=action,
        outcome=outcome,
        detail={"account": str(account.pk), **detail},
    )
