"""Withholding: proposed by one officer, signed by another; renewed or ended by decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict
from danso.modules.audit import interface as audit
from danso.modules.audit.data import BodyKind, Decision, Entry, WithholdingCase
from danso.modules.identity.data import Role
from danso.modules.identity.interface import actor_of, officer_of
from danso.modules.population import interface as population
from danso.modules.population.data import Scope
from danso.screens.auditor import words
from danso.toolkit.html.date_parts import PartialDateField
from danso.toolkit.html.formats import NOTHING, day, moment
from danso.toolkit.html.units import unit_name
from danso.toolkit.permission import requires
from danso.toolkit.platform import province

PERSON_SHOWN = ("number", "full_name")


class TermForm(forms.Form):
    """A further decision about the same withholding."""

    number = forms.CharField(label=_("Số quyết định"), max_length=120)
    last_day = PartialDateField(label=_("Đến hết ngày"), whole=True)

    def clean_last_day(self) -> PartialDate:
        """A day to come, as the decision names it."""
        last: PartialDate = self.cleaned_data["last_day"]
        if last < PartialDate.of(clock.today()):
            raise ValidationError(gettext("Ngày này đã qua."), code="over")
        return last

    @property
    def until(self) -> datetime:
        """The midnight after the last day."""
        last: PartialDate = self.cleaned_data["last_day"]
        begins = datetime(last.year, last.month or 1, last.day or 1, tzinfo=clock.VIETNAM)
        return datetime.combine(begins.date() + timedelta(days=1), time(), clock.VIETNAM)


class DecisionForm(TermForm):
    """A body's decision about one person."""

    field_order = ("body", "unit", "number", "file", "person", "last_day")
    body = forms.ChoiceField(
        label=_("Cơ quan ra quyết định"),
        choices=list(words.BODIES.items()),
        widget=forms.RadioSelect,
        help_text=_("Không cơ quan nào khác được tạm ẩn; vụ việc dân sự không bao giờ."),
    )
    unit = forms.ChoiceField(
        label=_("Cơ quan có lượt xem được ẩn"),
        help_text=_("Chỉ lượt xem của cơ quan này, sau khi ký, mới được ẩn."),
        error_messages={
            "invalid_choice": _(
                "Không có cơ quan này. Chọn trong danh sách; nếu thiếu, nhờ người vận hành bổ sung."
            )
        },
    )
    file = forms.CharField(
        label=_("Mã hồ sơ"),
        required=False,
        max_length=120,
        help_text=_("Để trống: mọi hồ sơ của cơ quan đó."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )
    person = forms.CharField(
        label=_("Số định danh của người liên quan"),
        max_length=12,
        widget=forms.TextInput(
            attrs={
                "class": "govuk-input--width-20",
                "inputmode": "numeric",
                "autocomplete": "off",
            }
        ),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        unit = self.fields["unit"]
        assert isinstance(unit, forms.ChoiceField)  # noqa: S101 - declared above
        unit.choices = [("", _("– chọn cơ quan –")), *words.withholding_units()]

    def clean(self) -> dict[str, Any]:
        """The agency is one of the kind that decided."""
        given = super().clean() or {}
        agency = province().agencies.get(given.get("unit", ""))
        if agency is not None and "body" in given and agency.withholds != given["body"]:
            wrong = gettext("Cơ quan này không phải %(kind)s. Chọn cơ quan cùng loại.")
            self.add_error("unit", wrong % {"kind": words.BODIES[BodyKind(given["body"])].lower()})
        return given


class EndForm(forms.Form):
    """The decision that ends it early."""

    number = forms.CharField(label=_("Số quyết định chấm dứt"), max_length=120)


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the list."""

    case: WithholdingCase
    body: str
    unit: str
    until: str
    state: str
    tone: str


def _row(case: WithholdingCase) -> Row:
    unit = unit_name(case.body_unit)
    return Row(
        case, str(words.BODIES[case.body_kind]), unit, until_words(case.until), *_state(case)
    )


def until_words(until: datetime | None) -> str:
    """The last day on which it holds, or the instant at which it was ended early."""
    if until is None:
        return NOTHING
    local = clock.local(until)
    if local.time() == time():
        return gettext("hết ngày %(day)s") % {"day": day(local.date() - timedelta(days=1))}
    return moment(until)


def _state(case: WithholdingCase) -> tuple[str, str]:
    if case.until is None:
        return gettext("chờ người thứ hai ký"), "warn"
    if case.until <= clock.now():
        return gettext("đã hết hạn"), "mute"
    if case.waiting is not None:
        return gettext("đang tạm ẩn, có quyết định chờ ký"), "warn"
    return gettext("đang tạm ẩn"), "special"


@requires(Role.AUDITOR)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every decision: in force, waiting, over."""
    rows = [_row(case) for case in audit.withholding_cases()]
    return render(request, "auditor/withholding.html", {"rows": rows})


@requires(Role.AUDITOR, reauth=True)
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """One body's decision about one person; holds once another officer signs."""
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        found = population.find_by_number(given["person"].strip(), Scope(sees_protected=True))
        if found.people:
            decision = Decision(
                body_kind=given["body"],
                body_unit=given["unit"].strip(),
                subject=found.people[0].key,
                number=given["number"].strip(),
                until=form.until,
                file_code=given["file"].strip(),
            )
            case = audit.propose_withholding(decision, actor=actor_of(request))
            messages.success(request, gettext("Đã đề xuất. Cán bộ khác phải ký mới có hiệu lực."))
            return redirect("auditor:case", case=case)
        audit.record(
            Entry(actor=actor_of(request), action="journal.withholding_person", outcome="not_found")
        )
        form.add_error("person", gettext("Không có người nào mang số này. Kiểm tra lại chữ số."))
    return render(request, "auditor/propose.html", {"form": form})


@requires(Role.AUDITOR)
@require_safe
def one(request: HttpRequest, case: int) -> HttpResponse:
    """One decision with its terms; the person is named by key only."""
    found = audit.get_withholding_case(case)
    waiting = found.waiting
    context: dict[str, Any] = {
        "row": _row(found),
        "terms": [
            (
                term,
                words.looker_words(term.proposed_by),
                words.looker_words(term.signed_by),
                until_words(term.until),
            )
            for term in found.terms
        ],
        "may_sign": waiting is not None and waiting.proposed_by != str(_me(request)),
        "is_mine": waiting is not None and waiting.proposed_by == str(_me(request)),
        "is_in_force": found.until is not None and found.until > clock.now(),
    }
    return render(request, "auditor/case.html", context)


@requires(Role.AUDITOR, reauth=True)
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, case: int) -> HttpResponse:
    """The second officer's signature: who it is about is shown, and that it was is journaled,
    without the person, whose own list must not tell of it."""
    found = audit.get_withholding_case(case)
    if request.method == "POST":
        audit.sign_withholding(case, actor=actor_of(request))
        messages.success(request, gettext("Đã ký; quyết định có hiệu lực từ lúc này."))
        return redirect("auditor:case", case=case)
    if found.waiting is None:
        return redirect("auditor:case", case=case)
    audit.record(
        Entry(
            actor=actor_of(request),
            action="journal.withholding_person",
            outcome="shown",
            fields=PERSON_SHOWN,
            detail={"withholding": case},
        )
    )
    context = {
        "row": _row(found),
        "term": found.waiting,
        "until": until_words(found.waiting.until),
        "person": population.people_by_keys([found.subject]).get(found.subject),
        "proposed_by": words.looker_words(found.waiting.proposed_by),
    }
    return render(request, "auditor/sign.html", context)


@requires(Role.AUDITOR, reauth=True)
@require_http_methods(["GET", "POST"])
def renew(request: HttpRequest, case: int) -> HttpResponse:
    """A further decision with a later end."""
    found = _without_waiting(case)
    form = TermForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        audit.propose_term(
            case,
            decision_number=form.cleaned_data["number"],
            until=form.until,
            actor=actor_of(request),
        )
        messages.success(request, gettext("Đã đề xuất. Cán bộ khác phải ký mới có hiệu lực."))
        return redirect("auditor:case", case=case)
    title = gettext("Gia hạn tạm ẩn")
    return render(request, "auditor/term.html", {"form": form, "row": _row(found), "title": title})


@requires(Role.AUDITOR, reauth=True)
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, case: int) -> HttpResponse:
    """A further decision that ends it now, once signed."""
    found = _without_waiting(case)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        audit.propose_term(
            case,
            decision_number=form.cleaned_data["number"],
            until=clock.now(),
            actor=actor_of(request),
            is_early_end=True,
        )
        messages.success(request, gettext("Đã đề xuất chấm dứt. Cán bộ khác phải ký."))
        return redirect("auditor:case", case=case)
    title = gettext("Chấm dứt tạm ẩn trước hạn")
    return render(request, "auditor/term.html", {"form": form, "row": _row(found), "title": title})


def _without_waiting(case: int) -> WithholdingCase:
    found = audit.get_withholding_case(case)
    if found.waiting is not None:
        raise Conflict(
            gettext("Còn một quyết định chờ ký."),
            code="term_waiting",
            fix=gettext("Ký quyết định đó trước, rồi mới đề xuất tiếp."),
        )
    return found


def _me(request: HttpRequest) -> object:
    return officer_of(request).account.id
