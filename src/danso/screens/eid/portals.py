"""The old portals' accounts that wait: listed, looked at, decided, or by a sheet that comes back.

Police decide; a steward of the province sees how many wait, and of whom nothing.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from danso.kernel import clock
from danso.kernel.errors import DansoError, InvalidValue
from danso.modules.identity import interface as identity
from danso.modules.identity.data import (
    PORTAL_ADVICE,
    PORTAL_REASONS,
    Officer,
    PortalDecision,
    PortalFilter,
    PortalReason,
    Role,
)
from danso.screens.eid import forms
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.lists import Pages
from danso.toolkit.permission import requires

POLICE: Final = (Role.COMMUNE_POLICE, Role.PROVINCIAL_POLICE)
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(*POLICE, Role.STEWARD)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """How many wait for which reason, and the accounts one by one."""
    officer = identity.officer_of(request)
    wanted = _wanted(request, officer)
    reasons = identity.count_waiting(PortalFilter(wanted.portal, "", wanted.communes))
    total = sum(reasons.values()) if not wanted.reason else reasons.get(wanted.reason, 0)
    pages = Pages.of(request, total)
    decides = bool(officer.roles & set(POLICE))
    rows = identity.waiting_accounts(wanted, limit=pages.per_page, offset=pages.offset)
    context = {
        "rows": [(one, _(PORTAL_REASONS[one.reason])) for one in rows],
        "reasons": [
            (code, _(PORTAL_REASONS[PortalReason(code)]), n) for code, n in reasons.items()
        ],
        "portals": identity.waiting_portals(PortalFilter(communes=wanted.communes)),
        "wanted": wanted,
        "pages": pages,
        "decides": decides,
        "at_portals": [
            (_(PORTAL_REASONS[PortalReason(code)]), _(PORTAL_ADVICE[PortalReason(code)]), n)
            for code, n in identity.count_with_portals(wanted).items()
        ],
    }
    return _private(render(request, "eid/portals.html", context))


@requires(*POLICE)
def one(request: HttpRequest, key: UUID) -> HttpResponse:
    """What the portal wrote beside whom the register knows under that number."""
    officer = identity.officer_of(request)
    reach = PortalFilter(communes=_communes(officer))
    form = forms.PortalForm(forms.posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            _decide(key, form.cleaned_data, reach, officer)
        except DansoError as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, _("Đã ghi nhận."))
            return HttpResponseRedirect(reverse("eid:portals"))
    found, person = identity.open_waiting(key, reach=reach, actor=officer.actor)
    context = {
        "one": found,
        "reason": _(PORTAL_REASONS[found.reason]),
        "advice": _(PORTAL_ADVICE[found.reason]),
        "person": person,
        "born": person.born if person else None,
        "form": form,
    }
    return _private(render(request, "eid/portal.html", context))


def _decide(key: UUID, given: dict[str, str], reach: PortalFilter, officer: Officer) -> None:
    links = given["decision"] != "nobody"
    if links and not given["number"]:
        raise InvalidValue(
            "Without a number nobody is linked.",
            code="portal_number_missing",
            fix="Type the 12 digits of the card, or choose nobody.",
        )
    decision = PortalDecision(given["number"] if links else "", given["evidence"])
    identity.decide_portal_account(key, decision, reach=reach, actor=officer.actor)


@requires(*POLICE, reauth=True)
@require_POST
def sheet(request: HttpRequest) -> HttpResponse:
    """What waits, as a workbook to be answered."""
    officer = identity.officer_of(request)
    content, _rows = identity.waiting_sheet(_wanted(request, officer), actor=officer.actor)
    answer = HttpResponse(content, content_type=XLSX)
    name = f"tai-khoan-cu-{clock.today():%Y%m%d}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return _private(answer)


@requires(*POLICE)
def upload(request: HttpRequest) -> HttpResponse:
    """A workbook that comes back: each line taken or told why not."""
    officer = identity.officer_of(request)
    is_sent = request.method == "POST"
    form = forms.SheetForm(request.POST, request.FILES) if is_sent else forms.SheetForm()
    lines = None
    if is_sent and form.is_valid():
        try:
            lines = identity.decide_by_sheet(
                form.cleaned_data["sheet"].read(),
                reach=PortalFilter(communes=_communes(officer)),
                actor=officer.actor,
            )
        except DansoError as error:
            form.add_error("sheet", " ".join(words_of(error)))
    context = {
        "form": form,
        "is_taken": lines is not None,
        "refused": [
            (line.line, " ".join(words_of(line.refusal))) for line in lines or () if line.refusal
        ],
        "taken": sum(1 for line in lines or () if not line.code),
    }
    return _private(render(request, "eid/portals-upload.html", context))


def _wanted(request: HttpRequest, officer: Officer) -> PortalFilter:
    given = request.POST if request.method == "POST" else request.GET
    reason = given.get("ly-do", "")
    return PortalFilter(
        portal=given.get("cong", "")[:64],
        reason=reason if reason in set(PortalReason) else "",
        communes=_communes(officer),
    )


def _communes(officer: Officer) -> frozenset[str] | None:
    """How far police reach; stewards only ever count, and only those of the whole province."""
    return officer.communes(*POLICE, Role.STEWARD)


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store, private"
    return answer
