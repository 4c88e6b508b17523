"""What citizens and police officers fill in; one thing per form where a citizen reads it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.modules.identity.data import ASSISTED_SCOPES, DESK_SCOPES, SCOPE_NAMES, FreeSlot
from danso.toolkit.html.date_parts import PartialDateField

LARGEST: Final = 2 * 1024 * 1024
NARROW: Final = {"class": "govuk-input--width-10", "autocomplete": "off", "inputmode": "numeric"}
WIDE: Final = {"autocomplete": "off", "spellcheck": "false"}


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted; None on a first visit."""
    return request.POST if request.method == "POST" else None


class NumberForm(forms.Form):
    """The personal number."""

    number = forms.CharField(
        label=_("Số định danh cá nhân"),
        help_text=_("12 chữ số trên thẻ căn cước, thẻ CCCD hoặc giấy khai sinh."),
        max_length=24,
        widget=forms.TextInput({**NARROW, "class": "govuk-input--width-20"}),
    )


class NameForm(forms.Form):
    """The full name."""

    full_name = forms.CharField(
        label=_("Họ, chữ đệm và tên"),
        help_text=_("Viết đủ dấu như trên thẻ, ví dụ: Nguyễn Thị Sông."),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name", "spellcheck": "false"}),
    )


class BirthForm(forms.Form):
    """The birth date."""

    birth = PartialDateField(
        label=_("Ngày, tháng, năm sinh"),
        help_text=_("Ví dụ 27 3 1985. Giấy tờ chỉ ghi năm thì chỉ nhập năm."),
    )


class PhoneForm(forms.Form):
    """The telephone a code goes to."""

    phone = forms.CharField(
        label=_("Số điện thoại di động"),
        help_text=_("Mã xác nhận và kết quả được nhắn tới số này."),
        max_length=20,
        widget=forms.TextInput(
            {"class": "govuk-input--width-20", "autocomplete": "tel-national", "inputmode": "tel"}
        ),
    )


class CodeForm(forms.Form):
    """Six digits."""

    code = forms.CharField(
        label=_("Mã xác nhận"),
        help_text=_("6 chữ số, dùng được trong 5 phút."),
        max_length=12,
        widget=forms.TextInput({**NARROW, "autocomplete": "one-time-code"}),
    )


class BothCodesForm(forms.Form):
    """One code from each telephone."""

    old = forms.CharField(
        label=_("Mã ở số điện thoại cũ"), max_length=12, widget=forms.TextInput(NARROW)
    )
    new = forms.CharField(
        label=_("Mã ở số điện thoại mới"), max_length=12, widget=forms.TextInput(NARROW)
    )


