"""What each step asks of the officer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from danso.catalogue.shapes.procedures import Procedure
from danso.kernel import clock
from danso.kernel.text import sort_key
from danso.modules.cases.data import CaseData, EffectState
from danso.modules.documents.data import LARGEST
from danso.screens.desk import words
from danso.screens.desk.answer_fields import PLAIN, answer_field
from danso.toolkit.html.date_parts import PartialDateField
from danso.toolkit.platform import province

NARROW: Final = {"class": "govuk-input--width-10", "autocomplete": "off"}
# The end of an office day, where only the day is promised.
CLOSES: Final = 17


class StepForm(forms.Form):
    """Carries the version that was shown, so that two officers can't both act on it."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, files: Any = None, *, case: CaseData) -> None:
        super().__init__(data, files, initial={"version": case.version}, auto_id=self.own_ids())
        self.case = case
        self.prepare(case)

    @classmethod
    def own_ids(cls) -> str:
        """Several forms stand on one page."""
        return f"{cls.__name__.removesuffix('Form').lower()}-%s"

    def prepare(self, case: CaseData) -> None:
        """Fill choices from the file."""


class WhyForm(StepForm):
    """A reason that the applicant reads."""

    why = forms.CharField(
        label=_("Lý do"),
        help_text=_("Người nộp đọc được. Nêu căn cứ và việc họ cần làm."),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
    )


class RefuseReceiptForm(WhyForm):
    """Not taking it in."""


class RefuseForm(WhyForm):
    """Deciding against it."""


class StopForm(WhyForm):
    """Ending it without a decision."""


