"""A form field for dates known perhaps in part: three boxes, the year alone is enough."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue


class DateParts(forms.Widget):
    """Three text boxes named name-day, name-month, name-year."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        """What was typed, as three texts; spaces round them are nobody's intention."""
        return [str(data.get(f"{name}-{key}", "")).strip() for key in ("day", "month", "year")]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        """Whether none of the boxes came along."""
        return all(f"{name}-{key}" not in data for key in ("day", "month", "year"))

    def decompress(self, value: object) -> tuple[str, str, str]:
        """Texts for the boxes, from what was typed or from a date."""
        if isinstance(value, list):
            day, month, year = value
            return day, month, year
        if isinstance(value, PartialDate):
            return _text(value.day), _text(value.month), f"{value.year:04}"
        return "", "", ""


def _text(part: int | None) -> str:
    return "" if part is None else f"{part:02}"


class PartialDateField(forms.Field):
    """Gives a PartialDate. With `whole=True` day and month must be there too."""

    widget = DateParts

    def __init__(self, *, whole: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.whole = whole

    def clean(self, value: Any) -> PartialDate | None:
        """Refuse with words that name the part to mend."""
        parts: list[str] = value if isinstance(value, list) else ["", "", ""]
        day, month, year = parts
        if not any(parts):
            if self.required:
                raise ValidationError(_("Nhập ngày tháng năm."), code="required")
            return None
        if not all(part == "" or (part.isascii() and part.isdigit()) for part in parts):
            raise ValidationError(_("Ngày, tháng, năm chỉ gồm chữ số."), code="not_digits")
        if len(year) != 4:
            raise ValidationError(_("Nhập năm đủ 4 chữ số, ví dụ 1965."), code="year")
        if self.whole and not (day and month):
            raise ValidationError(_("Nhập đủ ngày, tháng, năm."), code="whole")
        return self._date(int(day or 0), int(month or 0), int(year))

    def _date(self, day: int, month: int, year: int) -> PartialDate:
        try:
            return PartialDate(year, month or None, day or None)
        except InvalidValue as fault:
            words = {
                "date_day_range": _("Tháng đó không có ngày này."),
                "date_month_range": _("Tháng phải từ 1 đến 12."),
                "date_day_without_month": _("Có ngày thì phải có tháng."),
            }
            said = words.get(fault.code, _("Năm nằm ngoài khoảng cho phép."))
            raise ValidationError(said, code=fault.code) from fault
