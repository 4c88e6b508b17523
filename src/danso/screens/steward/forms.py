"""Forms of the stewards' and police's screens; each field's control follows the field's kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.text import sort_key
from danso.modules.population.data import PersonRecord, Wanted
from danso.screens.steward import words
from danso.screens.steward.desk import purposes
from danso.toolkit.html.date_parts import PartialDateField
from danso.toolkit.html.formats import NOTHING
from danso.toolkit.platform import province

Choices = list[tuple[str, str]]
# Chosen, never the default: a slip must not move somebody out of the province.
OUTSIDE: Final = "outside"
# Cells of a quarantined row that a steward may mend before it is loaded.
MENDABLE: Final = (
    "full_name", "birth", "sex", "number", "old_number", "commune_recorded", "residence",
)  # fmt: skip
# Without these no row can be loaded; a row that is dismissed may lack them.
NEEDED: Final = ("full_name", "birth")
NARROW: Final = {"class": "govuk-input--width-10", "autocomplete": "off"}
MEDIUM: Final = {"class": "govuk-input--width-20", "autocomplete": "off"}
LONG: Final = {"autocomplete": "off", "spellcheck": "false"}


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, an empty form too; None on a first visit."""
    return request.POST if request.method == "POST" else None


def sent(request: HttpRequest) -> tuple[QueryDict | None, Any]:
    """What was posted with its files."""
    return posted(request), request.FILES if request.method == "POST" else None


def communes(codes: Iterable[str] | None = None, *, empty: str = "") -> Choices:
    """Communes in Vietnamese order; all of them for None."""
    units = province().units.communes
    wanted = None if codes is None else frozenset(codes)
    found = [(unit.code, unit.name) for unit in units if wanted is None or unit.code in wanted]
    ordered = sorted(found, key=lambda pair: sort_key(pair[1]))
    return [("", empty), *ordered] if empty else ordered


class PurposeForm(forms.Form):
    """Why, and for which file."""

    purpose = forms.ChoiceField(label=_("Mục đích"), widget=forms.RadioSelect)
    file_code = forms.CharField(
        label=_("Số hồ sơ, quyết định hoặc kế hoạch"),
        help_text=_(
            "Ví dụ số hồ sơ đang giải quyết, số kế hoạch làm sạch dữ liệu. "
            "Không ghi họ tên hay số định danh."
        ),
        max_length=60,
        widget=forms.TextInput(attrs=MEDIUM),
    )

    def __init__(self, *given: Any, roles: frozenset[str], **options: Any) -> None:
        super().__init__(*given, **options)
        own = self.fields["purpose"]
        if isinstance(own, forms.ChoiceField):
            own.choices = [(one.code, words.purpose_name(one.code)) for one in purposes(roles)]

    def clean_file_code(self) -> str:
        """A long run of digits is somebody's number, not a file's."""
        text = str(self.cleaned_data["file_code"]).strip()
        if any(run.isdigit() and len(run) in (9, 12) for run in text.replace("/", " ").split()):
            raise forms.ValidationError(
                _("Đây giống số của một người. Ghi số hồ sơ, quyết định hoặc kế hoạch.")
            )
        return text


class SearchForm(forms.Form):
    """A number, or a full name with a birth year or a commune."""

    number = forms.CharField(
        label=_("Số định danh hoặc số CMND"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={**NARROW, "inputmode": "numeric", "autofocus": "autofocus"}),
    )
    name = forms.CharField(
        label=_("Họ và tên đầy đủ"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs=LONG),
    )
    birth_year = forms.IntegerField(
        label=_("Năm sinh"),
        required=False,
        min_value=1850,
        error_messages={
            "invalid": _("Nhập năm đủ 4 chữ số, ví dụ 1965."),
            "min_value": _("Nhập năm đủ 4 chữ số, ví dụ 1965."),
            "max_value": _("Năm sinh không thể ở tương lai."),
        },
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-4", "inputmode": "numeric", "autocomplete": "off"}
        ),
    )
    commune = forms.ChoiceField(label=_("Xã, phường"), required=False)

    def __init__(self, *given: Any, reach: tuple[str, ...] | None, **options: Any) -> None:
        super().__init__(*given, **options)
        own = self.fields["commune"]
        if isinstance(own, forms.ChoiceField):
            own.choices = communes(reach, empty=str(_("Bất kỳ")))

    def clean_birth_year(self) -> int | None:
        """Nobody is born next year."""
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and year > clock.today().year:
            raise forms.ValidationError(_("Năm sinh không thể ở tương lai."))
        return year

    def clean(self) -> dict[str, Any]:
        """Too little to search by is said here, beside the fields."""
        given: dict[str, Any] = super().clean() or {}
        narrow = given.get("birth_year") or given.get("commune")
        if not self.errors and not given.get("number") and not (given.get("name") and narrow):
            raise forms.ValidationError(
                _("Nhập số định danh; hoặc họ và tên đầy đủ kèm năm sinh hoặc xã, phường.")
            )
        return given

    @property
    def wanted(self) -> Wanted:
        """The keys to search by; a number alone is enough."""
        given = self.cleaned_data
        if given["number"]:
            return Wanted(number=given["number"])
        return Wanted(name=given["name"], birth_year=given["birth_year"], commune=given["commune"])


