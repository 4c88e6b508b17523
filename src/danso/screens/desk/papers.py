"""A paper of a file: opened from the store, and looked at by an officer."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from danso.kernel.errors import DansoError, NotFound
from danso.modules.cases import interface as cases
from danso.modules.cases.data import CaseData
from danso.modules.documents import interface as documents
from danso.modules.documents.data import MEDIA_TYPES, Index, Reach
from danso.modules.documents.data import PaperData as Kept
from danso.screens.desk import words
from danso.screens.desk.case import kept_of
from danso.screens.desk.desk import Desk, at_desk, grounds_of
from danso.toolkit.html.date_parts import PartialDateField


class CheckForm(forms.Form):
    """What is written on the paper, and whether it is what it says."""

    symbol = forms.CharField(label=_("Số, ký hiệu"), max_length=60, required=False)
    issued_on = PartialDateField(label=_("Ngày cấp"), required=False, whole=True)
    issuer = forms.CharField(label=_("Nơi cấp"), max_length=120, required=False)
    why = forms.CharField(
        label=_("Vì sao không dùng được"),
        help_text=_("Chỉ ghi khi không nhận giấy này; người nộp đọc được."),
        max_length=200,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )


@at_desk()
@require_safe
def open_paper(request: HttpRequest, desk: Desk, key: UUID, paper: UUID) -> HttpResponse:
    """The stored file as it was taken in; the look is journaled."""
    case, kept = _found(desk, key, paper)
    content = documents.open_paper(
        kept.key, reach=Reach(person=case.applicant), actor=desk.actor, grounds=grounds_of(case)
    )
    answer = HttpResponse(content, content_type=MEDIA_TYPES[kept.form])
    answer["Content-Disposition"] = f'inline; filename="{kept.kind}.{kept.form}"'
    return answer


@at_desk()
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, desk: Desk, key: UUID, paper: UUID) -> HttpResponse:
    """An officer has looked: it is what it says, with what stands on it, or it can't be used."""
    case, kept = _found(desk, key, paper)
    form = CheckForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            _judge(desk, case, kept, form, accepts=request.POST.get("decision") == "accept")
        except DansoError as error:
            form.add_error(None, words.refusal(error))
        else:
            messages.success(request, gettext("Đã ghi kết quả kiểm tra giấy tờ."))
            return HttpResponseRedirect(reverse("desk:case", kwargs={"key": key}))
    context = {
        "case": case,
        "kept": kept,
        "paper": paper,
        "form": form,
        "name": words.paper_name(kept.kind),
    }
    return render(request, "desk/check.html", context)


def _judge(desk: Desk, case: CaseData, kept: Kept, form: CheckForm, *, accepts: bool) -> None:
    given, reach, grounds = form.cleaned_data, Reach(person=case.applicant), grounds_of(case)
    if not accepts:
        documents.reject_paper(
            kept.key, given["why"], reach=reach, actor=desk.actor, grounds=grounds
        )
        return
    issued = given["issued_on"]
    index = Index(
        symbol=given["symbol"],
        issued_on=issued.first_day if issued else None,
        issuer=given["issuer"],
    )
    documents.check_paper(kept.key, index, reach=reach, actor=desk.actor, grounds=grounds)


def _found(desk: Desk, key: UUID, paper: UUID) -> tuple[CaseData, Kept]:
    """A paper of this very file; another's looks like none."""
    case = cases.open_case(key, reach=desk.reach, actor=desk.actor)
    kept = next((kept_of(case, one) for one in case.papers if one.key == paper), None)
    if kept is None:
        raise NotFound(
            "There is no such paper in this file.",
            code="paper_unknown",
            fix="Open it from the file; one that was only shown has no copy here.",
        )
    return case, kept
