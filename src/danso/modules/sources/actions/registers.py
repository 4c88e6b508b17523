"""Records of hosted registers: entered, changed, ended; each with its history and its facts."""

from __future__ import annotations

import hashlib
import json
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger
from danso.modules.sources.actions.hosted_making import Made, Maker
from danso.modules.sources.actions.telling_registers import tell_register
from danso.modules.sources.data import (
    Ending,
    GivenRecord,
    HostedRecord,
    Keeper,
    RecordFaults,
    record_moved_on,
    register_closed,
)
from danso.modules.sources.models import (
    HostedRegister,
    RegisterRecord,
    RegisterRecordVersion,
    RegisterVersion,
)
from danso.modules.sources.queries import registers as queries

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register


def carried_out(action: str, keeper: Keeper, code: str) -> AbstractContextManager[Ledger]:
    """The journal's frame of an action on a register."""
    return audit.carried_out(entry_of(action, keeper, code))


def entry_of(action: str, keeper: Keeper, code: str) -> Entry:
    """A journal row of an action on a register, on the keeper's grounds."""
    return keeper.grounds.entry(
        f"sources.register_{action}", keeper.actor, detail={"register": code}
    )


def enter_record(code: str, given: GivenRecord, *, keeper: Keeper) -> HostedRecord:
    with carried_out("enter", keeper, code) as ledger:
        register = queries.register_for(code, keeper, "enter")
        standing = open_standing(register, keeper)
        keep_version(register, keeper)
        made = Maker(register, keeper).make(given)
        row = add_record(register, standing, made, keeper)
        standing.save(update_fields=["last_number"])
        tell_register(register, [row.number])
        note(ledger, row, tuple(made.payload))
        return queries.record_data(row, keeper, register)


def change_record(
    code: str, key: UUID, given: GivenRecord, *, revision: int, why: str, keeper: Keeper
) -> HostedRecord:
    with carried_out("change", keeper, code) as ledger:
        register, row = _to_change(code, key, keeper, revision)
        ledger.subject = row.person
        _check_ended(row, why)
        made = Maker(register, keeper).make(given, row)
        _check_once(register, made, besides=row.key)
        before = dict(row.payload)
        if put(register, row, made):
            keep_revision(row, keeper, why)
            tell_register(register, [row.number])
        names = dict.fromkeys((*before, *row.payload))
        changed = tuple(name for name in names if before.get(name) != row.payload.get(name))
        note(ledger, row, changed)
        return queries.record_data(row, keeper, register)


def end_record(
    code: str, key: UUID, ending: Ending, *, revision: int, keeper: Keeper
) -> HostedRecord:
    with carried_out("void" if ending.is_void else "end", keeper, code) as ledger:
        register, row = _to_change(code, key, keeper, revision)
        ledger.subject = row.person
        if row.state != "open":
            raise Conflict(
                "The record was ended before.",
                code="record_ended",
                fix="Enter a new one if the person is entitled again.",
            )
        if not ending.why.strip():
            raise InvalidValue(
                "An end needs its reason.", code="record_end_reason", fix="Say why it ends."
            )
        row.state, row.ended_on = ("void", None) if ending.is_void else ("ended", ending.on)
        row.revision += 1
        row.changed_at = clock.now()
        row.save(update_fields=["state", "ended_on", "revision", "changed_at"])
        keep_revision(row, keeper, ending.why)
        tell_register(register, [row.number])
        note(ledger, row, ())
        return queries.record_data(row, keeper, register)


def open_standing(register: Register, keeper: Keeper) -> HostedRegister:
    """The register's own row, locked: entries wait for each other. Conflict `register_closed`."""
    HostedRegister.objects.get_or_create(
        code=register.code, defaults={"changed_at": clock.now(), "changed_by": keeper.actor.id}
    )
    standing = HostedRegister.objects.select_for_update().get(code=register.code)
    if standing.state != "open":
        raise register_closed()
    return standing


