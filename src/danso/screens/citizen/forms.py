"""What a citizen fills in: one thing per form."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel.dates import PartialDate
from danso.kernel.text import sort_key
from danso.modules.population.data import PersonRecord
from danso.screens.citizen import words
from danso.toolkit.html.date_parts import PartialDateField
from danso.toolkit.platform import province

WIDE: Final = {"autocomplete": "off", "spellcheck": "false"}


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, an empty form too; None on a first visit."""
    return request.POST if request.method == "POST" else None


class ReportForm(forms.Form):
    """What a field should say, in the control that suits it, and what shows it. `claimed` is the
    value as `sources` reads it."""

    evidence = forms.CharField(
        label=_("Giấy tờ nào cho thấy điều đúng?"),
        help_text=_(
            "Ví dụ: giấy khai sinh số 12, quyển 1/1985, UBND xã cấp. Chưa có thì nói vì sao."
        ),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, data: QueryDict | None, *, field: str, person: PersonRecord) -> None:
        super().__init__(data, initial=_as_now(person, field))
        self.code = field
        for name, control in _controls(field).items():
            self.fields[name] = control
        self.order_fields(["value", "hamlet", "address", "evidence"])

    @property
    def claimed(self) -> str:
        """Empty for nothing."""
        value = self.cleaned_data.get("value")
        if not value:
            return ""
        if isinstance(value, PartialDate):
            return value.iso
        if self.code == "permanent_place":
            rest = (self.cleaned_data.get("hamlet", ""), self.cleaned_data.get("address", ""))
            return "|".join((value, *(part.replace("|", "/") for part in rest)))
        return str(value)


class CounterForm(forms.Form):
    """Who stands at the counter, and in whose name."""

    number = forms.CharField(
        label=_("Mã QR trên thẻ, hoặc số định danh"),
        help_text=_(
            "Thẻ của người có dữ liệu. Đặt con trỏ ở đây rồi quét. Không quét được, hoặc người đó "
            "không có mặt: nhập 12 chữ số và hai ô dưới."
        ),
        max_length=600,
        widget=forms.TextInput({**WIDE, "autofocus": True}),
    )
    full_name = forms.CharField(
        label=_("Họ, chữ đệm và tên"),
        help_text=_("Bỏ trống khi đã quét mã."),
        max_length=200,
        required=False,
        widget=forms.TextInput(WIDE),
    )
    birth = PartialDateField(
        label=_("Ngày sinh"), help_text=_("Bỏ trống khi đã quét mã."), required=False
    )
    asks = forms.ChoiceField(
        label=_("Ai đang có mặt?"),
        choices=[
            ("holder", _("Chính người đó")),
            ("parent", _("Cha, mẹ hoặc người giám hộ")),
            ("proxy", _("Người được ủy quyền")),
        ],
        widget=forms.RadioSelect,
    )
    mandate = forms.CharField(
        label=_("Văn bản ủy quyền hoặc giấy tờ chứng minh quan hệ"),
        help_text=_("Số, ngày, nơi chứng thực. Không ghi họ tên, số định danh. Người dân sẽ thấy."),
        required=False,
        max_length=60,
        widget=forms.TextInput(WIDE),
    )
    seen = forms.BooleanField(label=_("Đã xem thẻ căn cước của người có mặt"))

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for name in ("full_name", "birth"):
            # Needed or not by what the first box holds, which its hint says.
            self.fields[name].none_is_an_answer = True  # type: ignore[attr-defined]

    def clean_mandate(self) -> str:
        """A long run of digits is somebody's number, not a paper's."""
        text = str(self.cleaned_data["mandate"]).strip()
        if any(run.isdigit() and len(run) in (9, 12) for run in text.replace("/", " ").split()):
            raise forms.ValidationError(_("Đây giống số của một người. Ghi số của văn bản."))
        return text

    def clean(self) -> dict[str, Any]:
        """Nobody else's data without a paper that says why."""
        given = super().clean() or {}
        is_for_other = given.get("asks") in ("parent", "proxy")
        if is_for_other and not given.get("mandate") and "mandate" not in self.errors:
            self.add_error("mandate", gettext("Ghi văn bản nào cho phép nhận thay."))
        is_typed = "|" not in given.get("number", "")
        for name in ("full_name", "birth"):
            if is_typed and not given.get(name) and name not in self.errors:
                self.add_error(name, gettext("Không quét thẻ thì phải nhập ô này."))
        return given


def _controls(field: str) -> dict[str, forms.Field]:
    label = _("Điều đúng là gì?")
    if field == "birth":
        hint = _("Chỉ biết năm thì để trống ngày và tháng.")
        return {"value": PartialDateField(label=label, help_text=hint)}
    if field == "permanent_place":
        return _place_controls()
    known = province().fields.get(field)
    if known is not None and known.code_list:
        return {"value": _listed(field, known.code_list)}
    return {"value": forms.CharField(label=label, max_length=200, widget=forms.TextInput(WIDE))}


def _listed(field: str, code_list: str) -> forms.ChoiceField:
    listed = province().code_list(code_list)
    choices = [(row.code, listed.label(row.code, words.language())) for row in listed.rows]
    if field == "sex":
        known = [pair for pair in choices if pair[0] != "0"]
        return forms.ChoiceField(
            label=_("Điều đúng là gì?"), choices=known, widget=forms.RadioSelect
        )
    return forms.ChoiceField(label=_("Điều đúng là gì?"), choices=[("", str(_("Chọn"))), *choices])


def _place_controls() -> dict[str, forms.Field]:
    units = sorted(province().units.communes, key=lambda unit: sort_key(unit.name))
    communes = [("", str(_("Chọn xã, phường"))), *((unit.code, unit.name) for unit in units)]
    return {
        "value": forms.ChoiceField(label=_("Xã, phường đúng"), choices=communes),
        "hamlet": forms.CharField(
            label=_("Thôn, tổ dân phố"),
            required=False,
            max_length=100,
            widget=forms.TextInput({**WIDE, "class": "govuk-input--width-20"}),
        ),
        "address": forms.CharField(
            label=_("Địa chỉ"), required=False, max_length=200, widget=forms.TextInput(WIDE)
        ),
    }


def _as_now(person: PersonRecord, field: str) -> dict[str, Any]:
    """Where somebody is recorded, so that little is typed."""
    if field != "permanent_place":
        return {}
    return {"value": person.commune, "hamlet": person.hamlet, "address": person.address}
