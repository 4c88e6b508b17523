"""Forms of the breach register."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.modules.identity import interface as identity
from danso.modules.protection import interface as protection
from danso.modules.protection.data import Concerned, NewBreach, Notification
from danso.screens.protection.requests import said
from danso.toolkit.html.date_parts import PartialDateField

_NOBODY = _("Không ghi tên, số định danh, số điện thoại của ai.")


class MomentForm(forms.Form):
    """A day and an hour in Vietnam, not to come."""

    day = PartialDateField(label=_("Ngày"), whole=True)
    hour = forms.RegexField(
        regex=r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$",
        label=_("Giờ"),
        help_text=_("Giờ và phút, như 08:30."),
        error_messages={"invalid": _("Ghi giờ và phút, như 08:30.")},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )

    @property
    def moment(self) -> datetime:
        """As an aware instant."""
        hours, _colon, minutes = self.cleaned_data["hour"].partition(":")
        at = time(int(hours), int(minutes))
        return datetime.combine(whole(self.cleaned_data["day"]), at, clock.VIETNAM)

    def clean(self) -> dict[str, Any]:
        """Nothing was discovered or told in the future."""
        given = super().clean() or {}
        if "day" in given and "hour" in given and self.moment > clock.now():
            raise ValidationError({"day": gettext("Lúc này chưa tới.")})
        return given


class BreachForm(MomentForm):
    """What is known of a breach now."""

    field_order = ("day", "hour", "kind", "groups", "people", "happened", "cause", "measures")
    kind = forms.ChoiceField(label=_("Loại sự cố"), widget=forms.RadioSelect)
    groups = forms.MultipleChoiceField(
        label=_("Dữ liệu liên quan"), widget=forms.CheckboxSelectMultiple
    )
    people = forms.IntegerField(
        label=_("Số người bị ảnh hưởng (ước tính)"),
        required=False,
        min_value=0,
        max_value=200_000_000,
        help_text=_("Để trống khi chưa ước tính được; bổ sung sau."),
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-10"}),
    )
    happened = forms.CharField(
        label=_("Diễn biến"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_NOBODY,
    )
    cause = forms.CharField(
        label=_("Nguyên nhân"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    measures = forms.CharField(
        label=_("Biện pháp đã và đang thực hiện"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["day"].label = _("Ngày phát hiện")
        self.fields["hour"].label = _("Giờ phát hiện")
        here = protection.breach_rules()
        for name, choices in (("kind", here.kinds), ("groups", here.data)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [(one.code, said(one)) for one in choices]

    @property
    def known(self) -> NewBreach:
        """As the register takes it."""
        given = self.cleaned_data
        return NewBreach(
            discovered_at=self.moment,
            kind=given["kind"],
            data=tuple(given["groups"]),
            happened=given["happened"],
            cause=given["cause"],
            measures=given["measures"],
            people=given["people"],
        )

    @staticmethod
    def initial_of(known: NewBreach) -> dict[str, Any]:
        """What the form shows of a breach that is there."""
        at = clock.local(known.discovered_at)
        return {
            "day": PartialDate.of(at.date()),
            "hour": at.strftime("%H:%M"),
            "kind": known.kind,
            "groups": list(known.data),
            "people": known.people,
            "happened": known.happened,
            "cause": known.cause,
            "measures": known.measures,
        }


class NoteForm(forms.Form):
    """What was done or found."""

    text = forms.CharField(
        label=_("Đã làm gì, phát hiện gì"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_NOBODY,
    )


class NotifyForm(MomentForm):
    """That the authority was told."""

    field_order = ("day", "hour", "way", "number")
    way = forms.CharField(
        label=_("Bằng cách nào"),
        max_length=200,
        help_text=_("Văn bản, cổng thông tin, thư; gửi tới đâu."),
    )
    number = forms.CharField(
        label=_("Số văn bản, mã tiếp nhận"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["day"].label = _("Ngày thông báo")
        self.fields["hour"].label = _("Giờ thông báo")

    @property
    def told(self) -> Notification:
        """As the register takes it."""
        return Notification(self.moment, self.cleaned_data["way"], self.cleaned_data["number"])


class CloseForm(forms.Form):
    """The conclusion."""

    outcome = forms.ChoiceField(
        label=_("Kết thúc vì"),
        choices=[
            ("closed", _("Đã xử lý xong")),
            ("none", _("Xác minh là không phải sự cố dữ liệu cá nhân")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Kết luận"),
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_NOBODY,
    )


class ConcernedForm(forms.Form):
    """Through whom the data got out, and when."""

    actor = forms.CharField(
        label=_("Tên đăng nhập cán bộ, hoặc mã đơn vị khai thác"),
        max_length=64,
        help_text=_("Mọi người mà tài khoản này đã xem trong những ngày dưới đây."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    first = PartialDateField(label=_("Từ ngày"), whole=True)
    last = PartialDateField(label=_("Đến ngày"), whole=True)

    def clean(self) -> dict[str, Any]:
        """Days in order."""
        given = super().clean() or {}
        if "first" in given and "last" in given and given["first"] > given["last"]:
            raise ValidationError({"last": gettext("Ngày cuối phải sau ngày đầu.")})
        return given

    @property
    def whom(self) -> Concerned:
        """An officer is found by log-in name, anything else is taken as a partner's code."""
        given = self.cleaned_data
        account = identity.find_account(given["actor"])
        actor = str(account.id) if account else given["actor"].strip()
        return Concerned(actor, whole(given["first"]), whole(given["last"]))


def whole(parts: PartialDate) -> date:
    """The day of a date that is whole."""
    return date(parts.year, parts.month or 1, parts.day or 1)
