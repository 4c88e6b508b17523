"""A file sent for a source: checked, shown, what it would change counted; then loaded or deleted.
The same pages show a look at a source where it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from danso.catalogue.shapes.sources import Source
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.identity.data import Role
from danso.modules.sources import interface as sources
from danso.modules.sources.data import MOST_UPLOAD, TrialRecord, upload_too_large
from danso.screens.steward import source_run_words as ran
from danso.screens.steward import source_words as said
from danso.screens.steward.desk import Desk, at_work, with_purpose
from danso.screens.steward.forms import sent
from danso.screens.steward.running import (
    check,
    check_open_to,
    is_open_to,
    may_run,
    may_send,
    refusal,
)
from danso.screens.steward.source_forms import SourceFileForm
from danso.toolkit.platform import province

# Beside the file itself: the form's other fields and its boundaries.
ENVELOPE: Final = 64 << 10


@at_work(Role.STEWARD)
@csrf_exempt  # only until the length is known: what follows is protected, below
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Send a file. One that says it is too large is refused before a byte of it is read."""
    source = province().source(code)
    check(allowed=may_send(desk, source))
    if _length(request) > MOST_UPLOAD + ENVELOPE:
        form = SourceFileForm(source=source)
        messages.error(request, refusal(upload_too_large()))
        return _upload_page(request, desk, source, form)
    answer: HttpResponse = csrf_protect(_upload)(request, desk, source)
    return answer


def _shown(
    source: Source, fields: Sequence[str], row: Sequence[tuple[str, str] | None]
) -> list[tuple[str, str] | None]:
    """A row's cells as people read them; what is wrong stays as it came."""
    return [
        cell and (said.cell_text(source.by_code[code], *cell), cell[1])
        for code, cell in zip(fields, row, strict=True)
    ]


def _length(request: HttpRequest) -> int:
    text = request.headers.get("Content-Length", "")
    return int(text) if text.isdecimal() else 0


def _upload(request: HttpRequest, desk: Desk, source: Source) -> HttpResponse:
    form = SourceFileForm(*sent(request), source=source)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["sheet"]
        try:
            key = sources.open_upload(
                source.code, given.name, given.chunks(), actor=desk.officer.actor
            )
        except InvalidValue as error:
            form.add_error("sheet", refusal(error))
        else:
            where = {"code": source.code, "key": key}
            return HttpResponseRedirect(reverse("steward:trial", kwargs=where))
    return _upload_page(request, desk, source, form)


def _upload_page(
    request: HttpRequest, desk: Desk, source: Source, form: SourceFileForm
) -> HttpResponse:
    context = {
        "desk": desk,
        "source": source,
        "form": form,
        "sent": _sent_before(desk, source),
        "said": said,
        "ran": ran,
    }
    return render(request, "steward/source_upload.html", context)


def _sent_before(desk: Desk, source: Source) -> list[TrialRecord]:
    """Files sent before; of a locked source, without one of its purposes, one's own."""
    found = sources.uploads_of(source.code)
    if is_open_to(desk, source):
        return found
    return [one for one in found if one.opened_by == desk.officer.actor.id]


@at_work(Role.STEWARD, Role.OPERATOR)
def trial(request: HttpRequest, desk: Desk, code: str, key: UUID) -> HttpResponse:
    """What a file or a source would bring; codes and counts."""
    return render(request, "steward/trial.html", _context(desk, code, key))


@at_work(Role.STEWARD, Role.OPERATOR)
def trial_live(request: HttpRequest, desk: Desk, code: str, key: UUID) -> HttpResponse:
    """Its moving part alone; when it has ended, the whole page anew."""
    context = _context(desk, code, key)
    answer = render(request, "steward/_trial.html", context)
    if not context["trial"].is_moving:
        answer["HX-Refresh"] = "true"
    return answer


@with_purpose(Role.STEWARD, Role.OPERATOR)
def rows(request: HttpRequest, desk: Desk, code: str, key: UUID) -> HttpResponse:
    """The first rows, as far as the purpose allows; each look is journaled."""
    source = province().source(code)
    found = _own(desk, source, key)
    preview = sources.preview_trial(key, code, actor=desk.officer.actor, grounds=desk.grounds)
    context = {
        "desk": desk,
        "source": source,
        "trial": found,
        "fields": [source.by_code[one] for one in preview.fields],
        "rows": [_shown(source, preview.fields, row) for row in preview.rows],
        "is_masked": any(cell is None for row in preview.rows for cell in row),
        "said": said,
    }
    return render(request, "steward/trial_rows.html", context)


@at_work(Role.STEWARD)
@require_POST
def confirm(request: HttpRequest, desk: Desk, code: str, key: UUID) -> HttpResponse:
    """Load it."""
    source = province().source(code)
    check(allowed=may_send(desk, source))
    _own(desk, source, key)
    try:
        sources.confirm_upload(key, actor=desk.officer.actor)
    except Conflict as error:
        messages.error(request, refusal(error))
    return HttpResponseRedirect(reverse("steward:trial", kwargs={"code": code, "key": key}))


@at_work(Role.STEWARD, Role.OPERATOR)
@require_POST
def cancel(request: HttpRequest, desk: Desk, code: str, key: UUID) -> HttpResponse:
    """Delete it."""
    source = province().source(code)
    _own(desk, source, key)
    try:
        sources.cancel_trial(key, actor=desk.officer.actor)
    except Conflict as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, gettext("Đã bỏ; tệp đã xóa, không có gì được nạp."))
    return HttpResponseRedirect(reverse("steward:source", kwargs={"code": code}))


def _own(desk: Desk, source: Source, key: UUID) -> TrialRecord:
    check(allowed=may_run(desk, source))
    found = sources.get_trial(key, source.code)
    # Of a locked source everybody sees to what they sent themselves: counts, never a row.
    if found.opened_by != desk.officer.actor.id:
        check_open_to(desk, source)
    return found


def _context(desk: Desk, code: str, key: UUID) -> dict[str, Any]:
    source = province().source(code)
    found = _own(desk, source, key)
    return {
        "desk": desk,
        "source": source,
        "trial": found,
        "may_send": may_send(desk, source),
        "is_locked": province().is_locked(code),
        "faults": _faults(source, found),
        "needed_missing": _needed,
        "run": sources.source_runs()[code],
        "load": next(iter(sources.loads_of(code, limit=1)), None),
        "said": said,
        "ran": ran,
    }


def _needed(source: Source, missing: tuple[str, ...]) -> list[str]:
    """Of the fields without a column, those without which nothing is loaded."""
    needed = {one.code for one in source.fields if one.required} | {source.key}
    return [code for code in missing if code in needed]


def _faults(source: Source, found: TrialRecord) -> list[tuple[str, str, int]]:
    """Values that are wrong, by field, the most frequent first."""
    told = []
    for code, count in found.found.faults.items():
        field, _, fault = code.partition(":")
        known = source.by_code.get(field)
        told.append((said.said(known) if known else field, said.fault_text(fault), count))
    return sorted(told, key=lambda one: -one[2])
