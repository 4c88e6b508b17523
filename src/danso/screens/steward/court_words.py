"""Words of the pages about courts: states, roles of decisions, refusals, and the forms."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from danso.kernel.errors import DansoError
from danso.modules.exchange.data import CourtCase
from danso.screens.steward import words
from danso.toolkit.platform import province

Words = str | Promise
SOUGHT: Final[dict[str, tuple[Words, str]]] = {
    "open": (_("Chờ trả lời"), "warn"),
    "found": (_("Đã xác định"), "good"),
    "nobody": (_("Không có người này"), "mute"),
    "unclear": (_("Chưa rõ là ai"), "mute"),
}
DECIDED: Final[dict[str, tuple[Words, str]]] = {
    "proposed": (_("Chờ trả lời"), "warn"),
    "sent_up": (_("Chờ cơ sở dữ liệu quốc gia"), "calm"),
    "accepted": (_("Đã chấp nhận"), "good"),
    "rejected": (_("Không chấp nhận"), "mute"),
}
# Said to the first of two officers.
FIRST: Final[Words] = _("Đã chấp nhận; chờ cán bộ thứ hai xác nhận")
WAITS: Final[tuple[Words, str]] = (_("Chờ cán bộ thứ hai"), "warn")
REFUSALS: Final[dict[str, Words]] = {
    "person_request_answered": _("Yêu cầu này đã được trả lời; không phải làm gì nữa."),
    "person_request_answer": _("Chọn một người, hoặc chọn cách trả lời khác."),
    "person_request_why": _("Ghi vì sao câu trả lời trước sai."),
    "person_request_unknown": _("Không có ai trong địa bàn có số này. Kiểm tra lại từng chữ số."),
    "person_request_number": _("Nhập số định danh của người đó."),
    "person_request_person": _(
        "Không trả lời bằng người này được: phải là người trong địa bàn và có số định danh."
    ),
    "court_decision_closed": _("Quyết định này đã được trả lời. Đọc câu trả lời ở trên."),
    "court_decision_not_yours": _("Quyết định này do cấp công an khác trả lời."),
    "court_decision_reason": _("Ghi rõ vì sao không chấp nhận, để tòa án biết cần làm gì."),
    "court_decision_second": _(
        "Bạn đã chấp nhận; một cán bộ khác trong địa bàn, hoặc công an tỉnh, xem và xác nhận."
    ),
    "decision_kind_gone": _(
        "Loại quyết định này không còn trong danh mục của tỉnh. Báo người vận hành."
    ),
}


class SoughtForm(forms.Form):
    """Somebody found otherwise, and what stays here about how it was found."""

    number = forms.CharField(
        label=_("Số định danh của người khác trong địa bàn"),
        help_text=_("Khi tìm được người này bằng cách khác."),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric"}),
    )
    note = forms.CharField(
        label=_("Ghi chú của công an"),
        help_text=_("Đã xác minh thế nào. Tòa án không đọc được ghi chú này."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DecisionForm(forms.Form):
    """The words that go back to the court."""

    answer = forms.CharField(
        label=_("Trả lời tòa án"),
        help_text=_("Khi không chấp nhận, ghi vì sao và tòa án cần làm gì."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class SureForm(DecisionForm):
    """The words again, and that somebody who ends up dead or missing was looked at twice."""

    sure = forms.BooleanField(
        label=_("Tôi đã đối chiếu: đúng người này, đúng số và ngày của bản án, quyết định"),
        error_messages={"required": _("Đánh dấu khi đã đối chiếu xong, hoặc quay lại.")},
    )

    def __init__(self, *given: Any, asks: bool, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["answer"].widget = forms.HiddenInput()
        if not asks:
            del self.fields["sure"]


def court_name(case: CourtCase) -> str:
    """The court as it names itself."""
    agency = province().agencies.get(case.court)
    name = case.court
    if agency is not None:
        name = agency.en if words.language() == "en" else agency.vi
    if not case.division:
        return name
    return case.division if name in case.division else f"{name} ({case.division})"


def kind_name(code: str) -> str:
    """A kind of decision in the reader's language."""
    kind = province().courts.decision(code)
    if kind is None:
        return code
    return kind.en if words.language() == "en" else kind.vi


def refusal_text(error: DansoError) -> str:
    """Why not and what to do, for a form."""
    found = REFUSALS.get(error.code)
    return str(found) if found is not None else words.refusal_text(error)
