"""A complaint about one look at my data, from the look to the answer."""

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

from danso.kernel import clock
from danso.kernel.errors import Conflict, Refused
from danso.modules.audit import interface as audit
from danso.modules.audit.data import NotSealedYet
from danso.modules.exchange import interface as exchange
from danso.modules.protection import interface as protection
from danso.modules.protection.data import (
    COMPLAINT_REASONS,
    COMPLAINT_STATES,
    ComplaintData,
    ComplaintReason,
    ComplaintState,
    NewComplaint,
)
from danso.screens.citizen.holder import Holder, of_holder
from danso.screens.citizen.requests import said, steps
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province

TONES: Final = {
    ComplaintState.WAITING: "warn",
    ComplaintState.TAKEN: "calm",
    ComplaintState.ASKED: "calm",
    ComplaintState.JUSTIFIED: "special",
    ComplaintState.UNJUSTIFIED: "mute",
    ComplaintState.WITHDRAWN: "mute",
}


class ComplaintForm(forms.Form):
    """What is wrong with the look."""

    reason = forms.ChoiceField(
        label=_("Vì sao bạn khiếu nại lượt xem này?"), widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Kể thêm"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Điều giúp kiểm tra viên tìm ra: bạn ở đâu lúc đó, quen ai ở cơ quan này."),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [(one.value, gettext(words)) for one, words in COMPLAINT_REASONS.items()]


@dataclass(frozen=True, slots=True)
class Line:
    """One complaint as pages show it."""

    complaint: ComplaintData
    who: str
    reason: str
    state: str
    tone: str
    is_late: bool


@of_holder()
@require_safe
def listed(request: HttpRequest, holder: Holder) -> HttpResponse:
    """What I complained about."""
    rows = [_line(one) for one in protection.complaints_of(holder.account)]
    return render(request, "citizen/complaints.html", {"rows": rows})


@of_holder()
@require_http_methods(["GET", "POST"])
def file(request: HttpRequest, holder: Holder, reference: str) -> HttpResponse:
    """Complain about one look that I was shown."""
    look = audit.get_look(holder.person, reference, also=holder.keys)
    form = ComplaintForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        new = NewComplaint(reference, ComplaintReason(given["reason"]), given["text"])
        try:
            key = protection.file_complaint(holder.account, new, actor=holder.actor)
        except NotSealedYet:
            form.add_error(None, gettext("Lượt này vừa mới ghi: thử lại sau một phút."))
        except (Conflict, Refused) as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã gửi khiếu nại. Hạn trả lời ghi ở dưới."))
            return redirect("citizen:complaint", key=key)
    purpose = province().purposes.get(look.purpose)
    context = {
        "form": form,
        "look": look,
        "who": _who(look.actor.kind, look.actor.id, look.actor.unit),
        "purpose": said(purpose) if purpose else look.purpose,
    }
    return render(request, "citizen/complain.html", context)


@of_holder()
@require_safe
def one(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """One complaint: its day, its steps, its answer."""
    found = protection.get_complaint(key, account=holder.account)
    context = {"row": _line(found), "steps": steps(found.steps)}
    return render(request, "citizen/complaint.html", context)


@of_holder()
@require_POST
def withdraw(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """Take it back."""
    protection.withdraw_complaint(key, account=holder.account, actor=holder.actor)
    messages.success(request, gettext("Đã rút lại khiếu nại."))
    return redirect("citizen:complaint", key=key)


def _who(kind: str, actor: str, unit: str) -> str:
    """Which body looked; of a partner its name."""
    if kind == "partner":
        is_english = (get_language() or "").startswith("en")
        return exchange.partner_name(actor, is_english=is_english) or actor
    return unit_name(unit) if unit else gettext("Hệ thống")


def _line(found: ComplaintData) -> Line:
    return Line(
        found,
        _who(found.looker_kind, found.looker, found.unit),
        gettext(COMPLAINT_REASONS[found.reason]),
        gettext(COMPLAINT_STATES[found.state]),
        TONES[found.state],
        found.is_late(clock.today()),
    )
