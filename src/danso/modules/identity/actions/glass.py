"""Break the glass: an operator's account for an hour, made on the console of the host.

It asks neither the provider of identities nor the register nor anybody above, only this home's own
database. Its rows go to the journal as all others do: while the journal is held they wait there.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import override

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, DansoError, InvalidValue, NotFound, Refused
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger, carried_out, record_many
from danso.modules.identity import data, rules
from danso.modules.identity.actions.accounts import one_time_password
from danso.modules.identity.adapters.sealing import digest, digests
from danso.modules.identity.data import BrokenGlass, Role, ScopeKind, officer_actor
from danso.modules.identity.models import Account, BreakGlass, Post
from danso.modules.identity.queries import account_data, glass_data
from danso.modules.notices import interface as notices
from danso.modules.notices.data import Channel, Message
from danso.toolkit.platform import platform

N_ = str
TITLE = N_("Mở tài khoản vận hành khẩn cấp")
TEXT = N_(
    "Tài khoản vận hành khẩn cấp vừa được mở trên máy chủ lúc %(at)s. "
    "Nếu không phải việc đã định: danso break-glass end, và báo kiểm tra viên."
)


def break_glass(reason: str, *, minutes: int, who: str, actor: Actor) -> BrokenGlass:
    """See interface."""
    opening = Entry(
        actor=actor, action="break_glass.made", outcome="done", detail={"minutes": minutes}
    )
    with carried_out(opening) as ledger:
        _check(reason, minutes)
        _end_rows(BreakGlass.objects.filter(until__lte=clock.now()), "too_long", ledger)
        if BreakGlass.objects.filter(is_over=False).exists():
            raise Conflict(
                "The glass is broken already.",
                code="glass_broken",
                fix="Use that one, or end it with `danso break-glass end`.",
            )
        code = one_time_password()
        row = _make(reason, minutes, who, code)
        ledger.detail["account"] = str(row.account_id)
        contacts = tuple(settings.BREAK_GLASS_CONTACTS)
        told = sum(_tell(address) for address in contacts)
        ledger.detail["told"] = told
        return BrokenGlass(glass_data(row), code, told, len(contacts))


def _check(reason: str, minutes: int) -> None:
    if len(reason.strip()) < rules.GLASS_REASON:
        raise InvalidValue(
            "The reason is missing or too short.",
            code="glass_reason",
            fix="Say in a sentence what happened.",
        )
    if not 1 <= minutes <= rules.GLASS_LONGEST:
        raise InvalidValue(
            "That is no time for an emergency.",
            code="glass_minutes",
            fix=f"From 1 to {rules.GLASS_LONGEST} minutes.",
        )


def _make(reason: str, minutes: int, who: str, code: str) -> BreakGlass:
    now = clock.now()
    until = now + timedelta(minutes=minutes)
    local = clock.local(now)
    account = Account(
        username=f"break-glass-{local:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        name=f"Vận hành khẩn cấp {local:%H:%M %d/%m/%Y}",
        must_change_password=False,
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    Post.objects.create(
        account=account,
        role=Role.OPERATOR.value,
        scope_kind=ScopeKind.PROVINCE.value,
        since=now,
        until=until,
    )
    return BreakGlass.objects.create(
        account=account,
        code_digest=digest("break-glass", code),
        reason=reason.strip(),
        who=who[:100],
        made_at=now,
        until=until,
    )


def _tell(address: str) -> bool:
    """One contact; an address that is none must not stand in the way of an emergency."""
    channel = Channel.EMAIL if "@" in address else Channel.SMS
    if not (notices.can_reach(channel) or platform().is_demo):
        return False
    with override("vi"):
        text = _(TEXT) % {"at": f"{clock.local(clock.now()):%H:%M %d/%m/%Y}"}
        title = _(TITLE)
    try:
        notices.tell(Message(channel, address, "break_glass", text, title=title))
    except DansoError:
        return False
    return True


def begin_glass(code: str) -> tuple[UUID, UUID]:
    """See interface: the account, and the key of the breaking."""
    row = _of_code(code).first()
    if row is None:
        raise _no_code()
    actor = officer_actor(account_data(row.account))
    opening = Entry(actor=actor, action="break_glass.begun", outcome="done")
    with carried_out(opening):
        live = _of_code(code).select_for_update(of=("self",)).first()
        if live is None:
            raise _no_code()
        live.begun_at = clock.now()
        live.save(update_fields=["begun_at"])
        return live.account_id, live.key


def _of_code(code: str) -> QuerySet[BreakGlass]:
    return BreakGlass.objects.select_related("account").filter(
        code_digest__in=digests("break-glass", code.strip()),
        is_over=False,
        begun_at__isnull=True,
        until__gt=clock.now(),
    )


def _no_code() -> Refused:
    return Refused(
        "This code opens nothing.",
        code="glass_code",
        fix="It counts once and within its time: `danso break-glass` makes another.",
    )


def end_glass(*, why: str, actor: Actor) -> None:
    """See interface."""
    opening = Entry(actor=actor, action="break_glass.ended", outcome="done", detail={"why": why})
    with carried_out(opening) as ledger:
        rows = BreakGlass.objects.filter(is_over=False)
        if not _end_rows(rows, why, ledger):
            raise NotFound("No glass is broken.", code="glass_whole", fix="Nothing is to do.")
        # The frame's own row says it.
        ledger.detail["account"] = str(ledger.entries.pop().detail["account"])


def end_glass_of(account: UUID, why: str) -> None:
    """With its session, in the caller's transaction. Nothing for any other account."""
    ledger = Ledger()
    if _end_rows(BreakGlass.objects.filter(account_id=account), why, ledger):
        record_many(ledger.entries)


@transaction.atomic
def end_overdue() -> None:
    """Put what is over by its time on record."""
    ledger = Ledger()
    if _end_rows(BreakGlass.objects.filter(until__lte=clock.now()), "too_long", ledger):
        record_many(ledger.entries)


def _end_rows(rows: QuerySet[BreakGlass], why: str, ledger: Ledger) -> int:
    now = clock.now()
    found = list(rows.filter(is_over=False).select_for_update(of=("self",)))
    for row in found:
        row.is_over, row.ended_at, row.why = True, now, why
        row.save(update_fields=["is_over", "ended_at", "why"])
        Post.objects.filter(account_id=row.account_id, until__gt=now).update(until=now)
        Account.objects.filter(pk=row.account_id).update(is_active=False)
        ledger.entries.append(
            Entry(
                actor=Actor("system", "identity.break_glass", system="pages"),
                action="break_glass.ended",
                outcome="done",
                detail={"account": str(row.account_id), "why": why},
            )
        )
    return len(found)


def close_glass(key: UUID, *, note: str, actor: Actor) -> data.BreakGlass:
    """See interface."""
    opening = Entry(actor=actor, action="break_glass.closed", outcome="done")
    with carried_out(opening) as ledger:
        row = BreakGlass.objects.select_for_update().filter(pk=key).first()
        if row is None:
            raise NotFound("There is no such entry.", code="glass_unknown", fix="See the list.")
        ledger.detail["account"] = str(row.account_id)
        if row.closed_at is not None:
            raise Conflict("It is closed already.", code="glass_closed", fix="Read its note.")
        if not note.strip():
            raise InvalidValue(
                "the note is empty", code="note_missing", fix="Say what you found out."
            )
        row.note, row.closed_by, row.closed_at = note.strip(), actor.id, clock.now()
        row.save(update_fields=["note", "closed_by", "closed_at"])
        return glass_data(row)
