"""Hosted registers: which there are, one with its records, one record with its history."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from danso.kernel.numbers import PERSONAL_LENGTH
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.modules.sources.data import HostedRecord, RecordsWanted
from danso.screens.steward import register_words as said
from danso.screens.steward import words
from danso.screens.steward.desk import EVERYONE, Desk, at_work
from danso.screens.steward.forms import Choices, communes
from danso.screens.steward.register_forms import named
from danso.screens.steward.register_reading import Reading
from danso.screens.steward.registering import (
    Counter,
    birth_of,
    in_register,
    keeper_of,
    lines_of,
    name_of,
)
from danso.toolkit.html.lists import Pages
from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province

PER_PAGE: Final = 50


@at_work(*EVERYONE)
def listed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every register that this officer may read: counts only."""
    context = {
        "desk": desk,
        "standings": sources.register_standings(keeper_of(desk)),
        "agencies": province().agencies,
        "said": said,
    }
    return render(request, "steward/registers.html", context)


@in_register("read")
def one(request: HttpRequest, counter: Counter) -> HttpResponse:
    """The records of a register by filters, or, posted, by name or number."""
    typed = request.POST.get("q", "").strip() if request.method == "POST" else ""
    pages, wanted = None, _wanted(request, counter)
    if typed:
        found, total = _searched(counter, typed)
    else:
        pages = Pages.of(request, _count(counter, wanted), PER_PAGE)
        found, total = sources.list_records(
            counter.register.code,
            wanted,
            keeper=counter.keeper,
            limit=PER_PAGE,
            offset=pages.offset,
        )
    context = {
        "desk": counter.desk,
        "counter": counter,
        "register": counter.register,
        "lines": lines_of(counter, found),
        "total": total,
        "pages": pages,
        "typed": typed,
        "wanted": wanted,
        "filters": _filters(counter, wanted),
        "columns": _columns(counter),
        "agencies": province().agencies,
        "said": said,
    }
    return render(request, "steward/register.html", context)


@in_register("read")
def record(request: HttpRequest, counter: Counter, key: UUID) -> HttpResponse:
    """One record: what it holds, whom it is about, every earlier state."""
    register = counter.register
    found, history = sources.open_record(register.code, key, keeper=counter.keeper)
    person = population.find_person(found.person) if found.person else None
    reading = Reading.of(register)
    context = {
        "desk": counter.desk,
        "counter": counter,
        "register": register,
        "record": found,
        "name": name_of(counter, found, person),
        "birth": birth_of(counter, person),
        "person": person if person is not None and not person.protected else None,
        "rows": _rows(counter, reading, found),
        "reading": reading,
        "history": history,
        "doubles": sources.doubles_of(register.code, key, keeper=counter.keeper),
        "unit_name": unit_name,
        "said": said,
        "words": words,
    }
    return render(request, "steward/register_record.html", context)


def _rows(counter: Counter, reading: Reading, record: HostedRecord) -> list[tuple[str, str]]:
    """The fields of now, then what only an earlier version knew."""
    register = counter.register
    now = [field.code for field in register.fields if field.code in record.values]
    earlier = [code for code in record.values if code not in register.by_code]
    version = record.version
    return [
        (reading.name(code, version), reading.text(code, record.values[code], version))
        for code in (*now, *earlier)
    ]


def _searched(counter: Counter, typed: str) -> tuple[list[HostedRecord], int]:
    code, keeper = counter.register.code, counter.keeper
    digits = "".join(filter(str.isdigit, typed))
    if len(digits) == PERSONAL_LENGTH and not any(map(str.isalpha, typed)):
        return sources.records_by_number(code, digits, keeper=keeper, limit=PER_PAGE)
    wanted = RecordsWanted(text=typed, state=None)
    return sources.list_records(code, wanted, keeper=keeper, limit=PER_PAGE)


def _wanted(request: HttpRequest, counter: Counter) -> RecordsWanted:
    """The filters of the address: codes of fixed lists only."""
    state = request.GET.get("tinh-trang", "open")
    commune = request.GET.get("xa", "")
    values = {}
    for field in _coded(counter):
        asked = request.GET.get(named(field.code), "")
        if asked in dict(said.choices_of(field)):
            values[field.code] = asked
    return RecordsWanted(
        state=state if state in said.STATES else None,  # type: ignore[arg-type]
        commune=commune if commune in province().units.by_code else "",
        values=values,
    )


def _count(counter: Counter, wanted: RecordsWanted) -> int:
    return sources.count_records(counter.register, wanted, counter.keeper)


def _coded(counter: Counter) -> list[Any]:
    sees = counter.keeper.sees(counter.register)
    return [f for f in counter.register.listed if f.kind == "code" and f.code in sees]


def _filters(counter: Counter, wanted: RecordsWanted) -> list[tuple[str, str, Choices, str]]:
    """Each filter: its name, its words, its choices, what is chosen."""
    every = ("", gettext("Tất cả"))
    states = [("tat-ca", every[1]), *((code, str(said.STATES[code][0])) for code in said.STATES)]
    found: list[tuple[str, str, Choices, str]] = [
        ("tinh-trang", gettext("Tình trạng"), states, wanted.state or "tat-ca"),
    ]
    reach = counter.keeper.reach(counter.register, "read")
    if reach is None or len(reach) > 1:
        listed = communes(reach, empty=every[1])
        found.append(("xa", gettext("Xã, phường"), listed, wanted.commune))
    for field in _coded(counter):
        choices = [every, *said.choices_of(field)]
        chosen = wanted.values.get(field.code, "")
        found.append((named(field.code), said.said(field), choices, chosen))
    return found


def _columns(counter: Counter) -> list[dict[str, str]]:
    sees = counter.keeper.sees(counter.register)
    kinds = {"date": "date", "amount": "number", "number": "code"}
    own = [
        {"label": str(said.OWN["record"]), "kind": "code"},
        {"label": str(said.OWN["full_name"])},
        {"label": str(said.OWN["birth"]), "kind": "date"},
        {"label": str(said.OWN["commune"])},
    ]
    more = [
        {"label": said.said(field), "kind": kinds.get(field.kind, "text")}
        for field in counter.register.listed
        if field.code in sees
    ]
    return [*own, *more, {"label": str(said.OWN["state"])}]