def keep_version(register: Register, keeper: Keeper) -> None:
    """Keep the description that records are entered by, once; one number means one text."""
    text = queries.as_text(register)
    digest = hashlib.sha256(text.encode()).hexdigest()
    kept, _ = RegisterVersion.objects.get_or_create(
        register=register.code,
        version=register.version,
        defaults={
            "origin": "file",
            "text": text,
            "digest": digest,
            "defined_at": clock.now(),
            "defined_by": keeper.actor.id,
        },
    )
    if kept.origin == "file" and kept.digest != digest:
        raise Conflict(
            f"The description of {register.code} was changed and kept its version.",
            code="register_version_changed",
            fix="Raise its version: records keep the one they were entered by.",
        )


def add_record(
    register: Register, standing: HostedRegister, made: Made, keeper: Keeper, why: str = ""
) -> RegisterRecord:
    """A new record with the next number, in the caller's transaction and lock."""
    _check_once(register, made)
    standing.last_number += 1
    now = clock.now()
    row = RegisterRecord(
        register=register.code,
        number=f"{register.prefix}-{standing.last_number:06d}",
        commune=made.commune,
        person=made.person,
        entered_for=made.person,
        named=made.named,
        payload=dict(made.payload),
        version=register.version,
        revision=1,
        state="open",
        digest=digest_of(made.commune, made.payload),
        entered_at=now,
        changed_at=now,
    )
    row.save(force_insert=True)
    keep_revision(row, keeper, why)
    return row


def put(register: Register, row: RegisterRecord, made: Made) -> bool:
    """Bring a record to what was made; False where it stands so already."""
    digest = digest_of(made.commune, made.payload)
    if digest == row.digest and made.person == row.person:
        return False
    row.payload, row.commune, row.digest = dict(made.payload), made.commune, digest
    if made.person != row.person:
        row.entered_for = made.person
    row.person, row.named, row.version = made.person, made.named, register.version
    row.revision += 1
    row.changed_at = clock.now()
    row.save()
    return True


def keep_revision(row: RegisterRecord, keeper: Keeper, why: str) -> None:
    """The state that a record has now, added to its history."""
    at: datetime = row.changed_at
    RegisterRecordVersion.objects.create(
        record=row.key,
        revision=row.revision,
        version=row.version,
        commune=row.commune,
        person=row.person,
        payload=row.payload,
        state=row.state,
        ended_on=row.ended_on,
        why=why.strip(),
        at=at,
        by=keeper.actor.id,
        unit=keeper.actor.unit,
    )


def digest_of(commune: str, payload: object) -> str:
    """What tells two states of a record apart."""
    text = json.dumps([commune, payload], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def note(ledger: Ledger, row: RegisterRecord, fields: tuple[str, ...]) -> None:
    """What the journal says of a change: whom it is about, which record, which fields."""
    ledger.subject = row.person
    ledger.fields = fields
    ledger.detail |= {"record": str(row.key), "revision": row.revision}


def _to_change(
    code: str, key: UUID, keeper: Keeper, revision: int
) -> tuple[Register, RegisterRecord]:
    register = queries.register_for(code, keeper, "enter")
    open_standing(register, keeper)
    keep_version(register, keeper)
    row = queries.get_row(register, key, keeper, "enter", lock=True)
    if row.revision != revision:
        raise record_moved_on()
    return register, row


def _check_ended(row: RegisterRecord, why: str) -> None:
    """What was entered by mistake stays as it is; what has ended changes with a reason only."""
    if row.state == "void":
        raise Conflict(
            "The record was entered by mistake and counts for nothing.",
            code="record_void",
            fix="Enter a new record with what is right.",
        )
    if row.state == "ended" and not why.strip():
        raise InvalidValue(
            "A record that has ended changes only with a reason.",
            code="record_change_reason",
            fix="Say why it is changed.",
        )


def _check_once(register: Register, made: Made, *, besides: UUID | None = None) -> None:
    """A person has one open record with these values only. Holds under the register's lock."""
    if made.person is None or not register.once:
        return
    if queries.has_open(register, made.person, made.payload, besides=besides):
        raise RecordFaults({register.once[0]: "already_open"})
