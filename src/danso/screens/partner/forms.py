"""Forms of the agreement officer; what they let through is still checked by exchange itself."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError
from danso.modules.exchange.data import STATE_BODIES, PartnerBody
from danso.screens.partner.words import BODIES, field_words, said
from danso.toolkit.html.date_parts import PartialDateField
from danso.toolkit.html.errors import words_of
from danso.toolkit.platform import province

LARGEST_KEY_FILE = 16_384


def add_refusal(form: forms.Form, error: DansoError) -> None:
    """Show one of danso's own refusals above the form, with what to do next."""
    form.add_error(None, " ".join(part for part in words_of(error) if part))


class PartnerForm(forms.Form):
    """A new partner: an agency of the catalogue, or any other body by its name."""

    body = forms.ChoiceField(
        label=_("Loại đơn vị"), choices=list(BODIES.items()), widget=forms.RadioSelect
    )
    agency = forms.ChoiceField(
        label=_("Cơ quan trong danh mục"),
        required=False,
        help_text=_("Chọn khi đơn vị là cơ quan nhà nước hoặc tòa án."),
    )
    name = forms.CharField(
        label=_("Tên đơn vị"),
        required=False,
        max_length=200,
        help_text=_("Ghi khi đơn vị không phải cơ quan trong danh mục."),
    )
    code = forms.SlugField(
        label=_("Mã đơn vị"),
        required=False,
        max_length=64,
        help_text=_(
            "Chữ thường không dấu, chữ số, gạch nối; không đổi được về sau. "
            "Để trống thì lấy mã của cơ quan."
        ),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        open_now = [one for one in province().agencies.values() if one.until is None]
        listed = sorted((said(one), one.code) for one in open_now)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ChoiceField)  # noqa: S101 - declared above
        agency.choices = [("", _("– không phải cơ quan trong danh mục –"))] + [
            (code, name) for name, code in listed
        ]

    def clean(self) -> dict[str, Any]:
        """A state body comes from the catalogue; anybody else has a name and a code."""
        given = super().clean() or {}
        is_state = given.get("body") in {str(body) for body in STATE_BODIES}
        if is_state and not given.get("agency"):
            self.add_error("agency", gettext("Chọn cơ quan trong danh mục."))
        if not is_state and not given.get("name"):
            self.add_error("name", gettext("Ghi tên đơn vị."))
        if not is_state and not given.get("code"):
            self.add_error("code", gettext("Đặt mã cho đơn vị."))
        given["agency"] = given.get("agency", "") if is_state else ""
        given["code"] = given.get("code") or given["agency"]
        return given

    @property
    def body_kind(self) -> PartnerBody:
        return PartnerBody(self.cleaned_data["body"])


class KeyForm(forms.Form):
    """A public key as JWK, pasted or as a file."""

    text = forms.CharField(
        label=_("Khóa công khai (JWK)"),
        required=False,
        max_length=LARGEST_KEY_FILE,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("Ed25519, P-256 hoặc RSA từ 2048 bit. Chỉ gửi phần công khai."),
    )
    file = forms.FileField(label=_("Hoặc tệp JWK"), required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two, read as a JSON object into `jwk`."""
        given = super().clean() or {}
        raw = given.get("text") or ""
        if given.get("file"):
            raw = given["file"].read(LARGEST_KEY_FILE).decode("utf-8", "replace")
        if not raw.strip():
            raise ValidationError(gettext("Dán khóa hoặc chọn tệp."), code="empty")
        try:
            jwk = json.loads(raw)
        except ValueError as error:
            raise ValidationError(gettext("Đây không phải JSON hợp lệ."), code="json") from error
        if isinstance(jwk, dict) and isinstance(jwk.get("keys"), list) and len(jwk["keys"]) == 1:
            jwk = jwk["keys"][0]
        if not isinstance(jwk, dict):
            raise ValidationError(gettext("Đây không phải một khóa JWK."), code="shape")
        given["jwk"] = jwk
        return given


class TermsForm(forms.Form):
    """The terms of one agreement; the fields offered are those the purpose allows."""

    fields_asked = forms.MultipleChoiceField(
        label=_("Trường dữ liệu"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Chỉ chọn trường thật cần cho mục đích. Ngoài danh sách này là không được."),
    )
    rate = forms.IntegerField(
        label=_("Số lượt gọi (hoặc số người) mỗi phút"),
        min_value=1,
        max_value=1_000_000,
        initial=600,
        widget=forms.NumberInput(attrs={"class": "govuk-input--width-5"}),
    )
    last_day = PartialDateField(
        label=_("Ngày cuối cùng có hiệu lực"),
        whole=True,
        help_text=_("Không quá năm năm kể từ hôm nay."),
    )
    evidence = forms.CharField(
        label=_("Văn bản làm căn cứ"),
        max_length=300,
        help_text=_("Số, ngày, nơi lưu. Ví dụ: Quy chế phối hợp 12/QC-UBND ngày 02/01/2026."),
    )
    partner_signatory = forms.CharField(label=_("Người ký phía đơn vị khai thác"), max_length=200)
    officer_signatory = forms.CharField(label=_("Người ký phía tỉnh"), max_length=200)

    def __init__(self, allowed: frozenset[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["fields_asked"]
        assert isinstance(asked, forms.MultipleChoiceField)  # noqa: S101 - declared above
        known = dict.fromkeys((*province().fields, *province().facts, *sorted(allowed)))
        order = [code for code in known if code in allowed]
        words = [field_words(code) for code in order]
        asked.choices = [(one.code, f"{one.name} ({one.sensitivity})") for one in words]

    def clean_last_day(self) -> PartialDate:
        """Not over already; exchange itself refuses what is too long."""
        last: PartialDate = self.cleaned_data["last_day"]
        if last < PartialDate.of(clock.today()):
            raise ValidationError(gettext("Ngày này đã qua."), code="over")
        return last

    @property
    def until(self) -> datetime:
        """The instant at which it ends: the midnight after its last day."""
        last: PartialDate = self.cleaned_data["last_day"]
        day = datetime(last.year, last.month or 1, last.day or 1, tzinfo=clock.VIETNAM).date()
        return datetime.combine(day + timedelta(days=1), time(), clock.VIETNAM)


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = forms.CharField(
        label=_("Lý do thu hồi"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Lý do hiện cho cả hai bên. Không ghi thông tin cá nhân."),
    )
