"""Records handed out: a sheet for people, or a folder for the system that is to take over."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import yaml

from danso.kernel import clock
from danso.kernel.text import fold
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.sources.actions.hosted_making import communes_by_word
from danso.modules.sources.actions.register_files import OWN, SHOWN
from danso.modules.sources.actions.registers import carried_out, entry_of
from danso.modules.sources.data import ExportFile, HostedRecord, Keeper, RecordsWanted
from danso.modules.sources.queries import registers as queries
from danso.toolkit.platform import province
from danso.toolkit.tables import sheets

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register, RegisterField

Kind = Literal["csv", "xlsx"]
MOST: Final = 100_000
STATES: Final = {"open": "Đang hiệu lực", "ended": "Đã kết thúc", "void": "Nhập nhầm"}
# Who somebody is, as far as the purpose shows it.
OF_PERSON: Final = ("number", "full_name", "birth")
ID_MAP: Final = ("record", "person", "source_record")


def export_file(
    code: str, kind: Kind, wanted: RecordsWanted, *, keeper: Keeper, fields: frozenset[str]
) -> ExportFile:
    """The records as a sheet with words, as somebody reads it and as it may be sent back."""
    with carried_out("export", keeper, code) as ledger:
        register = queries.register_for(code, keeper, "read")
        records, _ = queries.find_records(register, wanted, keeper, limit=MOST)
        sees = keeper.sees(register)
        shown = [field for field in register.fields if field.code in sees]
        own = [name for name in (*OWN, *SHOWN) if name not in OF_PERSON or name in fields]
        headings = [{**OWN, **SHOWN}[name][1] for name in own] + [field.vi for field in shown]
        people = _people(records)
        rows = [
            [_own(name, one, people) for name in own]
            + [_words(field, one.values.get(field.code, "")) for field in shown]
            for one in records
        ]
        ledger.detail |= {"records": len(rows), "kind": kind}
        looked = tuple(field.code for field in shown)
        row = replace(entry_of("exported", keeper, code), outcome="listed", fields=looked)
        subjects = dict.fromkeys(one.person for one in records if one.person)
        ledger.entries = [replace(row, subject=person) for person in subjects]
        name = f"{register.code}-{clock.today():%Y%m%d}.{kind}"
        return ExportFile(name, _made(register, kind, headings, rows), len(rows))


def export_folder(code: str, folder: Path, *, keeper: Keeper) -> int:
    """Everything that the system after it needs: records by code, the id map, the description."""
    with carried_out("export", keeper, code) as ledger:
        register = queries.register_for(code, keeper, "decide")
        wanted = RecordsWanted(state=None)
        records, _ = queries.find_records(register, wanted, keeper, limit=MOST)
        people = _people(records)
        names = [field.code for field in register.fields]
        headings = ["record", *OF_PERSON, "commune", "state", "ended_on", *names]
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "records.csv", headings, (_plain(one, people, names) for one in records))
        told = [one for one in records if one.person is not None and one.state != "void"]
        _write(folder / "id-map.csv", ID_MAP, ((one.number, str(one.person), "") for one in told))
        text = yaml.safe_dump(
            register.model_dump(mode="json", exclude_defaults=True),
            allow_unicode=True,
            sort_keys=False,
        )
        (folder / "register.yaml").write_text(text, encoding="utf-8")
        ledger.detail |= {"records": len(records), "kind": "folder"}
        row = replace(entry_of("exported", keeper, code), outcome="listed", fields=tuple(names))
        ledger.entries = [replace(row, subject=one.person) for one in told]
        return len(records)


def read_id_map(path: Path) -> dict[str, str]:
    """Each record's key at the source from a filled id-map.csv; lines without one are left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        return {
            str(row.get("record") or "").strip(): str(row.get("source_record") or "").strip()
            for row in rows
            if row.get("source_record")
        }


def _people(records: Iterable[HostedRecord]) -> dict[str, PersonRecord]:
    keys = {one.person for one in records if one.person is not None}
    found = population.people_by_keys(keys)
    return {str(key): one for key, one in found.items() if not one.protected}


def _own(name: str, record: HostedRecord, people: dict[str, PersonRecord]) -> str:
    if name in OF_PERSON:
        person = people.get(str(record.person))
        text = str(getattr(person, name) or "") if person else ""
        return _day(text) if name == "birth" else text
    if name == "record":
        return record.number
    if name == "commune":
        return _commune(record.commune)
    if name == "state":
        return STATES[record.state]
    return f"{record.ended_on:%d/%m/%Y}" if record.ended_on else ""


def _plain(
    record: HostedRecord, people: dict[str, PersonRecord], names: Sequence[str]
) -> list[str]:
    person = people.get(str(record.person))
    who = [str(getattr(person, name) or "") if person else "" for name in OF_PERSON]
    ended = record.ended_on.isoformat() if record.ended_on else ""
    own = [record.number, *who, record.commune, record.state, ended]
    return own + [record.values.get(name, "") for name in names]


def _words(field: RegisterField, value: str) -> str:
    if field.kind == "code" and value:
        if field.code_list is not None:
            return province().code_list(field.code_list).label(value)
        return next((one.vi for one in field.choices if one.code == value), value)
    if field.kind == "date" and value:
        return _day(value)
    if field.kind == "commune" and value:
        return _commune(value)
    return value


def _commune(code: str) -> str:
    """Its name, where that means it alone when it is read back; else its code."""
    unit = province().units.by_code.get(code)
    return unit.name if unit and communes_by_word().get(fold(unit.name)) == code else code


def _day(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))


def _made(
    register: Register, kind: Kind, headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> bytes:
    if kind == "xlsx":
        columns = [sheets.Column(heading, 22) for heading in headings]
        return sheets.write(register.vi, columns, rows)
    made = io.StringIO(newline="")
    writer = csv.writer(made)
    writer.writerow(headings)
    writer.writerows([sheets.harmless(cell) for cell in row] for row in rows)
    return made.getvalue().encode("utf-8-sig")


def _write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(headings)
        writer.writerows(rows)
