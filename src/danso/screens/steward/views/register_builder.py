"""Hosted registers defined in the browser: rows of a form, then the text they make, then kept."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from danso.catalogue import CatalogueError, Fault
from danso.catalogue.shapes.people import Purpose
from danso.kernel.errors import DansoError
from danso.modules.identity.data import Role
from danso.modules.sources import interface as sources
from danso.screens.steward import register_words as said
from danso.screens.steward.desk import Desk, at_work
from danso.screens.steward.forms import posted
from danso.screens.steward.register_building import (
    MOST_ROWS,
    ROWS,
    HeadForm,
    description,
    field_rows,
    kept_head,
)
from danso.screens.steward.register_fault_words import fault_told
from danso.screens.steward.register_reading import differences
from danso.screens.steward.registering import Counter, in_register, keeper_of
from danso.toolkit.platform import province

ADD: Final = "them"
MAKE: Final = "lap"
CHECK: Final = "kiem-tra"


@at_work(Role.STEWARD)
def define(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The builder: rows first, then their text, which may be edited before it is kept."""
    if "text" in request.POST:
        return text_step(request, desk, request.POST["text"], None)
    step = request.POST.get("buoc", "")
    count = count_rows(request) + (ROWS if step == ADD else 0)
    head = kept_head(request.POST) if step == ADD else HeadForm(posted(request))
    rows = field_rows(posted(request), min(count, MOST_ROWS))
    # All rows are read, so that each says what is wrong with it.
    is_sound = all([head.is_valid(), *(row.is_valid() for row in rows)])
    if step == MAKE and is_sound:
        text = description(head, rows, told_to(request))
        return text_step(request, desk, text, None, is_fresh=True)
    context = {
        "desk": desk,
        "head": head,
        "rows": rows,
        "count": len(rows),
        "told_to": request.POST.getlist("told_to"),
        "asking": asking(),
        "is_checked": step == MAKE,
        "said": said,
        "steps": {"add": ADD, "make": MAKE},
    }
    return render(request, "steward/register_rows.html", context)


@in_register("decide")
def redefine(request: HttpRequest, counter: Counter) -> HttpResponse:
    """The next version of a register that was defined here: its text, edited."""
    code = counter.register.code
    if counter.standing.origin != "browser":
        messages.error(request, gettext("Sổ này được mô tả ở tệp của tỉnh: sửa ở đó."))
        return HttpResponseRedirect(reverse("steward:register-described", kwargs={"code": code}))
    if "text" in request.POST:
        return text_step(request, counter.desk, request.POST["text"], counter)
    latest = sources.register_texts(code)[0]
    text = latest.text.replace(
        f"version: {latest.version}\n", f"version: {latest.version + 1}\n", 1
    )
    return text_step(request, counter.desk, text, counter, is_fresh=True)


def text_step(
    request: HttpRequest,
    desk: Desk,
    text: str,
    counter: Counter | None,
    *,
    is_fresh: bool = False,
) -> HttpResponse:
    """The text with what is wrong in it; kept once it is sound and somebody says so."""
    text = text.replace("\r\n", "\n")
    faults: tuple[Fault, ...] = ()
    problem = ""
    changes: list[str] = []
    try:
        register = sources.check_register(text)
        changes = differences(counter.register, register) if counter else []
        if not is_fresh and request.POST.get("buoc") != CHECK:
            made = sources.define_register(text, keeper=keeper_of(desk))
            done = gettext("Đã lưu mẫu sổ, bản %(n)s.") % {"n": made.version}
            messages.success(request, done)
            return HttpResponseRedirect(reverse("steward:register", kwargs={"code": made.code}))
    except CatalogueError as error:
        faults = error.faults
    except DansoError as error:
        problem = said.refusal_text(error)
    context: dict[str, Any] = {
        "desk": desk,
        "counter": counter,
        "text": text,
        "faults": [(one.line, one.item, *fault_told(one)) for one in faults],
        "changes": changes,
        "problem": problem,
        "said": said,
        "check": CHECK,
    }
    return render(request, "steward/register_text.html", context)


def told_to(request: HttpRequest) -> list[str]:
    """The purposes that were ticked for what is told."""
    return [code for code in request.POST.getlist("told_to") if code in province().purposes]


def asking() -> list[Purpose]:
    """Purposes for which anybody but officers may be told something."""
    return [
        one
        for one in province().purposes.values()
        if "share" in one.services and set(one.readers) != {"officer"}
    ]


def count_rows(request: HttpRequest) -> int:
    typed = request.POST.get("rows", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else ROWS
