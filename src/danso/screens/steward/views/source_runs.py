"""A source made to run, pause or be looked at; its progress; its faulty records for the owner."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.identity.data import Role
from danso.modules.sources import interface as sources
from danso.screens.steward import source_run_words as ran
from danso.screens.steward import source_words as said
from danso.screens.steward.desk import SOURCE_VIEWERS, Desk, at_work, with_purpose
from danso.screens.steward.running import RunLine, check, check_open_to, may_run, may_send, refusal
from danso.toolkit.platform import province

HEADINGS: Final = ("ma_ban_ghi", "truong", "ma_loi", "dieu_sai")
# A cell that begins so runs as a formula in a spreadsheet.
RISKY: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
Act = Callable[..., object]
ACTS: Final[dict[str, Act]] = {
    "chay": sources.run_source_now,
    "dung": sources.pause_source,
    "tiep": sources.resume_source,
    "het": sources.let_end,
}


@at_work(*SOURCE_VIEWERS)
def live(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """The run alone, asked for while it moves; when it has ended, the whole page anew."""
    line = line_for(code)
    answer = render(request, "steward/_source_run.html", context_of(line))
    if not line.is_moving:
        answer["HX-Refresh"] = "true"
    return answer


def line_for(code: str) -> RunLine:
    """One source's run with its latest load."""
    source = province().source(code)
    loads = sources.loads_of(code, limit=1)
    return RunLine(source, sources.source_runs()[code], loads[0] if loads else None)


def context_of(line: RunLine) -> dict[str, object]:
    """What the run's part of a page is made of."""
    return {"ran_line": line, "ran": ran, "said": said}


@at_work(Role.STEWARD, Role.OPERATOR)
@require_POST
def act(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Run now, pause, or resume."""
    check(allowed=may_run(desk, province().source(code)))
    done = ACTS.get(request.POST.get("viec", ""))
    if done is not None:
        _told(request, done, code, desk.officer.actor)
    return HttpResponseRedirect(reverse("steward:source", kwargs={"code": code}))


def _told(request: HttpRequest, done: Act, code: str, actor: Actor) -> None:
    try:
        done(code, actor=actor)
    except Conflict as error:
        messages.error(request, refusal(error))
        return
    said_of = {
        "het": gettext("Đã kết thúc những bản ghi mà chủ quản không còn gửi."),
        "chay": gettext("Nguồn sẽ chạy ngay khi tới lượt."),
        "dung": gettext("Đã tạm dừng. Nguồn không tự chạy cho đến khi được cho chạy tiếp."),
        "tiep": gettext("Nguồn chạy tiếp theo lịch."),
    }
    messages.success(request, said_of[request.POST["viec"]])


@at_work(Role.STEWARD, Role.OPERATOR)
@require_POST
def look(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """Have the jobs look at the source where it is."""
    check(allowed=may_run(desk, province().source(code)))
    key = sources.open_look(code, actor=desk.officer.actor)
    return HttpResponseRedirect(reverse("steward:trial", kwargs={"code": code, "key": key}))


@with_purpose(Role.STEWARD, reauth=True)
@require_http_methods(["GET", "POST"])
def faults(request: HttpRequest, desk: Desk, code: str) -> HttpResponseBase:
    """Every value that is wrong, by the owner's record key, after a last word on what it holds."""
    source = province().source(code)
    check(allowed=may_send(desk, source))
    check_open_to(desk, source)
    if request.method == "GET":
        return render(
            request, "steward/source_faults.html", {"desk": desk, "source": source, "said": said}
        )
    rows = sources.export_faults(code, actor=desk.officer.actor, grounds=desk.grounds)
    answer = StreamingHttpResponse(_lines(rows, code), content_type="text/csv; charset=utf-8")
    name = f"loi-{code}-{clock.today():%Y-%m-%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _lines(rows: Iterator[tuple[str, str, str]], code: str) -> Iterator[str]:
    fields = province().source(code).by_code
    # A mark by which spreadsheets know UTF-8.
    yield "\ufeff" + _line(HEADINGS)
    for record, field, fault in rows:
        name = said.said(fields[field]) if field in fields else field
        key = f"'{record}" if record.startswith(RISKY) else record
        yield _line((key, name, fault, said.fault_text(fault)))


def _line(cells: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue()
