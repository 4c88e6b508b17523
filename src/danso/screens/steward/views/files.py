"""Files that were loaded, and rows of them that may not enter as they stand."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.identity.data import Role
from danso.modules.population import interface as population
from danso.modules.population.data import (
    PersonNotFound,
    PersonRecord,
    QuarantinedRow,
    QuarantineWanted,
    Resolution,
)
from danso.screens.steward import words
from danso.screens.steward.desk import Desk, at_work, with_purpose
from danso.screens.steward.forms import MENDABLE, ResolveForm, posted
from danso.screens.steward.journaling import record_row

PER_PAGE = 30
# The one reason where "it is somebody else" is an answer.
DOUBT = "possible_duplicate"
COMPARED = ("full_name", "birth", "sex", "number", "permanent_place")


@at_work(Role.STEWARD)
def imports(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every file with what became of its rows: counts, nobody's data."""
    context = {"desk": desk, "files": population.list_imports(limit=200), "words": words}
    return render(request, "steward/imports.html", context)


@with_purpose(Role.STEWARD)
def quarantine(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Rows that wait, by reason and file."""
    reason, file = request.GET.get("ly-do", ""), request.GET.get("tep", "")
    page = max(1, int(text)) if (text := request.GET.get("trang", "1")).isdecimal() else 1
    wanted = QuarantineWanted(reason=reason, import_key=_key(file))
    rows = population.list_quarantine(
        desk.steward_scope, wanted, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE
    )
    for row in rows[:PER_PAGE]:
        record_row(row.key, desk, person=row.person)
    counts = population.count_quarantine(desk.steward_scope)
    context = {
        "desk": desk,
        "rows": rows[:PER_PAGE],
        "counts": [(code, words.quarantine_reason(code), count) for code, count in counts.items()],
        "reason": reason,
        "file": file,
        "previous": _page(reason, file, page - 1) if page > 1 else "",
        "following": _page(reason, file, page + 1) if len(rows) > PER_PAGE else "",
        "words": words,
    }
    return render(request, "steward/quarantine.html", context)


@with_purpose(Role.STEWARD)
def row(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """One row: its original text, whom it clashes with, and the decision."""
    found = population.get_quarantined(key, desk.steward_scope)
    record_row(found.key, desk, person=found.person)
    form = ResolveForm(
        posted(request),
        cells=found.cells,
        may_be_new=found.reason == DOUBT,
        suggestion=found.suggestion if found.reason.startswith("number") else "",
        initial=_suggested(found),
    )
    if request.method == "POST" and form.is_valid() and _resolved(form, found, desk):
        messages.success(request, gettext("Đã ghi quyết định."))
        return HttpResponseRedirect(reverse("steward:quarantine"))
    other = _clashing(found, desk)
    context = {
        "desk": desk,
        "row": found,
        "cells": _cells(found),
        "other": other,
        "held": [(words.field_name(one), words.value_text(one, other)) for one in COMPARED]
        if other
        else [],
        "form": form,
        "words": words,
    }
    return render(request, "steward/quarantined.html", context)


def _cells(found: QuarantinedRow) -> list[tuple[str, str]]:
    """The original text, what may be mended first and in the order of the form beside it."""
    ranks = {column: place for place, column in enumerate((*MENDABLE, *words.CELLS))}
    ordered = sorted(found.cells, key=lambda column: (ranks.get(column, len(ranks)), column))
    return [(words.cell_name(one), found.cells[one]) for one in ordered if found.cells[one]]


def _suggested(found: QuarantinedRow) -> dict[str, str]:
    suits = found.suggestion and found.reason.startswith("number")
    return {"number": found.suggestion} if suits else {}


def _resolved(form: ResolveForm, found: QuarantinedRow, desk: Desk) -> bool:
    given = form.cleaned_data
    resolution = Resolution(
        decision="dismiss" if given["decision"] == "dismiss" else "load",
        reason=given["reason"],
        values={} if given["decision"] == "dismiss" else form.mended,
        is_new_person=given["decision"] == "new",
    )
    try:
        population.resolve_quarantine(
            found.key,
            resolution,
            actor=desk.officer.actor,
            grounds=desk.grounds,
            scope=desk.steward_scope,
        )
    except (Conflict, InvalidValue) as error:
        form.add_error(None, words.refusal_text(error))
        return False
    return True


def _clashing(found: QuarantinedRow, desk: Desk) -> PersonRecord | None:
    if found.person is None:
        return None
    try:
        return population.open_person(
            found.person,
            actor=desk.officer.actor,
            grounds=desk.grounds,
            scope=desk.steward_scope,
            fields=COMPARED,
        )
    except PersonNotFound:
        return None


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _page(reason: str, file: str, page: int) -> str:
    return f"?{urlencode({'ly-do': reason, 'tep': file, 'trang': str(page)})}"
