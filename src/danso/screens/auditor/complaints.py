"""Complaints of people about looks at them: the worklist, finding out, deciding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.identity.data import Role
from danso.modules.identity.interface import actor_of, officer_of
from danso.modules.protection import interface as protection
from danso.modules.protection.data import (
    COMPLAINT_REASONS,
    COMPLAINT_STATES,
    STEP_NAMES,
    ComplaintData,
    ComplaintState,
)
from danso.screens.auditor import words
from danso.screens.auditor.deeds import deed_words
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.units import unit_name
from danso.toolkit.permission import requires

TONES: Final = {
    ComplaintState.WAITING: "warn",
    ComplaintState.TAKEN: "calm",
    ComplaintState.ASKED: "calm",
    ComplaintState.JUSTIFIED: "special",
    ComplaintState.UNJUSTIFIED: "mute",
    ComplaintState.WITHDRAWN: "mute",
}
IN_HAND: Final = (ComplaintState.TAKEN, ComplaintState.ASKED)


class QuestionForm(forms.Form):
    """What the looker's unit is asked."""

    text = forms.CharField(
        label=_("Câu hỏi cho cơ quan"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Không ghi dữ liệu của công dân: cơ quan tra theo số lượt xem."),
    )


class ExplanationForm(forms.Form):
    """What the unit said."""

    text = forms.CharField(
        label=_("Cơ quan giải trình"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Số, ngày của văn bản; ai xem, vì việc gì, chứng cứ."),
    )


class DecisionForm(forms.Form):
    """Whether the complaint is right, and what the citizen is answered."""

    is_justified = forms.ChoiceField(
        label=_("Kết luận"),
        choices=[
            ("yes", _("Khiếu nại đúng: lượt xem sai quy định")),
            ("no", _("Lượt xem đúng quy định")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Trả lời người dân"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Người dân đọc nguyên văn. Không nêu tên cán bộ; nêu căn cứ và việc xử lý."),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One complaint as a page shows it."""

    complaint: ComplaintData
    who: str
    unit: str
    deed: str
    reason: str
    state: str
    tone: str
    is_late: bool


def _row(found: ComplaintData) -> Row:
    looker = Actor(kind=_kind(found), id=found.looker, unit=found.unit)
    return Row(
        found,
        gettext("người dân") if looker.kind == "citizen" else words.actor_words(looker),
        unit_name(found.unit),
        deed_words(found.action),
        gettext(COMPLAINT_REASONS[found.reason]),
        gettext(COMPLAINT_STATES[found.state]),
        TONES[found.state],
        found.is_late(clock.today()),
    )


def _kind(found: ComplaintData) -> Any:
    return found.looker_kind


@requires(Role.AUDITOR)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Open ones by their day; answered ones when asked for."""
    state = request.GET.get("state", "open")
    rows = [_row(one) for one in protection.list_complaints(is_open=state != "closed")]
    context = {
        "rows": rows,
        "standing": protection.complaints_standing(),
        "states": [("open", gettext("chưa kết luận")), ("closed", gettext("đã kết luận"))],
        "state": state,
    }
    return render(request, "auditor/complaints.html", context)


@requires(Role.AUDITOR)
@require_safe
def one(request: HttpRequest, key: UUID) -> HttpResponse:
    """What was complained about, what was done, what can be done now. Journaled: it is a look at
    what a person wrote."""
    found = protection.get_complaint(key)
    entry = Entry(
        actor=actor_of(request),
        action="rights.complaint_opened",
        outcome="shown",
        subject=found.person,
        fields=("full_name",),
        service="rights",
        detail={"complaint": str(key)},
    )
    with audit.carried_out(entry):
        complainant = words.person_words(found.person)
    steps = [
        (gettext(STEP_NAMES.get(step.what, step.what)), _by(step.by, found), step)
        for step in found.steps
    ]
    me = officer_of(request).account
    context = {
        "row": _row(found),
        "steps": steps,
        "complainant": complainant,
        "is_own": found.looker == str(me.id) or found.person == me.person,
        "may_take": found.state is ComplaintState.WAITING,
        "may_decide": found.state in IN_HAND,
    }
    return render(request, "auditor/complaint.html", context)


@requires(Role.AUDITOR)
@require_POST
def take(request: HttpRequest, key: UUID) -> HttpResponse:
    """Begin."""
    protection.take_complaint(key, actor=actor_of(request))
    messages.success(request, gettext("Bạn đã nhận khiếu nại này."))
    return redirect("auditor:complaint", key=key)


@requires(Role.AUDITOR)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask the looker's unit to explain."""
    form = QuestionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            was_sent = protection.ask_unit(key, form.cleaned_data["text"], actor=actor_of(request))
        except InvalidValue as error:
            form.add_error("text", " ".join(words_of(error)))
        else:
            messages.success(
                request,
                gettext("Đã gửi thư cho cơ quan.")
                if was_sent
                else gettext("Đã ghi câu hỏi. Hệ thống chưa có địa chỉ thư: hỏi bằng văn bản."),
            )
            return redirect("auditor:complaint", key=key)
    title, button = gettext("Hỏi cơ quan của người xem"), gettext("Gửi câu hỏi")
    return _step(request, key, form, title, button)


@requires(Role.AUDITOR)
@require_http_methods(["GET", "POST"])
def explain(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down what the unit said."""
    form = ExplanationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        protection.note_explanation(key, form.cleaned_data["text"], actor=actor_of(request))
        messages.success(request, gettext("Đã ghi giải trình."))
        return redirect("auditor:complaint", key=key)
    title, button = gettext("Ghi giải trình của cơ quan"), gettext("Ghi")
    return _step(request, key, form, title, button)


@requires(Role.AUDITOR)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """Decide, with the answer that the citizen reads."""
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        protection.decide_complaint(
            key,
            is_justified=given["is_justified"] == "yes",
            answer=given["text"],
            actor=actor_of(request),
        )
        messages.success(request, gettext("Đã kết luận và báo cho người dân."))
        return redirect("auditor:complaint", key=key)
    title, button = gettext("Kết luận khiếu nại"), gettext("Kết luận và trả lời")
    return _step(request, key, form, title, button)


def _step(
    request: HttpRequest, key: UUID, form: forms.Form, title: str, button: str
) -> HttpResponse:
    context = {"key": key, "form": form, "title": title, "button": button}
    return render(request, "auditor/complaint-step.html", context)


def _by(account: str, found: ComplaintData) -> str:
    return gettext("người dân") if account == str(found.account) else words.looker_words(account)
