"""Reading hosted registers: which there are, their records within a keeper's reach, history."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from danso.catalogue import shape_register
from danso.catalogue.shapes.hosted import Register
from danso.kernel.text import fold
from danso.modules.sources.data import (
    HostedRecord,
    Keeper,
    RecordRevision,
    RecordsWanted,
    RegisterStanding,
    register_not_found,
    register_record_not_found,
)
from danso.modules.sources.models import (
    Fact,
    HostedRegister,
    RegisterRecord,
    RegisterRecordVersion,
    RegisterVersion,
)
from danso.modules.sources.queries.protection import IsUnprotected
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Right
    from danso.catalogue.shapes.sources import FactKind

Origin = Literal["file", "browser"]


def registers() -> dict[str, tuple[Register, Origin]]:
    """Every register's description of now: the province's files, then what was defined here."""
    found: dict[str, tuple[Register, Origin]] = {
        code: (register, "file") for code, register in province().registers.items()
    }
    rows = RegisterVersion.objects.filter(origin="browser").order_by("register", "-version")
    for row in rows.distinct("register"):
        found.setdefault(row.register, (read_version(row), "browser"))
    return found


def read_version(row: RegisterVersion) -> Register:
    """A version's description as it was kept: it was checked when it was defined."""
    return shape_register(row.text)


def get_register(code: str) -> Register:
    """The description of now. Raises NotFound `register_not_found`."""
    found = province().registers.get(code)
    if found is not None:
        return found
    row = RegisterVersion.objects.filter(register=code, origin="browser").order_by("-version")
    latest = row.first()
    if latest is None:
        raise register_not_found(code)
    return read_version(latest)


def register_for(code: str, keeper: Keeper, right: Right) -> Register:
    """A register in which the keeper has the right; to who has none it is not there."""
    register = get_register(code)
    if not keeper.may(register, right):
        raise register_not_found(code)
    return register


def versions_of(code: str) -> dict[int, Register]:
    """Each version of a register that records were entered by."""
    rows = RegisterVersion.objects.filter(register=code).order_by("version")
    return {row.version: read_version(row) for row in rows}


def texts_of(code: str) -> list[RegisterVersion]:
    """The versions of a register as rows, the latest first."""
    return list(RegisterVersion.objects.filter(register=code).order_by("-version"))


def standings(keeper: Keeper) -> list[RegisterStanding]:
    """The registers the keeper may read, with how much each holds within reach."""
    states = {row.code: row for row in HostedRegister.objects.all()}
    facts = dict(Fact.objects.order_by().values_list("source").annotate(n=Count("record")))
    found = []
    for code, (register, origin) in registers().items():
        if not keeper.may(register, "read"):
            continue
        counts = _within(register, keeper, "read").aggregate(
            open=Count("key", filter=Q(state="open")), ended=Count("key", filter=Q(state="ended"))
        )
        row = states.get(code)
        found.append(
            RegisterStanding(
                register=register,
                origin=origin,
                state=row.state if row else "open",  # type: ignore[arg-type]
                source=row.source if row else "",
                records=counts["open"],
                ended=counts["ended"],
                facts=facts.get(row.source if row and row.source else code, 0),
                changed_at=row.changed_at if row else None,
            )
        )
    return found


def standing_of(code: str, keeper: Keeper) -> RegisterStanding:
    """One of them. Raises NotFound `register_not_found`."""
    for one in standings(keeper):
        if one.register.code == code:
            return one
    raise register_not_found(code)


def find_records(
    register: Register, wanted: RecordsWanted, keeper: Keeper, *, limit: int, offset: int = 0
) -> tuple[list[HostedRecord], int]:
    """Records within the keeper's reach, the latest numbers first, and how many in all."""
    rows = wanted_rows(register, wanted, keeper)
    shown = rows.order_by("-number")[offset : offset + limit]
    return [record_data(row, keeper, register) for row in shown], rows.count()


def wanted_rows(
    register: Register, wanted: RecordsWanted, keeper: Keeper
) -> QuerySet[RegisterRecord]:
    """The rows that are wanted, within the keeper's reach and by fields they may see."""
    rows = _within(register, keeper, "read")
    if wanted.state is not None:
        rows = rows.filter(state=wanted.state)
    if wanted.commune:
        rows = rows.filter(commune=wanted.commune)
    if wanted.person is not None:
        rows = rows.filter(person=wanted.person)
    if words := wanted.text.strip():
        rows = rows.filter(Q(number__iexact=words) | Q(named__contains=fold(words)))
    sees = keeper.sees(register)
    values = {code: value for code, value in wanted.values.items() if value and code in sees}
    if values:
        rows = rows.filter(payload__contains=values)
    return rows