class Reasoned(forms.Form):
    """Whatever changes a record says on which paper it rests."""

    evidence = forms.CharField(
        label=_("Căn cứ"),
        help_text=_("Giấy tờ hoặc việc xác minh làm căn cứ: loại, số, ngày."),
        max_length=300,
        widget=forms.TextInput(attrs=LONG),
    )


class ValueForm(forms.Form):
    """One field's right value, in the control that suits the field. `claimed` is the result."""

    def __init__(self, *given: Any, field: str, required: bool = True, **options: Any) -> None:
        super().__init__(*given, **options)
        self.code = field
        label = str(_("Giá trị đúng") if required else _("Giá trị khác, nếu cả hai đều sai"))
        for name, control in _controls(field, label, required).items():
            self.fields[name] = control
        self.order_fields(["value", "hamlet", "address", "evidence", "answer", "compared"])

    @property
    def claimed(self) -> str:
        """The value as `sources` reads it."""
        value = self.cleaned_data.get("value")
        if not value:
            return ""
        if isinstance(value, PartialDate):
            return value.iso
        if self.code == "permanent_place":
            rest = (self.cleaned_data.get("hamlet", ""), self.cleaned_data.get("address", ""))
            return "|".join((value, *(part.replace("|", "/") for part in rest)))
        return str(value)


class ReportForm(ValueForm, Reasoned):
    """Somebody says a field is wrong."""


