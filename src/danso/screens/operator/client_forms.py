"""What the operator fills in of a client. Which addresses are sound the module says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from danso.modules.signon.data import CLAIM_NAMES, ClientSettings

PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class ClientForm(forms.Form):
    """A client's settings, as `danso signon client set` takes them."""

    purpose = forms.CharField(
        label=_("Dùng dữ liệu để làm gì"),
        help_text=_("Một câu người dân đọc được trên trang đồng ý."),
        max_length=300,
        widget=forms.TextInput(PLAIN),
    )
    redirect_uris = forms.CharField(
        label=_("Địa chỉ nhận trả lời"),
        help_text=_("Mỗi dòng một địa chỉ https, đúng từng ký tự như ứng dụng sẽ gửi."),
        max_length=4000,
        widget=forms.Textarea({**PLAIN, "rows": 3}),
    )
    claims = forms.MultipleChoiceField(
        label=_("Dữ liệu được hỏi"),
        help_text=_("Mỗi lần đăng nhập người dân vẫn tự đồng ý từng mục."),
        choices=[(code, _(words)) for code, words in CLAIM_NAMES.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    post_logout_uris = forms.CharField(
        label=_("Địa chỉ quay về sau khi đăng xuất"),
        help_text=_("Mỗi dòng một địa chỉ. Có thể để trống."),
        max_length=4000,
        required=False,
        widget=forms.Textarea({**PLAIN, "rows": 2}),
    )
    logout_uri = forms.CharField(
        label=_("Địa chỉ được báo khi phiên kết thúc"),
        help_text=_("Máy chủ báo thẳng cho máy chủ. Có thể để trống."),
        max_length=500,
        required=False,
        widget=forms.TextInput(PLAIN),
    )
    sector = forms.CharField(
        label=_("Nhóm dùng chung mã người dùng"),
        help_text=_("Ứng dụng cùng nhóm biết một người dưới cùng một mã. Để trống: riêng."),
        max_length=100,
        required=False,
        widget=forms.TextInput({**PLAIN, "class": "govuk-input--width-20"}),
    )

    def settings_of(self, partner: str) -> ClientSettings:
        """Once it is valid."""
        given = self.cleaned_data
        return ClientSettings(
            partner=partner,
            redirect_uris=_lines(given["redirect_uris"]),
            purpose=given["purpose"].strip(),
            claims=tuple(given["claims"]),
            post_logout_uris=_lines(given["post_logout_uris"]),
            logout_uri=given["logout_uri"].strip(),
            sector=given["sector"].strip(),
        )


class NewClientForm(ClientForm):
    """A client that is to be: first of which partner."""

    field_order = ("partner",)
    partner = forms.ChoiceField(label=_("Đơn vị khai thác"))

    def __init__(self, *args: Any, partners: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["partner"]
        field.choices = [("", _("– chọn đơn vị –")), *partners]  # type: ignore[attr-defined]

    @property
    def settings(self) -> ClientSettings:
        """Once it is valid."""
        return self.settings_of(self.cleaned_data["partner"])


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())
