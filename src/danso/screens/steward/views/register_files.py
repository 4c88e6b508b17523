"""Files of a hosted register: sent, looked at line by line, taken in; and handed out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from danso.kernel.errors import Conflict, DansoError, InvalidValue
from danso.modules.sources import interface as sources
from danso.modules.sources.data import FileCheck, RecordsWanted
from danso.screens.steward import register_words as said
from danso.screens.steward import words
from danso.screens.steward.downloads import XLSX
from danso.screens.steward.forms import sent
from danso.screens.steward.register_forms import FileForm
from danso.screens.steward.registering import Counter, in_register
from danso.toolkit.html.lists import Pages

PER_PAGE: Final = 50
SUFFIXES: Final = (".csv", ".xlsx")
TYPES: Final = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


@dataclass(frozen=True)
class FaultLine:
    """What is wrong in one line of a file."""

    line: int
    column: str
    fault: str


@in_register("enter")
def upload(request: HttpRequest, counter: Counter) -> HttpResponse:
    """Send a file; nothing is taken before it was looked at."""
    form = FileForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["sheet"]
        try:
            suffix = _suffix(given.name)
            key = sources.keep_upload(
                counter.register.code, given.read(), suffix, keeper=counter.keeper
            )
        except InvalidValue as error:
            form.add_error("sheet", said.refusal_text(error))
        else:
            names = {"code": counter.register.code, "key": key}
            return HttpResponseRedirect(reverse("steward:register-preview", kwargs=names))
    return render(request, "steward/register_import.html", _context(counter) | {"form": form})


@in_register("enter")
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, counter: Counter, key: UUID) -> HttpResponse:
    """What the file would do, each fault by line; posted, it is taken in whole or thrown away."""
    code, keeper = counter.register.code, counter.keeper
    if request.method == "POST" and request.POST.get("buoc") == "bo":
        sources.drop_upload(code, key, keeper=keeper)
        return HttpResponseRedirect(reverse("steward:register-import", kwargs={"code": code}))
    try:
        if request.method == "POST":
            seen = request.POST.get("before", "")
            done = sources.take_upload(code, key, keeper=keeper, before=seen)
            messages.success(request, _done_text(done))
            return HttpResponseRedirect(reverse("steward:register", kwargs={"code": code}))
        check = sources.check_upload(code, key, keeper=keeper)
    except DansoError as error:
        messages.error(request, said.refusal_text(error))
        # After a conflict the file is there still: on to what it would do now.
        is_there = request.method == "POST" and isinstance(error, Conflict)
        again = reverse("steward:register-import", kwargs={"code": code})
        return HttpResponseRedirect(request.path if is_there else again)
    faults = list(_fault_lines(counter, check))
    pages = Pages.of(request, len(faults), PER_PAGE)
    context = _context(counter) | {
        "check": check,
        "faults": faults[pages.offset : pages.offset + PER_PAGE],
        "faulty": len({one.line for one in check.faults}),
        "pages": pages,
    }
    return render(request, "steward/register_preview.html", context)


@in_register("read", reauth=True)
@require_http_methods(["GET", "POST"])
def export(request: HttpRequest, counter: Counter) -> HttpResponse:
    """The records within reach as a file, after a last word on what it holds."""
    wanted = RecordsWanted(state=None)
    if request.method == "GET":
        count = sources.count_records(counter.register, wanted, counter.keeper)
        return render(request, "steward/register_export.html", _context(counter) | {"count": count})
    kind: Literal["csv", "xlsx"] = "csv" if request.POST.get("loai") == "csv" else "xlsx"
    made = sources.export_records(
        counter.register.code, kind, wanted, keeper=counter.keeper, fields=counter.desk.fields
    )
    answer = HttpResponse(made.content, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{made.name}"'
    return answer


def _context(counter: Counter) -> dict[str, object]:
    sees = counter.keeper.sees(counter.register)
    shown = [field for field in counter.register.fields if field.code in sees]
    return {
        "desk": counter.desk,
        "counter": counter,
        "register": counter.register,
        "fields": shown,
        "said": said,
        "words": words,
    }


def _suffix(name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise InvalidValue(
            "Only CSV and XLSX files are read here.",
            code="register_file_kind",
            fix="Save it as CSV or XLSX and send it again.",
        )
    return suffix


def _fault_lines(counter: Counter, check: FileCheck) -> Iterable[FaultLine]:
    for one in check.faults:
        column = said.column_name(counter.register, one.field) if one.field else ""
        yield FaultLine(one.line, column, said.fault_words(one.fault))


def _done_text(done: FileCheck) -> str:
    return gettext(
        "Đã nhập tệp: %(new)s bản ghi mới, %(changed)s bản ghi sửa, %(same)s không đổi."
    ) % {"new": done.new, "changed": done.changed, "same": done.same}
