"""The register of breaches: the list by clock, one of them, recording, bringing up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.modules.identity.interface import actor_of
from danso.modules.protection import interface as protection
from danso.modules.protection.data import STEP_NAMES, BreachData, BreachState
from danso.screens.protection.forms import BreachForm
from danso.screens.protection.requests import name_of, said
from danso.screens.protection.workers import KEEPERS, needed
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import requires

SHORT = timedelta(hours=24)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One breach as a page shows it; `clock` is the authority's, in words."""

    breach: BreachData
    kind: str
    data: str
    clock: str
    tone: str


def row_of(found: BreachData) -> Row:
    """In the reader's words."""
    here = protection.breach_rules()
    kinds = {one.code: said(one) for one in here.kinds}
    data = {one.code: said(one) for one in here.data}
    named = "; ".join(data.get(code, code) for code in found.known.data)
    return Row(found, kinds.get(found.known.kind, found.known.kind), named, *clock_of(found))


def clock_of(found: BreachData) -> tuple[str, str]:
    """How the authority's clock stands, and its tone."""
    left = found.left(clock.now())
    if left is None:
        if found.was_late:
            return gettext("đã thông báo, quá hạn"), "warn"
        return gettext("đã thông báo đúng hạn"), "good"
    if found.state is BreachState.CLOSED:
        return gettext("không phải sự cố"), "mute"
    if left < timedelta():
        late = int(-left / HOUR)
        return gettext("quá hạn %(n)d giờ") % {"n": late}, "bad"
    hours, minutes = int(left / HOUR), int(left % HOUR / timedelta(minutes=1))
    if hours:
        words = ngettext("còn %(n)d giờ", "còn %(n)d giờ", hours) % {"n": hours}
    else:
        words = gettext("còn %(n)d phút") % {"n": minutes}
    return words, "warn" if left <= SHORT else "calm"


@requires(*KEEPERS)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Open ones first, by what is left of their clock."""
    needed(request, *KEEPERS)
    found = protection.list_breaches()
    is_open = [one for one in found if one.state is BreachState.OPEN]
    # Those still to be told of before those told of, the shortest clock first.
    is_open.sort(key=lambda one: (one.notified is not None, one.notify_by))
    context = {
        "open": [row_of(one) for one in is_open],
        "closed": [row_of(one) for one in found if one.state is BreachState.CLOSED],
        "rules": protection.breach_rules(),
    }
    return render(request, "protection/breaches.html", context)


@requires(*KEEPERS)
@require_safe
def one(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is known, how the clocks stand, what was done, what can be done."""
    needed(request, *KEEPERS)
    found = protection.get_breach(key)
    here = protection.breach_rules()
    context = {
        "row": row_of(found),
        "rules": here,
        "authority": said(here.authority),
        "is_open": found.state is BreachState.OPEN,
        "recorded_by": name_of(found.recorded_by),
        "tell_late": found.must_tell_people
        and not found.people_told
        and found.tell_by < clock.now(),
        "steps": [
            (gettext(STEP_NAMES.get(step.what, step.what)), name_of(step.by), step)
            for step in found.steps
        ],
    }
    return render(request, "protection/breach.html", context)


@requires(*KEEPERS)
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest) -> HttpResponse:
    """Write one into the register: the clock runs from its discovery."""
    needed(request, *KEEPERS)
    now = clock.local(clock.now())
    initial = {"day": PartialDate.of(now.date()), "hour": now.strftime("%H:%M")}
    form = BreachForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            key = protection.record_breach(form.known, actor=actor_of(request))
        except InvalidValue as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã ghi vào sổ sự cố. Đồng hồ đang chạy."))
            return redirect("protection:breach", key=key)
    return render(request, "protection/step.html", _page(form, gettext("Ghi sự cố")))


@requires(*KEEPERS)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say what is known now; what stood there stays in the steps."""
    needed(request, *KEEPERS)
    found = protection.get_breach(key)
    posted = request.POST if request.method == "POST" else None
    form = BreachForm(posted, initial=BreachForm.initial_of(found.known))
    if request.method == "POST" and form.is_valid():
        try:
            protection.change_breach(key, form.known, actor=actor_of(request))
        except InvalidValue as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã bổ sung; điều ghi trước đó vẫn còn trong sổ."))
            return redirect("protection:breach", key=key)
    return render(request, "protection/step.html", _page(form, gettext("Bổ sung thông tin"), key))


def _page(form: BreachForm, title: str, key: UUID | None = None) -> dict[str, Any]:
    return {"form": form, "title": title, "button": gettext("Ghi vào sổ"), "trail": trail(key)}


def trail(key: UUID | None = None) -> list[tuple[str, str, dict[str, UUID]]]:
    """Where a page of the register stands: words, route, its arguments."""
    found: list[tuple[str, str, dict[str, UUID]]] = [
        (gettext("Bảo vệ dữ liệu"), "protection:home", {}),
        (gettext("Sổ sự cố"), "protection:breaches", {}),
    ]
    if key is not None:
        found.append((gettext("Một sự cố"), "protection:breach", {"key": key}))
    return found