class AnswerForm(ValueForm):
    """A decider's other value and the words that go back to the asker."""

    answer = forms.CharField(
        label=_("Trả lời người báo"),
        help_text=_("Khi sửa: đã so với giấy tờ nào. Không chấp nhận: vì sao, cần làm gì."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    compared = forms.BooleanField(
        label=_("Tôi đã so giá trị mới với giấy tờ gốc"),
        help_text=_("Bắt buộc khi sửa: giá trị này đi đến mọi nơi dùng dữ liệu của người đó."),
        required=False,
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, required=False, **options)
        for name in ("answer", "compared"):
            # Needed or not by the button pressed, which their hints say.
            self.fields[name].none_is_an_answer = True  # type: ignore[attr-defined]


class MoveForm(Reasoned):
    """A new permanent residence."""

    valid_on = PartialDateField(label=_("Từ ngày"), whole=True)
    commune = forms.ChoiceField(
        label=_("Xã, phường nơi đến"),
        error_messages={"required": _("Chọn nơi đến; ngoài tỉnh thì chọn Ngoài tỉnh.")},
    )
    hamlet = forms.CharField(
        label=_("Thôn, tổ dân phố"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs=MEDIUM),
    )
    address = forms.CharField(
        label=_("Địa chỉ"), required=False, max_length=200, widget=forms.TextInput(attrs=LONG)
    )
    field_order = ("valid_on", "commune", "hamlet", "address", "evidence")

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        own = self.fields["commune"]
        if isinstance(own, forms.ChoiceField):
            own.choices = [
                ("", str(_("Chọn xã, phường"))),
                (OUTSIDE, str(_("Ngoài tỉnh"))),
                *communes(),
            ]

    @property
    def reached(self) -> str:
        """The commune's code; empty for a place outside the province."""
        code = str(self.cleaned_data["commune"])
        return "" if code == OUTSIDE else code


class DeathForm(Reasoned):
    """The day somebody died, as far as it is known."""

    on = PartialDateField(
        label=_("Ngày mất"), help_text=_("Chỉ biết tháng hoặc năm thì để trống phần còn lại.")
    )
    field_order = ("on", "evidence")


class FlagForm(Reasoned):
    """A doubt about a field, or its end."""

    flag = forms.ChoiceField(
        label=_("Đánh dấu trường này là"),
        choices=[
            ("unverified", _("Chưa xác minh")),
            ("under_investigation", _("Đang xác minh")),
            ("none", _("Không đánh dấu (đã rõ)")),
        ],
        widget=forms.RadioSelect,
    )
    field_order = ("flag", "evidence")


class ResolveForm(forms.Form):
    """What to do about a row that could not enter; the cells that may be mended come first."""

    decision = forms.ChoiceField(
        label=_("Quyết định"),
        choices=[
            ("load", _("Nạp với các giá trị ở trên")),
            ("dismiss", _("Bỏ dòng này, không nạp")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Lý do, căn cứ"), max_length=300, widget=forms.TextInput(attrs=LONG)
    )

    def __init__(
        self,
        *given: Any,
        cells: Mapping[str, str],
        may_be_new: bool,
        suggestion: str = "",
        **options: Any,
    ) -> None:
        super().__init__(*given, **options)
        own = self.fields["decision"]
        if may_be_new and isinstance(own, forms.ChoiceField):
            new = ("new", _("Nạp: tôi xác nhận đây là người chưa có trong sổ"))
            own.choices = [
                ("load", _("Nạp với các giá trị ở trên")),
                new,
                ("dismiss", _("Bỏ dòng này, không nạp")),
            ]
        self.cells = {column: cells.get(column, "") for column in MENDABLE}
        for column, text in self.cells.items():
            self.fields[column] = forms.CharField(
                label=words.cell_name(column),
                initial=text,
                required=column in NEEDED and self.data.get("decision") != "dismiss",
                max_length=200,
                widget=forms.TextInput(attrs=LONG),
                help_text=self._advice(column, suggestion),
            )
        self.order_fields([*MENDABLE, "decision", "reason"])

    def _advice(self, column: str, suggestion: str) -> str:
        if column == "number" and suggestion:
            words_of_file = {"text": self.cells[column] or NOTHING, "number": suggestion}
            return gettext("Trong tệp: %(text)s. Gợi ý: %(number)s.") % words_of_file
        return ""

    @property
    def mended(self) -> dict[str, str]:
        """The cells whose text was changed."""
        given = {column: self.cleaned_data[column].strip() for column in self.cells}
        return {column: text for column, text in given.items() if text != self.cells[column]}


class UploadForm(forms.Form):
    """A worklist that comes back."""

    sheet = forms.FileField(
        label=_("Tệp danh sách đã trả lời (.xlsx)"),
        help_text=_("Tối đa 5 MB và 5.000 dòng. Gửi lại cùng tệp không gây hại."),
        error_messages={"required": _("Chọn tệp."), "empty": _("Tệp rỗng. Chọn tệp khác.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )


def _controls(field: str, label: str, required: bool) -> dict[str, forms.Field]:
    if field == "birth":
        return {
            "value": PartialDateField(
                label=label,
                required=required,
                help_text=_("Chỉ biết năm thì để trống ngày và tháng."),
            )
        }
    if field == "permanent_place":
        return _place_controls(required)
    known = province().fields.get(field)
    if known is not None and known.code_list:
        return {"value": list_control(field, known.code_list, label, required=required)}
    text = forms.CharField(
        label=label, required=required, max_length=200, widget=forms.TextInput(attrs=LONG)
    )
    return {"value": text}


def list_control(field: str, code_list: str, label: str, *, required: bool) -> forms.Field:
    """A code list's rows in the reader's language."""
    rows = province().code_list(code_list).rows
    english = words.language() == "en"
    choices = [(row.code, (row.en or row.vi) if english else row.vi) for row in rows]
    if field == "sex":
        known = [pair for pair in choices if pair[0] != "0"]
        return forms.ChoiceField(
            label=label, choices=known, required=required, widget=forms.RadioSelect
        )
    return forms.ChoiceField(
        label=label, choices=[("", str(_("Chọn"))), *choices], required=required
    )


def _place_controls(required: bool) -> dict[str, forms.Field]:
    return {
        "value": forms.ChoiceField(
            label=_("Xã, phường đúng"),
            choices=communes(empty=str(_("Chọn xã, phường"))),
            required=required,
        ),
        "hamlet": forms.CharField(
            label=_("Thôn, tổ dân phố"),
            required=False,
            max_length=100,
            widget=forms.TextInput(attrs=MEDIUM),
        ),
        "address": forms.CharField(
            label=_("Địa chỉ"), required=False, max_length=200, widget=forms.TextInput(attrs=LONG)
        ),
    }


def as_now(person: PersonRecord, field: str) -> dict[str, Any]:
    """What to fill a form in with: the place somebody is recorded at, so that little is typed."""
    if field != "permanent_place":
        return {}
    return {"value": person.commune, "hamlet": person.hamlet, "address": person.address}
