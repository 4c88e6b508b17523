"""Forms of hosted registers: the entry form follows the register's description."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel import clock
from danso.modules.sources.data import Ending, GivenRecord, Keeper, RecordFaults
from danso.screens.steward.forms import LONG, MEDIUM, NARROW, Choices, communes
from danso.screens.steward.register_words import choices_of, fault_words, said

if TYPE_CHECKING:
    from danso.catalogue.shapes.hosted import Register, RegisterField

# Names of a record's own fields in the form, apart from any register's.
NUMBER: Final = "number"
COMMUNE: Final = "commune"
WHY: Final = "why"


def named(code: str) -> str:
    """What a register's field is called in a form or an address: as no code can be, and so nothing
    else of the page is."""
    return f"f-{code}"


class RecordForm(forms.Form):
    """One record of a register: the person, the commune, then the fields the keeper may see.

    The fields are judged by the action, not here, so that every fault shows at once.
    """

    def __init__(
        self,
        *given: Any,
        register: Register,
        keeper: Keeper,
        is_new: bool = True,
        **options: Any,
    ) -> None:
        super().__init__(*given, **options)
        self.register = register
        self._needed: set[str] = set()
        if is_new:
            self._add(NUMBER, _number(), is_needed=register.people == "required")
        self._add(COMMUNE, _commune(register, keeper), is_needed=False)
        sees = keeper.sees(register)
        self._codes = tuple(field.code for field in register.fields if field.code in sees)
        for code in self._codes:
            field = register.by_code[code]
            self._add(named(code), _field(field), is_needed=field.required)
        if not is_new:
            self._add(WHY, _why(), is_needed=False)
        if not self.is_bound:
            self._show_needed()

    @property
    def record(self) -> GivenRecord:
        """What was typed."""
        given = self.cleaned_data
        values = {code: str(given.get(named(code)) or "") for code in self._codes}
        return GivenRecord(str(given.get(NUMBER) or ""), str(given.get(COMMUNE) or ""), values)

    def take_faults(self, found: RecordFaults) -> None:
        """Say beside each field what the action found wrong there."""
        for code, fault in found.faults.items():
            name = named(code) if code in self._codes else code
            self.add_error(name if name in self.fields else None, fault_words(fault))

    def _add(self, name: str, field: forms.Field, *, is_needed: bool) -> None:
        field.required = False
        if is_needed:
            self._needed.add(name)
        self.fields[name] = field

    def _show_needed(self) -> None:
        for name in self._needed:
            self.fields[name].required = True

    def _post_clean(self) -> None:
        # Labels of fields that may stay empty say so; the action says what is missing.
        self._show_needed()
        super()._post_clean()  # type: ignore[misc]


class EndForm(forms.Form):
    """When and why a record ends."""

    how = forms.ChoiceField(
        label=_("Kết thúc thế nào?"),
        choices=[
            ("ended", _("Hết hiệu lực từ một ngày: thông tin vẫn được cung cấp đến ngày đó")),
            ("void", _("Nhập nhầm: không cung cấp thông tin nào nữa")),
        ],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(
        label=_("Hết hiệu lực từ ngày"),
        help_text=_("Ví dụ 01/07/2026."),
        input_formats=["%d/%m/%Y", "%Y-%m-%d"],
        required=False,
        widget=forms.TextInput(attrs=NARROW),
    )
    why = forms.CharField(
        label=_("Lý do"),
        help_text=_("Số quyết định hoặc việc đã xảy ra."),
        max_length=300,
        widget=forms.TextInput(attrs=LONG),
    )

    def clean(self) -> dict[str, Any]:
        """The day goes with an end, today where none is told."""
        given = dict(super().clean() or {})
        if given.get("how") == "ended" and given.get("on") is None and "on" not in self.errors:
            given["on"] = clock.today()
        return given

    @property
    def ending(self) -> Ending:
        """How it ends."""
        given = self.cleaned_data
        day = given.get("on") or clock.today()
        return Ending(day, str(given["why"]), is_void=given["how"] == "void")


class FileForm(forms.Form):
    """A file of records."""

    sheet = forms.FileField(
        label=_("Tệp CSV hoặc XLSX"),
        help_text=_("Tiêu đề cột như ở tệp xuất ra: tên trường, hoặc mã trường."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )


def reachable(register: Register, keeper: Keeper) -> Iterable[str] | None:
    """The communes in which the keeper may enter; None for all."""
    return keeper.reach(register, "enter")


def _number() -> forms.Field:
    return forms.CharField(
        label=_("Số định danh cá nhân"),
        help_text=_("12 chữ số như trên thẻ. Họ tên, ngày sinh lấy từ dữ liệu dân cư."),
        widget=forms.TextInput(attrs={**NARROW, "inputmode": "numeric"}),
    )


def _commune(register: Register, keeper: Keeper) -> forms.Field:
    listed = communes(reachable(register, keeper), empty=gettext("Nơi thường trú của người này"))
    return forms.ChoiceField(label=_("Xã, phường quản lý"), choices=listed)


def _why() -> forms.Field:
    return forms.CharField(
        label=_("Lý do sửa"),
        help_text=_("Ghi vào lịch sử của bản ghi."),
        max_length=300,
        widget=forms.TextInput(attrs=LONG),
    )


def _field(field: RegisterField) -> forms.Field:
    hint = said(field.hint) if field.hint is not None else ""
    if field.kind == "code":
        choices: Choices = [("", gettext("Chọn")), *choices_of(field)]
        return forms.ChoiceField(label=said(field), help_text=hint, choices=choices)
    if field.kind == "commune":
        listed = communes(empty=gettext("Chọn"))
        return forms.ChoiceField(label=said(field), help_text=hint, choices=listed)
    return forms.CharField(
        label=said(field),
        help_text=hint or _hint(field),
        max_length=2000,
        widget=forms.TextInput(attrs=_attributes(field)),
    )


def _hint(field: RegisterField) -> str:
    if field.kind == "date":
        return gettext("Ngày/tháng/năm, ví dụ 01/07/2026")
    if field.kind == "month":
        return gettext("Tháng/năm, ví dụ 07/2026")
    if field.kind == "amount":
        return gettext("Ví dụ 1.500.000 hoặc 12,5")
    return ""


def _attributes(field: RegisterField) -> dict[str, str]:
    if field.kind in ("date", "month", "number"):
        return {**NARROW, "inputmode": "numeric"} if field.kind == "number" else dict(NARROW)
    if field.kind == "amount":
        return {**NARROW, "inputmode": "decimal"}
    return dict(LONG) if field.kind in ("text", "place") else dict(MEDIUM)
