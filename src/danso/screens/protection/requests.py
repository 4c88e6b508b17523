"""Requests of data subjects: taken, given more time, carried out or refused, by their days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danso.catalogue.shapes.base import Words
from danso.kernel import clock
from danso.kernel.errors import Conflict, NotFound
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.identity.data import Role
from danso.modules.identity.interface import actor_of, get_account, officer_of
from danso.modules.protection import interface as protection
from danso.modules.protection.data import (
    REQUEST_STATES,
    STEP_NAMES,
    RequestAnswer,
    RequestData,
    RequestState,
)
from danso.screens.protection.workers import ANSWERERS, needed
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import requires

TONES: Final = {
    RequestState.WAITING: "warn",
    RequestState.TAKEN: "calm",
    RequestState.DONE: "good",
    RequestState.REFUSED: "bad",
    RequestState.WITHDRAWN: "mute",
}


class ExtendForm(forms.Form):
    """Why it takes longer."""

    text = forms.CharField(
        label=_("Lý do gia hạn"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Người dân đọc nguyên văn."),
    )


class DoneForm(forms.Form):
    """What was done."""

    text = forms.CharField(
        label=_("Đã làm gì"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Người dân đọc nguyên văn: dữ liệu nào, ở đâu, từ ngày nào."),
    )


class RefuseForm(forms.Form):
    """On what ground of the law, and why."""

    ground = forms.ChoiceField(label=_("Căn cứ từ chối"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Lý do"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Người dân đọc nguyên văn. Nêu điều luật và vì sao áp dụng cho yêu cầu này."),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        field = self.fields["ground"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (one.code, f"{said(one)} – {one.law}") for one in protection.refusal_grounds()
        ]


@dataclass(frozen=True, slots=True)
class Row:
    """One request as a page shows it."""

    request: RequestData
    title: str
    state: str
    tone: str
    is_late: bool


def said(words: Words) -> str:
    """The catalogue's words in the reader's language."""
    return words.en if (get_language() or "").startswith("en") else words.vi


def name_of(account: str) -> str:
    """An officer by name; what is no account (a job) by its code."""
    try:
        found = get_account(UUID(account))
    except (ValueError, NotFound):
        return account
    return gettext("người dân") if found.is_citizen else found.name


def _row(found: RequestData) -> Row:
    kind = protection.find_right(found.kind)
    return Row(
        found,
        said(kind) if kind else found.kind,
        gettext(REQUEST_STATES[found.state]),
        TONES[found.state],
        found.is_late(clock.today()),
    )


@requires(*ANSWERERS)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Open ones by their day; answered ones when asked for."""
    roles = needed(request, *ANSWERERS)
    state = request.GET.get("state", "open")
    context = {
        "rows": [_row(one) for one in protection.list_requests(roles, is_open=state != "closed")],
        "states": [("open", gettext("chưa trả lời")), ("closed", gettext("đã trả lời"))],
        "state": state,
    }
    return render(request, "protection/requests.html", context)


@requires(*ANSWERERS)
@require_safe
def one(request: HttpRequest, key: UUID) -> HttpResponse:
    """One request. Journaled: it is a look at what a person wrote."""
    found = protection.get_request(key, roles=needed(request, *ANSWERERS))
    entry = Entry(
        actor=actor_of(request),
        action="rights.request_opened",
        outcome="shown",
        subject=found.person,
        service="rights",
        detail={"request": str(key)},
    )
    with audit.carried_out(entry):
        pass
    kind = protection.find_right(found.kind)
    ground = next((g for g in protection.refusal_grounds() if g.code == found.ground), None)
    officer = officer_of(request)
    context = {
        "row": _row(found),
        "kind": kind,
        "says": said(kind.says) if kind else "",
        "ground": f"{said(ground)} – {ground.law}" if ground else "",
        "steps": [
            (gettext(STEP_NAMES.get(step.what, step.what)), name_of(step.by), step)
            for step in found.steps
        ],
        "is_own": found.person == officer.account.person,
        "may_take": found.state is RequestState.WAITING,
        "may_answer": found.state is RequestState.TAKEN,
        "may_extend": _may_extend(found, kind.extend if kind else 0),
        "is_steward": Role.STEWARD.value in officer.roles,
    }
    return render(request, "protection/request.html", context)


@requires(*ANSWERERS)
@require_POST
def take(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say that it is dealt with."""
    protection.take_request(key, roles=needed(request, *ANSWERERS), actor=actor_of(request))
    messages.success(request, gettext("Đã tiếp nhận và báo cho người dân."))
    return redirect("protection:request", key=key)


@requires(*ANSWERERS)
@require_http_methods(["GET", "POST"])
def extend(request: HttpRequest, key: UUID) -> HttpResponse:
    """The law's further days, once."""
    roles = needed(request, *ANSWERERS)
    form = ExtendForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            protection.extend_request(key, text, roles=roles, actor=actor_of(request))
        except Conflict as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã gia hạn và báo cho người dân."))
            return redirect("protection:request", key=key)
    return _step(request, key, form, (gettext("Gia hạn yêu cầu"), gettext("Gia hạn")))


@requires(*ANSWERERS)
@require_http_methods(["GET", "POST"])
def carry_out(request: HttpRequest, key: UUID) -> HttpResponse:
    """It was carried out: how."""
    form = DoneForm(request.POST if request.method == "POST" else None)
    words = gettext("Đã thực hiện yêu cầu"), gettext("Trả lời")
    return _answered(request, key, form, words)


@requires(*ANSWERERS)
@require_http_methods(["GET", "POST"])
def refuse(request: HttpRequest, key: UUID) -> HttpResponse:
    """It is refused: on what ground, why."""
    form = RefuseForm(request.POST if request.method == "POST" else None)
    words = gettext("Từ chối yêu cầu"), gettext("Từ chối và trả lời")
    return _answered(request, key, form, words)


def _answered(
    request: HttpRequest, key: UUID, form: forms.Form, words: tuple[str, str]
) -> HttpResponse:
    roles = needed(request, *ANSWERERS)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        ground = given.get("ground", "")
        answer = RequestAnswer(is_done=not ground, text=given["text"], ground=ground)
        protection.answer_request(key, answer, roles=roles, actor=actor_of(request))
        messages.success(request, gettext("Đã trả lời và báo cho người dân."))
        return redirect("protection:request", key=key)
    return _step(request, key, form, words)


def _may_extend(found: RequestData, days: int) -> bool:
    is_taken = found.state is RequestState.TAKEN
    return bool(is_taken and days and not found.extended_why and found.due >= clock.today())


def _step(
    request: HttpRequest, key: UUID, form: forms.Form, words: tuple[str, str]
) -> HttpResponse:
    context = {
        "form": form,
        "title": words[0],
        "button": words[1],
        "trail": [
            (gettext("Bảo vệ dữ liệu"), "protection:home", {}),
            (gettext("Yêu cầu"), "protection:requests", {}),
            (gettext("Một yêu cầu"), "protection:request", {"key": key}),
        ],
    }
    return render(request, "protection/step.html", context)
