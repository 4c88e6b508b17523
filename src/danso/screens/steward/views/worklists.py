"""Worklists: made, handed out, sent back, and what became of each line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from danso.kernel.errors import InvalidValue
from danso.modules.sources import interface as sources
from danso.modules.sources.data import RowOutcome, WorklistOrder
from danso.screens.steward import words
from danso.screens.steward.desk import EVERYONE, POLICE, Desk, at_work, with_purpose
from danso.screens.steward.downloads import Export, export_page, workbook
from danso.screens.steward.forms import UploadForm, sent
from danso.screens.steward.views.quality import check_measure
from danso.toolkit.html.lists import Pages

RESULT = "steward_worklist_result"
PER_PAGE = 50
LIMIT = 5 * 1024 * 1024


@dataclass(frozen=True)
class OutcomeLine:
    """One line of the file that came back: what became of it and what to do."""

    line: int
    outcome: str
    tone: str
    advice: str


@at_work(*EVERYONE)
def listed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Lists that were made, the newest first."""
    context = {
        "desk": desk,
        "lists": sources.list_worklists(desk.communes, limit=100),
        "words": words,
    }
    return render(request, "steward/worklists.html", context)


@with_purpose(*EVERYONE)
@require_POST
def make(request: HttpRequest, desk: Desk, commune: str, measure: str) -> HttpResponse:
    """Make a list for a commune or one hamlet of it."""
    desk.check_commune(commune)
    check_measure(measure)
    order = WorklistOrder(measure, commune, request.POST.get("thon") or None)
    try:
        key = sources.make_worklist(
            order, actor=desk.officer.actor, grounds=desk.grounds, communes=desk.communes
        )
    except InvalidValue as error:
        messages.error(request, words.refusal_text(error))
        return HttpResponseRedirect(
            reverse("steward:quality-people", kwargs={"commune": commune, "measure": measure})
        )
    messages.success(request, gettext("Đã lập danh sách. Tải tệp, in hoặc gửi cho công an xã."))
    return HttpResponseRedirect(reverse("steward:worklist", kwargs={"key": key}))


@at_work(*EVERYONE)
def one(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """One list: what it is for and how much has come back."""
    made = sources.get_worklist(key, desk.communes)
    return render(request, "steward/worklist.html", {"desk": desk, "made": made, "words": words})


@with_purpose(*EVERYONE, reauth=True)
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """What is still unanswered, as XLSX, after a last word on what it holds."""
    if request.method == "GET":
        made = sources.get_worklist(key, desk.communes)
        place, hamlet = words.commune_name(made.commune), made.hamlet or ""
        back = reverse("steward:worklist", kwargs={"key": key})
        what = words.measure_name(made.measure)
        return export_page(request, desk, Export(what, place, hamlet, back=back))
    return workbook(
        sources.worklist_file(
            key, actor=desk.officer.actor, grounds=desk.grounds, communes=desk.communes
        )
    )


@with_purpose(*POLICE)
def upload(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Send an answered list back."""
    form = UploadForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["sheet"]
        try:
            _check_size(given.size)
            outcomes = sources.read_worklist(
                given.read(), decider=desk.decider, grounds=desk.grounds
            )
        except InvalidValue as error:
            form.add_error("sheet", words.refusal_text(error))
        else:
            request.session[RESULT] = [[one.line, one.outcome, one.reason] for one in outcomes]
            return HttpResponseRedirect(reverse("steward:worklist-result"))
    return render(request, "steward/worklist_upload.html", {"form": form, "desk": desk})


def _check_size(size: int) -> None:
    if size > LIMIT:
        raise InvalidValue(
            "The file is larger than 5 MB.", code="sheet_too_large", fix="Send only the list."
        )


@at_work(*POLICE)
def result(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What became of each line of the file that was sent last: line numbers and reasons only."""
    kept: list[list[Any]] = request.session.get(RESULT, [])
    outcomes = [RowOutcome(*row) for row in kept]
    counts: Counter[str] = Counter(one.outcome for one in outcomes)
    todo = [one for one in outcomes if one.outcome not in ("applied", "confirmed", "already")]
    pages = Pages.of(request, len(todo), PER_PAGE)
    context = {
        "desk": desk,
        "total": len(outcomes),
        "counts": [
            (str(words.ROWS[code][0]), words.ROWS[code][1], counts[code])
            for code in words.ROWS
            if counts[code]
        ],
        "lines": [_line(one) for one in todo[pages.offset : pages.offset + PER_PAGE]],
        "pages": pages,
    }
    return render(request, "steward/worklist_result.html", context)


def _line(one: RowOutcome) -> OutcomeLine:
    text, tone = words.ROWS[one.outcome]
    return OutcomeLine(one.line, str(text), tone, words.reason_text(one.reason))