class ReceiveForm(StepForm):
    """Which papers were looked at."""

    papers = forms.MultipleChoiceField(
        label=_("Giấy tờ đã xem"),
        help_text=_("Chỉ đánh dấu giấy đã đối chiếu."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def prepare(self, case: CaseData) -> None:
        kept = [(str(one.key), words.paper_name(one.kind)) for one in case.papers]
        field = self.fields["papers"]
        if not kept:
            del self.fields["papers"]
        elif isinstance(field, forms.MultipleChoiceField):
            field.choices = kept
            field.none_is_an_answer = True  # type: ignore[attr-defined]


class AskSupplementForm(StepForm):
    """What is missing, and until when."""

    words = forms.CharField(
        label=_("Cần bổ sung gì"),
        help_text=_("Chỉ yêu cầu được một lần: ghi đủ mọi thứ còn thiếu."),
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
    )
    until = PartialDateField(
        label=_("Hạn bổ sung"),
        help_text=_("Để trống: 30 ngày."),
        required=False,
        whole=True,
    )


class ApologiseForm(WhyForm):
    """Why it is late, and the new day."""

    again = PartialDateField(
        label=_("Ngày hẹn lại"), help_text=_("Chỉ hẹn lại được một lần."), whole=True
    )

    @property
    def again_at(self) -> datetime:
        """The end of that office day."""
        day = self.cleaned_data["again"].first_day
        return datetime(day.year, day.month, day.day, CLOSES, tzinfo=clock.VIETNAM)


class ApproveForm(StepForm):
    """Approving, perhaps with a remark."""

    reason = forms.CharField(
        label=_("Ghi chú"), required=False, max_length=2000, widget=forms.Textarea({"rows": 2})
    )


class AssignForm(StepForm):
    """To whom; empty is oneself."""

    officer = forms.CharField(
        label=_("Tên đăng nhập của người nhận"),
        help_text=_("Để trống: giao cho tôi."),
        max_length=60,
        required=False,
        widget=forms.TextInput({**PLAIN, "class": "govuk-input--width-20"}),
    )


class TransferForm(WhyForm):
    """Where to."""

    unit = forms.ChoiceField(label=_("Chuyển đến"))
    field_order = ("version", "unit", "why")

    def prepare(self, case: CaseData) -> None:
        self.fields["why"].help_text = _("Vì sao nơi kia giải quyết.")
        field = self.fields["unit"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", ""), *units_for(case.definition, besides=case.listed.unit)]


class PayForm(StepForm):
    """Money taken at the desk, with the receipt that was written."""

    reference = forms.CharField(
        label=_("Số biên lai"),
        help_text=_("Ký hiệu và số của biên lai giấy đã viết cho người nộp."),
        max_length=80,
        widget=forms.TextInput({**PLAIN, "class": "govuk-input--width-20"}),
    )


class IssueForm(StepForm):
    """The result as a file, signed or stamped outside."""

    result = forms.FileField(
        label=_("Tệp kết quả (PDF)"),
        help_text=_(
            "Bản đã ký ở ngoài, hoặc bản quét của giấy đã đóng dấu. Chữ ký số chưa kiểm tra được ở "
            "đây, nên kết quả được ghi là bản chưa ký số và không dùng lại làm giấy tờ chứng minh."
        ),
        allow_empty_file=True,
    )
    symbol = forms.CharField(
        label=_("Số, ký hiệu"), max_length=60, required=False, widget=forms.TextInput(NARROW)
    )

    def clean_result(self) -> Any:
        return check_size(self.cleaned_data["result"])


class SettleForm(StepForm):
    """An effect that was settled another way."""

    kind = forms.ChoiceField(label=_("Việc còn mở"))
    words = forms.CharField(
        label=_("Đã giải quyết thế nào"), max_length=2000, widget=forms.Textarea({"rows": 3})
    )

    def prepare(self, case: CaseData) -> None:
        field = self.fields["kind"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (one.kind, words.effect(one)[0])
                for one in case.effects
                if one.state is not EffectState.DONE
            ]


class TakeSupplementForm(StepForm):
    """What was brought: papers shown or scanned, by requirement, and answers mended."""

    def prepare(self, case: CaseData) -> None:
        for requirement in case.definition.requirements:
            kinds = [one.paper for one in requirement.evidence if one.paper]
            if not kinds:
                continue
            name = words.said(requirement)
            self.fields[f"shown-{requirement.code}"] = forms.ChoiceField(
                label=name,
                choices=[("", _("Không mang thêm")), *((k, words.paper_name(k)) for k in kinds)],
                required=False,
            )
            self.fields[f"scan-{requirement.code}"] = forms.FileField(
                label=_("Bản quét: %(name)s") % {"name": name},
                required=False,
                allow_empty_file=True,
            )
        for field in case.definition.asked:
            kept = case.answers.get(field.code, "")
            self.fields[f"answer-{field.code}"] = answer_field(field, kept)

    def clean(self) -> dict[str, Any]:
        """A scan says of what it is, and is no larger than the store takes."""
        given = super().clean() or {}
        scans = [name for name in given if name.startswith("scan-") and given[name]]
        for name in scans:
            if not given.get(f"shown-{name.removeprefix('scan-')}"):
                self.add_error(name, gettext("Chọn giấy tờ này là gì."))
                continue
            try:
                check_size(given[name])
            except forms.ValidationError as error:
                self.add_error(name, error)
        return given

    @property
    def changed_answers(self) -> dict[str, str]:
        """Only what came along and differs from what was shown."""
        return {
            name.removeprefix("answer-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("answer-") and name in self.data
            if value != self.fields[name].initial
        }


FORMS: Final[dict[str, type[StepForm]]] = {
    "receive": ReceiveForm,
    "refuse-receipt": RefuseReceiptForm,
    "begin": StepForm,
    "ask-supplement": AskSupplementForm,
    "take-supplement": TakeSupplementForm,
    "assign": AssignForm,
    "transfer": TransferForm,
    "ask-payment": StepForm,
    "pay": PayForm,
    "stop": StopForm,
    "apologise": ApologiseForm,
    "approve": ApproveForm,
    "refuse": RefuseForm,
    "issue": IssueForm,
    "return": StepForm,
    "settle": SettleForm,
}
TITLES: Final[dict[str, Any]] = {
    "receive": pgettext_lazy("bước", "Tiếp nhận"),
    "refuse-receipt": pgettext_lazy("bước", "Từ chối tiếp nhận"),
    "begin": pgettext_lazy("bước", "Bắt đầu xử lý"),
    "ask-supplement": pgettext_lazy("bước", "Yêu cầu bổ sung"),
    "take-supplement": pgettext_lazy("bước", "Nhận bổ sung"),
    "assign": pgettext_lazy("bước", "Phân công"),
    "transfer": pgettext_lazy("bước", "Chuyển nơi khác"),
    "ask-payment": pgettext_lazy("bước", "Yêu cầu nộp phí"),
    "pay": pgettext_lazy("bước", "Thu phí tiền mặt"),
    "stop": pgettext_lazy("bước", "Dừng xử lý"),
    "apologise": pgettext_lazy("bước", "Xin lỗi và hẹn lại"),
    "approve": pgettext_lazy("bước", "Đồng ý giải quyết"),
    "refuse": pgettext_lazy("bước", "Từ chối giải quyết"),
    "issue": pgettext_lazy("bước", "Phát hành kết quả"),
    "return": pgettext_lazy("bước", "Trả kết quả"),
    "settle": pgettext_lazy("bước", "Ghi việc đã giải quyết cách khác"),
}
WARNINGS: Final = frozenset({"refuse-receipt", "refuse", "stop"})


def units_for(procedure: Procedure, *, besides: str = "") -> list[tuple[str, str]]:
    """Where files of a procedure can be handled."""
    if procedure.level == "province":
        found = [(code, words.said(one)) for code, one in province().agencies.items()]
    else:
        found = [(one.code, one.name) for one in province().units.communes]
    return sorted(
        ((code, name) for code, name in found if code != besides), key=lambda one: sort_key(one[1])
    )


def check_size(file: Any) -> Any:
    """Larger than the store takes: refused before it is read."""
    if file is not None and file.size > LARGEST:
        raise forms.ValidationError(_("Tệp lớn hơn 20 MB."), code="too_large")
    return file