class PasswordForm(forms.Form):
    """A password, twice: not everybody can have it shown."""

    password = forms.CharField(
        label=_("Mật khẩu"),
        help_text=_("Ít nhất 12 ký tự. Một câu dễ nhớ là tốt nhất. Không dùng tên, số định danh."),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("Nhập lại mật khẩu"),
        strip=False,
        max_length=256,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") != given.get("again") and "again" in given:
            self.add_error("again", gettext("Hai mật khẩu không giống nhau."))
        return given


class BeginForm(forms.Form):
    """A reader types the QR; without a card: number, name and birth date."""

    card = forms.CharField(
        label=_("Mã QR trên thẻ, hoặc số định danh"),
        help_text=_(
            "Đặt con trỏ ở đây rồi quét. Thẻ không quét được: nhập 12 chữ số và hai ô dưới."
        ),
        max_length=600,
        widget=forms.TextInput({**WIDE, "autofocus": True}),
    )
    name = forms.CharField(
        label=_("Họ, chữ đệm và tên"),
        help_text=_("Bỏ trống khi đã quét mã."),
        max_length=200,
        required=False,
        widget=forms.TextInput(WIDE),
    )
    birth = PartialDateField(
        label=_("Ngày sinh"), help_text=_("Bỏ trống khi đã quét mã."), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "birth"):
            # Needed or not by what the first box holds, which its hint says.
            self.fields[name].none_is_an_answer = True  # type: ignore[attr-defined]


class BookingForm(BeginForm):
    """Who comes, on which telephone they are told, and when."""

    phone = forms.CharField(
        label=_("Số điện thoại di động"),
        help_text=_("Lịch hẹn được nhắn tới số này."),
        max_length=20,
        widget=forms.TextInput(
            {"class": "govuk-input--width-20", "autocomplete": "off", "inputmode": "tel"}
        ),
    )
    at = forms.ChoiceField(label=_("Giờ hẹn"), widget=forms.RadioSelect)

    field_order = ("at", "card", "name", "birth", "phone")

    def __init__(self, data: QueryDict | None, *, slots: Sequence[FreeSlot]) -> None:
        super().__init__(data)
        chosen = self.fields["at"]
        if isinstance(chosen, forms.ChoiceField):
            chosen.choices = [
                (slot.at.isoformat(), date_format(localtime(slot.at), "H:i"))
                for slot in slots
                if slot.left
            ]


class MeetForm(BeginForm):
    """Who sits beside a helper, and what is to be done; nothing is ticked beforehand."""

    scopes = forms.MultipleChoiceField(
        label=_("Làm thay những việc gì?"),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: QueryDict | None, *, is_officer: bool) -> None:
        super().__init__(data)
        chosen = self.fields["scopes"]
        assert isinstance(chosen, forms.MultipleChoiceField)  # noqa: S101 - declared above
        chosen.choices = [
            (scope.value, gettext(SCOPE_NAMES[scope]))
            for scope in ASSISTED_SCOPES
            if is_officer or scope not in DESK_SCOPES
        ]


class Pictures(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class SeveralFiles(forms.FileField):
    """At least one file; each checked by size."""

    widget = Pictures

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data]
        return [check_size(super(SeveralFiles, self).clean(one, initial)) for one in given]


def check_size(file: Any) -> Any:
    """What a camera or a reader of the desk makes is small."""
    if file is not None and file.size > LARGEST:
        raise ValidationError(_("Tệp lớn hơn 2 MB."), code="too_large")
    return file


class RaiseForm(forms.Form):
    """What is needed for level 2, in the order of the desk."""

    code = forms.CharField(
        label=_("Mã xác nhận người dân đọc"), max_length=12, widget=forms.TextInput(NARROW)
    )
    face = forms.FileField(label=_("Ảnh khuôn mặt vừa chụp"))
    fingerprints = SeveralFiles(label=_("Vân tay vừa lấy (một hoặc nhiều tệp)"))
    evidence = forms.CharField(
        label=_("Giấy tờ đã xem"),
        help_text=_("Ví dụ: thẻ căn cước gắn chíp, còn hạn. Không ghi số thẻ."),
        max_length=200,
        widget=forms.TextInput(WIDE),
    )
    # Nothing is ticked beforehand (Law 91/2025 art. 9).
    consents = forms.BooleanField(label=_("Người dân đã nghe đọc và đồng ý"), required=False)

    def clean_face(self) -> Any:
        return check_size(self.cleaned_data["face"])


class FaceForm(forms.Form):
    """A face for a session that shows a code."""

    prefix = "mat"
    code = forms.CharField(
        label=_("Mã trên màn hình của người dân"),
        help_text=_("6 chữ số ở trang Xác thực khuôn mặt của họ."),
        max_length=12,
        widget=forms.TextInput(NARROW),
    )
    face = forms.FileField(label=_("Ảnh khuôn mặt vừa chụp"))
    # Nothing is ticked beforehand (Law 91/2025 art. 9).
    consents = forms.BooleanField(label=_("Người dân đã nghe đọc và đồng ý"), required=False)

    def clean_face(self) -> Any:
        return check_size(self.cleaned_data["face"])


class PortalForm(forms.Form):
    """Whose an old account is, and by what that was seen."""

    decision = forms.CharField(widget=forms.HiddenInput, required=False)
    number = forms.CharField(
        label=_("Số định danh của chủ tài khoản"),
        help_text=_("12 chữ số trên thẻ. Để trống nếu chọn Không phải của ai."),
        max_length=24,
        required=False,
        widget=forms.TextInput({**NARROW, "class": "govuk-input--width-20"}),
    )
    evidence = forms.CharField(
        label=_("Căn cứ"),
        help_text=_("Giấy tờ đã xem, ai xác nhận. Không ghi số giấy tờ."),
        max_length=200,
        widget=forms.TextInput(WIDE),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Needed or not by the button pressed, which its hint says.
        self.fields["number"].none_is_an_answer = True  # type: ignore[attr-defined]


class SheetForm(forms.Form):
    """A sheet that comes back."""

    sheet = forms.FileField(label=_("Tệp XLSX đã ghi kết quả"), allow_empty_file=True)


class StateForm(forms.Form):
    """Lock, unlock or close, and why."""

    evidence = forms.CharField(
        label=_("Căn cứ"),
        help_text=_("Đơn, quyết định hoặc biên bản: số, ngày."),
        max_length=200,
        widget=forms.TextInput(WIDE),
    )
    action = forms.ChoiceField(
        choices=[("lock", "lock"), ("unlock", "unlock"), ("close", "close")],
        widget=forms.HiddenInput,
    )
