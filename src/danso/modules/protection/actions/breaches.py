"""The breach register: recorded, followed up, told to the authority, closed; the clock watched."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from danso.catalogue.shapes.rights import BreachRules
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out
from danso.modules.notices import interface as notices
from danso.modules.notices.data import Channel, Message
from danso.modules.protection import rules
from danso.modules.protection.actions import guarding
from danso.modules.protection.actions.telling import note
from danso.modules.protection.data import (
    BreachClockRunningOut,
    BreachClosed,
    BreachNotified,
    BreachRecorded,
    NewBreach,
    Notification,
)
from danso.modules.protection.models import Breach
from danso.modules.protection.queries.breaches import breach_data
from danso.toolkit.platform import province

SERVICE: Final = "breach"
WATCH: Final = Actor(kind="system", id="protection")
# As the report names them, whatever language the officer reads.
_FIELDS: Final = {
    "discovered_at": "Phát hiện lúc",
    "kind": "Loại sự cố",
    "data": "Dữ liệu liên quan",
    "people": "Số người (ước tính)",
    "happened": "Diễn biến",
    "cause": "Nguyên nhân",
    "measures": "Biện pháp",
}
_TITLE: Final = "Sự cố dữ liệu cá nhân: còn %(hours)d giờ để thông báo"
_OVER: Final = "Sự cố dữ liệu cá nhân: đã quá hạn thông báo"
_LETTER: Final = (
    "Sự cố phát hiện lúc %(at)s chưa được thông báo cho %(authority)s.\n"
    "Hạn: %(until)s (%(law)s).\n\nMở sổ sự cố của hệ thống để lập báo cáo và ghi đã thông báo."
)


def record_breach(known: NewBreach, *, actor: Actor) -> UUID:
    """See interface."""
    with carried_out(_entry("recorded", actor)) as ledger:
        _check(known)
        row = Breach(recorded_by=actor.id)
        _put(row, known)
        row.save()
        ledger.detail = {"breach": str(row.key), "kind": known.kind, "data": ",".join(known.data)}
        ledger.happened(BreachRecorded(row.key))
        note(row.key, "recorded", actor.id, known.happened)
        return row.key


def change_breach(key: UUID, known: NewBreach, *, actor: Actor) -> None:
    """See interface."""
    with carried_out(_entry("changed", actor, key)) as ledger:
        _check(known)
        row = _open(key)
        changed = _changes(breach_data(row).known, known)
        if not changed:
            ledger.outcome = "nothing_changes"
            return
        _put(row, known)
        row.save()
        ledger.detail = {"changed": ",".join(name for name, _ in changed)}
        text = "\n".join(f"{_FIELDS[name]}: {value}" for name, value in changed)
        note(key, "changed", actor.id, text)


def note_step(key: UUID, text: str, *, actor: Actor) -> None:
    """See interface."""
    with carried_out(_entry("noted", actor, key)):
        _open(key)
        written = guarding.checked_text(text)
        guarding.check_nobody_named(written)
        note(key, "noted", actor.id, written)


def notify_authority(key: UUID, told: Notification, *, actor: Actor) -> None:
    """See interface."""
    with carried_out(_entry("notified", actor, key)) as ledger:
        row = _open(key)
        if row.notified_at is not None:
            raise Conflict(
                "The authority was told already.",
                code="breach_notified",
                fix="Write what was added later as a step.",
            )
        if not row.discovered_at <= told.at <= clock.now():
            raise InvalidValue(
                "The authority is told after the discovery and before now.",
                code="breach_moment",
                fix="Correct day and hour.",
            )
        row.notified_at, row.notified_number = told.at, told.number.strip()
        row.notified_way = guarding.checked_text(told.way)
        row.save(update_fields=["notified_at", "notified_way", "notified_number"])
        in_time = told.at <= breach_data(row).notify_by
        ledger.detail = {"decision": "in_time" if in_time else "late"}
        note(key, "notified", actor.id, " · ".join(filter(None, (told.way, told.number))))
        ledger.happened(BreachNotified(key, in_time=in_time))


def close_breach(key: UUID, conclusion: str, *, was_none: bool, actor: Actor) -> None:
    """See interface."""
    with carried_out(_entry("closed", actor, key)) as ledger:
        row = _open(key)
        written = guarding.checked_text(conclusion)
        guarding.check_nobody_named(written)
        if row.notified_at is None and not was_none:
            raise Conflict(
                "The authority has not been told yet.",
                code="breach_not_notified",
                fix="Tell it first, or say that it was no breach after all.",
            )
        row.closed_at = clock.now()
        row.save(update_fields=["closed_at"])
        ledger.detail = {"decision": "no_breach" if was_none else "closed"}
        note(key, "was_none" if was_none else "closed", actor.id, written)
        ledger.happened(BreachClosed(key))


def watch_clocks() -> int:
    """See interface."""
    waiting = Breach.objects.filter(closed_at__isnull=True, notified_at__isnull=True)
    keys = list(waiting.order_by("discovered_at").values_list("key", flat=True))
    return sum(_watch(key) for key in keys)


def _watch(key: UUID) -> bool:
    row = Breach.objects.get(key=key)
    told = breach_data(row)
    hours = rules.alert_due(told.notify_by, clock.now(), row.cried)
    if hours is None or row.closed_at is not None or told.notified is not None:
        return False
    with carried_out(_entry("clock_running_out", WATCH, key, {"hours": hours})) as ledger:
        moved = Breach.objects.filter(
            key=key, cried=row.cried, notified_at__isnull=True, closed_at__isnull=True
        ).update(cried=hours)
        if not moved:
            ledger.outcome = "nothing_changes"
            return False
        note(key, "clock", WATCH.id, str(hours))
        ledger.happened(BreachClockRunningOut(key, hours))
        ledger.detail = {"letter": int(_write(hours, row))}
    return True


def _write(hours: int, row: Breach) -> bool:
    here = _rules()
    address = notices.contact_of(here.alerts)
    if address is None:
        return False
    told = {
        "at": clock.local(row.discovered_at).strftime("%H:%M %d/%m/%Y"),
        "until": clock.local(breach_data(row).notify_by).strftime("%H:%M %d/%m/%Y"),
        "authority": here.authority.vi,
        "law": here.law,
    }
    title = _TITLE % {"hours": hours} if hours else _OVER
    code = "rights.breach_clock"
    notices.tell(Message(Channel.EMAIL, address, code, _LETTER % told, title=title))
    return True


def _rules() -> BreachRules:
    return province().rights.breach


def _entry(
    what: str, actor: Actor, key: UUID | None = None, more: dict[str, str | int] | None = None
) -> Entry:
    detail: dict[str, str | int] = {"breach": str(key)} if key else {}
    return Entry(
        actor,
        f"breach.{what}",
        "done",
        service=SERVICE,
        legal_basis=_rules().law,
        detail=detail | (more or {}),
    )


def _open(key: UUID) -> Breach:
    row = Breach.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise NotFound(
            "There is no such breach.", code="breach_unknown", fix="Open it from the register."
        )
    if row.closed_at is not None:
        raise Conflict(
            "This breach is closed.",
            code="breach_closed",
            fix="Record what came after as a new one.",
        )
    return row


def _check(known: NewBreach) -> None:
    here = _rules()
    kinds, data = {one.code for one in here.kinds}, {one.code for one in here.data}
    if known.kind not in kinds or not known.data or not set(known.data) <= data:
        raise InvalidValue(
            "The kind of breach or of data is unknown.",
            code="breach_kind",
            fix="Choose from the lists.",
        )
    if known.discovered_at > clock.now():
        raise InvalidValue(
            "It was discovered in the future.", code="breach_moment", fix="Correct day and hour."
        )
    guarding.checked_text(known.happened)
    guarding.check_nobody_named(known.happened, known.cause, known.measures)


def _put(row: Breach, known: NewBreach) -> None:
    row.discovered_at, row.nature = known.discovered_at, known.kind
    row.data, row.people = list(known.data), known.people
    row.happened, row.cause = known.happened.strip(), known.cause.strip()
    row.measures = known.measures.strip()


def _changes(before: NewBreach, after: NewBreach) -> list[tuple[str, str]]:
    """What stood there before, by field: the row keeps only the present."""
    return [
        (name, _said(getattr(before, name)))
        for name in _FIELDS
        if getattr(before, name) != getattr(after, name)
    ]


def _said(value: object) -> str:
    """As people read it; codes by the province's words."""
    if isinstance(value, datetime):
        return clock.local(value).strftime("%H:%M %d/%m/%Y")
    if isinstance(value, tuple):
        words = {one.code: one.vi or one.code for one in _rules().data}
        return "; ".join(words.get(str(code)) or str(code) for code in value)
    words = {one.code: one.vi or one.code for one in _rules().kinds}
    return words.get(str(value), str(value)) if value not in (None, "") else "–"
