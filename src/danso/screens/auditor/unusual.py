"""Unusual looks: the auditor's list and notes, the guardian's alerts, the auditor's first page."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from danso.modules.audit import interface as audit
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Role, UnusualKind, UnusualLook
from danso.modules.protection import interface as protection
from danso.screens.auditor import words
from danso.toolkit.permission import requires


class NoteForm(forms.Form):
    """What was found out."""

    note = forms.CharField(
        label=_("Kết luận"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Đã hỏi ai, căn cứ nào, có xử lý không. Không ghi dữ liệu của công dân."),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One unusual look as a page shows it."""

    look: UnusualLook
    kind: str
    tone: str
    who: str
    extent: str


def _row(look: UnusualLook) -> Row:
    extent = ""
    if look.kind is UnusualKind.VOLUME:
        extent = gettext("%(count)d người, thường ngày %(usual)d") % {
            "count": look.count,
            "usual": look.usual,
        }
    return Row(
        look,
        words.kind_words(look.kind),
        words.kind_tone(look.kind),
        words.looker_words(look.looker),
        extent,
    )


@requires(Role.AUDITOR)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for an auditor."""
    cases = audit.withholding_cases()
    health = audit.journal_health()
    context = {
        "open": identity.count_open_unusual_looks(),
        "complaints": protection.complaints_standing(),
        "requests": protection.requests_standing([Role.AUDITOR.value]),
        "emergencies": identity.count_open_glasses(),
        "size": health.sealed_size,
        "withheld": audit.count_withheld(),
        "waiting": sum(one.waiting is not None for one in cases),
        "rows": [_row(look) for look in identity.unusual_looks(is_open=True, limit=10)],
    }
    return render(request, "auditor/home.html", context)


@requires(Role.AUDITOR)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every unusual look, open ones unless asked for others."""
    kind, state = request.GET.get("kind", ""), request.GET.get("state", "open")
    kinds = [UnusualKind(kind)] if kind in set(UnusualKind) else []
    is_open = {"open": True, "closed": False}.get(state)
    context = {
        "rows": [_row(look) for look in identity.unusual_looks(kinds=kinds, is_open=is_open)],
        "kinds": [("", gettext("Mọi loại"))]
        + [(one.value, words.kind_words(one)) for one in UnusualKind],
        "kind": kind,
        "states": [
            ("open", gettext("chưa kết luận")),
            ("closed", gettext("đã kết luận")),
            ("all", gettext("tất cả")),
        ],
        "state": state,
    }
    return render(request, "auditor/unusual.html", context)


@requires(Role.AUDITOR)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, look: int) -> HttpResponse:
    """One unusual look; closed with a note that stays."""
    found = identity.get_unusual_look(look)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = form.cleaned_data["note"]
        identity.close_unusual_look(look, note=note, actor=identity.actor_of(request))
        messages.success(request, gettext("Đã ghi kết luận."))
        return redirect("auditor:unusual")
    context = {
        "row": _row(found),
        "form": form,
        "closed_by": words.looker_words(found.closed_by),
        "is_own": found.account == identity.officer_of(request).account.id,
    }
    return render(request, "auditor/unusual-one.html", context)


@requires(Role.GUARDIAN)
@require_safe
def alerts(request: HttpRequest) -> HttpResponse:
    """Who touched a protected person, officers and partners, newest first."""
    looks = identity.unusual_looks(kinds=[UnusualKind.PROTECTED])
    return render(request, "auditor/alerts.html", {"rows": [_row(look) for look in looks]})
