"""A copy of everything about a person: asked for, made behind the scenes, fetched, gone."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app as jobs

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out
from danso.modules.identity import interface as identity
from danso.modules.protection.actions import guarding
from danso.modules.protection.actions.telling import tell
from danso.modules.protection.adapters import sealing
from danso.modules.protection.data import CopyMade, CopyState
from danso.modules.protection.engine.packing import pack
from danso.modules.protection.models import Copy
from danso.modules.protection.queries.everything import everything_about
from danso.toolkit.platform import province

TASK: Final = "protection.make_copy"
SERVICE: Final = "rights"
MAKER: Final = Actor(kind="system", id="protection")
# Each is a read of everything; nobody needs more.
MOST_A_DAY: Final = 3
# Level 1 was opened from home by what others may know too (docs/explanation/e-id.md).
LEVEL: Final = 2


def ask_copy(account: UUID, *, actor: Actor) -> UUID:
    """See interface."""
    with carried_out(_entry("asked", actor)) as ledger:
        person = guarding.person_of(account)
        ledger.subject = person
        _check_may_ask(account)
        row = Copy.objects.create(account=account, person=person)
        ledger.detail = {"copy": str(row.key)}
        tell(account, "copy_asked")
        jobs.configure_task(TASK).defer(key=str(row.key))
        return row.key


def make_copy(key: UUID) -> None:
    """See interface."""
    try:
        _make(key)
    except Exception:
        Copy.objects.filter(key=key, state=CopyState.WAITING.value).update(
            state=CopyState.FAILED.value
        )
        raise


def _make(key: UUID) -> None:
    with carried_out(_entry("made", MAKER, {"copy": str(key)})) as ledger:
        row = Copy.objects.select_for_update().filter(key=key).first()
        if row is None or row.state != CopyState.WAITING.value:
            ledger.outcome = "made_before"
            return
        ledger.subject = row.person
        told = everything_about(row.account, row.person)
        content = pack(told, made_at=clock.now())
        row.sealed = sealing.seal(content)
        row.octets, row.sha256 = len(content), hashlib.sha256(content).hexdigest()
        row.made_at, row.state = clock.now(), CopyState.READY.value
        row.expires_at = row.made_at + timedelta(days=_days())
        row.save()
        ledger.fields = told.fields
        ledger.happened(CopyMade(key))


def fetch_copy(key: UUID, *, account: UUID, actor: Actor) -> bytes:
    """See interface."""
    with carried_out(_entry("fetched", actor, {"copy": str(key)})) as ledger:
        row = Copy.objects.select_for_update().filter(key=key, account=account).first()
        if row is None:
            raise NotFound(
                "There is no such copy.", code="copy_unknown", fix="Open it from your page."
            )
        ledger.subject = row.person
        content = _opened(row)
        row.fetched += 1
        row.save(update_fields=["fetched"])
        ledger.detail = {"sha256": row.sha256}
        return content


@transaction.atomic
def end_copies() -> int:
    """See interface."""
    past = Copy.objects.filter(state=CopyState.READY.value, expires_at__lte=clock.now())
    return past.update(state=CopyState.OVER.value, sealed=None)


def _entry(what: str, actor: Actor, detail: dict[str, str | int] | None = None) -> Entry:
    law = province().rights.law
    action = f"rights.copy_{what}"
    return Entry(actor, action, "done", service=SERVICE, legal_basis=law, detail=detail or {})


def _check_may_ask(account: UUID) -> None:
    if identity.get_account(account).level < LEVEL:
        raise Refused(
            "A copy of everything needs an account of level 2.",
            code="copy_level",
            fix="Get level 2 from the commune police.",
        )
    mine = Copy.objects.filter(account=account)
    if mine.filter(state=CopyState.WAITING.value).exists():
        raise Conflict(
            "A copy is being made already.", code="copy_waiting", fix="Wait until it is there."
        )
    if mine.filter(asked_at__gt=clock.now() - timedelta(days=1)).count() >= MOST_A_DAY:
        raise Refused(
            "There were three copies within a day.",
            code="copies_enough",
            fix="Fetch one that is there, or come back tomorrow.",
        )


def _opened(row: Copy) -> bytes:
    is_there = row.state == CopyState.READY.value and row.sealed is not None
    content = sealing.unseal(bytes(row.sealed)) if is_there and row.sealed else None
    is_over = row.expires_at is None or row.expires_at <= clock.now()
    if content is None or is_over:
        raise Conflict(
            "This copy is not there any more.", code="copy_over", fix="Ask for a new one."
        )
    return content


def _days() -> int:
    """The catalogue's check sees to it that the term is in days."""
    return province().keep(province().rights.kept.exports).amount or 1