def get_row(
    register: Register, key: UUID, keeper: Keeper, right: Right, *, lock: bool = False
) -> RegisterRecord:
    """A record's row within reach. Raises NotFound `register_record_not_found`."""
    rows = _within(register, keeper, right)
    if lock:
        rows = rows.select_for_update()
    row = rows.filter(key=key).first()
    if row is None:
        raise register_record_not_found()
    return row


def find_row(
    register: Register, number: str, keeper: Keeper, right: Right
) -> RegisterRecord | None:
    """The record of a number within reach."""
    return _within(register, keeper, right).filter(number=number.upper()).first()


def has_open(
    register: Register, person: UUID, values: Mapping[str, str], *, besides: UUID | None = None
) -> bool:
    """Whether a person has an open record with the same values of the register's `once`."""
    same = {name: values[name] for name in register.once if name in values}
    rows = RegisterRecord.objects.filter(
        register=register.code, person=person, state="open", payload__contains=same
    )
    return (rows if besides is None else rows.exclude(key=besides)).exists()


def doubles_of(register: Register, row: RegisterRecord, keeper: Keeper) -> list[tuple[UUID, str]]:
    """Other open records of the same person within reach that `once` allows one of: of two people
    who were merged."""
    if not register.once or row.person is None or row.state != "open":
        return []
    same = {name: row.payload[name] for name in register.once if name in row.payload}
    rows = _within(register, keeper, "read").filter(
        person=row.person, state="open", payload__contains=same
    )
    return list(rows.exclude(key=row.key).order_by("number").values_list("key", "number"))


def record_data(row: RegisterRecord, keeper: Keeper, register: Register) -> HostedRecord:
    """A row as it passes the door."""
    return HostedRecord(
        values=_seen(row.payload, row.version, keeper, register),
        **{
            name: getattr(row, name)
            for name in HostedRecord.__dataclass_fields__
            if name != "values"
        },
    )


def history_of(register: Register, row: RegisterRecord, keeper: Keeper) -> list[RecordRevision]:
    """Every state a record had, the latest first."""
    found: list[RecordRevision] = []
    before: Mapping[str, str] = {}
    for one in RegisterRecordVersion.objects.filter(record=row.key).order_by("revision"):
        values = _seen(one.payload, one.version, keeper, register)
        names = [*values, *(name for name in before if name not in values)]
        changed = tuple(name for name in names if values.get(name) != before.get(name))
        found.append(
            RecordRevision(
                values=values,
                changed=changed,
                **{
                    name: getattr(one, name)
                    for name in RecordRevision.__dataclass_fields__
                    if name not in ("values", "changed")
                },
            )
        )
        before = values
    return found[::-1]


def count_by_commune(register: Register, keeper: Keeper) -> list[tuple[str, int]]:
    """How many open records each commune within reach has."""
    rows = _within(register, keeper, "read").filter(state="open")
    return list(rows.values_list("commune").annotate(n=Count("key")).order_by("-n", "commune"))


def _seen(
    payload: Mapping[str, str], version: int, keeper: Keeper, register: Register
) -> dict[str, str]:
    """Of a payload what the keeper may see. A field that the description of now no longer has goes
    by the rule of the version the record was entered by."""
    sees = keeper.sees(register)
    if not set(payload) <= set(register.by_code):
        old = RegisterVersion.objects.filter(register=register.code, version=version).first()
        sees |= (keeper.sees(read_version(old)) if old else frozenset()) - set(register.by_code)
    return {code: value for code, value in payload.items() if code in sees}


def _within(register: Register, keeper: Keeper, right: Right) -> QuerySet[RegisterRecord]:
    rows = RegisterRecord.objects.filter(register=register.code)
    if not keeper.sees_protected:
        rows = rows.filter(IsUnprotected("person"))
    reach = keeper.reach(register, right)
    return rows if reach is None else rows.filter(commune__in=reach)


def as_text(register: Register) -> str:
    """A description of the files as it is kept with the records entered by it."""
    return json.dumps(
        register.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False, sort_keys=True
    )


def facts_defined_here() -> dict[str, FactKind]:
    """What registers that were defined in the browser tell, by code."""
    return {
        fact.code: fact
        for register, origin in registers().values()
        if origin == "browser"
        for fact in register.facts
    }


def facts_for(purpose: str) -> tuple[str, ...]:
    """Codes of what registers and sources tell for a purpose."""
    here = (code for code, fact in facts_defined_here().items() if purpose in fact.purposes)
    return (*province().facts_for(purpose), *here)
