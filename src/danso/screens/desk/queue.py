"""The queue: open files within reach in the order of their days."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from danso.catalogue.shapes.procedures import Channel
from danso.modules.cases import interface as cases
from danso.modules.cases.data import OPEN, Light, QueueFilter, Status
from danso.modules.signon import interface as signon
from danso.screens.desk import words
from danso.screens.desk.desk import Desk, at_desk

PER_PAGE: Final = 50
LONGEST: Final = 120
_CHANNELS: Final[dict[str, Channel]] = {"direct": "direct", "online": "online", "post": "post"}
# A receipt's QR, typed by a hand reader: three parts, far longer than any code or name.
_PARTS: Final = 3


@at_desk()
@require_http_methods(["GET", "POST"])
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The list, narrowed by filters (GET) or searched by code or name (POST: names stay out of
    addresses). One file found by its code opens at once."""
    sought = _sought(request.POST.get("words", "")) if request.method == "POST" else ""
    wanted = QueueFilter(words=sought) if sought else _filter(request, desk)
    after = "" if sought else request.GET.get("after", "")
    page = cases.list_queue(wanted, reach=desk.reach, actor=desk.actor, after=after, limit=PER_PAGE)
    if sought and len(page.rows) == 1 and page.rows[0].code == sought.upper():
        return HttpResponseRedirect(reverse("desk:case", kwargs={"key": page.rows[0].key}))
    named = words.names_of(str(row.assigned) for row in page.rows if row.assigned)
    context = {
        "desk": desk,
        "rows": page.rows,
        "named": named,
        "sought": sought,
        "standing": cases.standing(desk.reach),
        "chosen": request.GET,
        "is_narrowed": bool(sought) or any(request.GET.get(name) for name in _NAMES),
        "next_href": _href(request, page.after),
        "first_href": _href(request, "") if after else "",
        "choices": _choices(),
        "words": words,
    }
    return render(request, "desk/queue.html", context)


@at_desk()
@require_safe
def counts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The figures on top, asked for again while the page is open."""
    return render(request, "desk/_counts.html", {"standing": cases.standing(desk.reach)})


_NAMES: Final = ("trang-thai", "thu-tuc", "han", "kenh", "cua-toi")


def _sought(typed: str) -> str:
    typed = typed.strip()
    if typed.count(".") == _PARTS - 1 and len(typed) > LONGEST:
        receipt = signon.read_file_receipt(typed)
        return receipt.code if receipt else typed[:LONGEST]
    return typed[:LONGEST]


def _filter(request: HttpRequest, desk: Desk) -> QueueFilter:
    """What an address says; a value that nobody offers narrows nothing."""
    asked = request.GET.get
    statuses = {str(one.value): one for one in Status}
    lights = {one.value: one for one in Light}
    status = statuses.get(asked("trang-thai", ""))
    return QueueFilter(
        statuses=(status,) if status else (),
        procedure=asked("thu-tuc", ""),
        light=lights.get(asked("han", "")),
        channel=_CHANNELS.get(asked("kenh", "")),
        mine=desk.officer.account.id if asked("cua-toi") else None,
    )


def _choices() -> dict[str, list[tuple[str, str]]]:
    closed = [one for one in Status if one not in OPEN]
    lights = (Light.RED, Light.AMBER, Light.GREEN, Light.NONE)
    return {
        "trang-thai": [
            ("", _("Đang mở")),
            *((str(one.value), words.status(one)[0]) for one in (*OPEN, *closed)),
        ],
        "thu-tuc": [
            ("", _("Mọi thủ tục")),
            *((one.code, words.said(one)) for one in cases.procedures()),
        ],
        "han": [("", _("Mọi hạn")), *((one.value, words.light(one)[0]) for one in lights)],
        "kenh": [
            ("", _("Mọi kênh")),
            *((code, str(name)) for code, name in words.CHANNELS.items()),
        ],
        "cua-toi": [("", _("Mọi người")), ("1", _("Của tôi"))],
    }


def _href(request: HttpRequest, after: str) -> str:
    kept = {name: request.GET[name] for name in _NAMES if request.GET.get(name)}
    if after:
        return f"?{urlencode(kept | {'after': after})}"
    return f"?{urlencode(kept)}" if request.GET.get("after") else ""
