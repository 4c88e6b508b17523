"""What the operator fills in: a post, a new account, whose account it is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel.errors import InvalidValue
from danso.modules.exchange import interface as exchange
from danso.modules.identity import interface as identity
from danso.modules.identity.data import ROLE_NAMES, Role, Scope, ScopeKind
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province

SCOPES = {
    ScopeKind.PROVINCE: _("Toàn tỉnh"),
    ScopeKind.COMMUNE: _("Một xã, phường"),
    ScopeKind.AGENCY: _("Một cơ quan"),
    ScopeKind.PARTNER: _("Một đơn vị khai thác"),
}
# The page's list of codes with their names: typing either finds both.
CODES = "codes"


def known_codes() -> dict[str, str]:
    """Codes that a scope or a work unit may have, with their names."""
    return {code: name for kind in SCOPES for code, name in _codes_of(kind).items()}


def _codes_of(kind: ScopeKind) -> dict[str, str]:
    if kind is ScopeKind.COMMUNE:
        return {unit.code: unit.name for unit in province().units.communes}
    if kind is ScopeKind.AGENCY:
        return {code: unit_name(code) for code in province().agencies}
    if kind is ScopeKind.PARTNER:
        return {one.code: one.name for one in exchange.partners() if one.closed_at is None}
    return {}


class PostForm(forms.Form):
    """A role within a scope."""

    # Nothing is chosen beforehand: the first of both lists would be a pair that is not allowed.
    role = forms.ChoiceField(
        label=_("Vai trò"),
        choices=[
            ("", _("– chọn vai trò –")),
            *((role.value, _(words)) for role, words in ROLE_NAMES.items()),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Phạm vi"),
        choices=[
            ("", _("– chọn phạm vi –")),
            *((kind.value, words) for kind, words in SCOPES.items()),
        ],
    )
    code = forms.CharField(
        label=_("Mã của phạm vi"),
        required=False,
        max_length=64,
        help_text=_("Gõ mã hoặc tên để chọn xã, cơ quan, đơn vị. Toàn tỉnh thì để trống."),
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-20", "autocomplete": "off", "list": CODES}
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Role and scope that belong together, as identity itself checks them."""
        given = super().clean() or {}
        if "role" not in given or "kind" not in given:
            return given
        kind = ScopeKind(given["kind"])
        code = "" if kind is ScopeKind.PROVINCE else (given.get("code") or "").strip()
        if kind is not ScopeKind.PROVINCE and not code:
            raise ValidationError({"code": gettext("Ghi mã của phạm vi.")})
        if code and code not in _codes_of(kind):
            raise ValidationError({"code": gettext("Không có mã này. Chọn trong danh sách gợi ý.")})
        given["post"] = (Role(given["role"]), Scope(kind, code))
        try:
            identity.check_post(*given["post"])
        except InvalidValue as error:
            raise ValidationError(" ".join(words_of(error)), code=error.code) from error
        return given


class AccountForm(PostForm):
    """A new officer with a first post."""

    field_order = ("username", "name", "unit", "role", "kind", "code")
    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=64,
        help_text=_("3 đến 64 chữ thường không dấu, chữ số, dấu chấm, gạch."),
        widget=forms.TextInput(
            attrs={
                "class": "govuk-input--width-20",
                "autocomplete": "off",
                "autocapitalize": "none",
            }
        ),
    )
    name = forms.CharField(label=_("Họ và tên cán bộ"), max_length=120)
    unit = forms.CharField(
        label=_("Mã cơ quan công tác"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "list": CODES}),
    )

    def clean_unit(self) -> str:
        """A work unit that the catalogue knows, or none."""
        unit = str(self.cleaned_data["unit"]).strip()
        if unit and unit not in known_codes():
            raise ValidationError(gettext("Không có mã này. Chọn trong danh sách gợi ý."))
        return unit


class HolderForm(forms.Form):
    """Whose account it is, by the number that the holder declared. The number is not kept."""

    number = forms.RegexField(
        r"^[0-9]{12}\Z",
        label=_("Số định danh cá nhân của người giữ tài khoản"),
        help_text=_("12 chữ số, như người đó khai. Chỉ lưu mối liên kết, không lưu số."),
        error_messages={"invalid": _("Số định danh gồm đúng 12 chữ số.")},
        widget=forms.TextInput(
            attrs={
                "class": "govuk-input--width-10",
                "autocomplete": "off",
                "inputmode": "numeric",
            }
        ),
    )


class PersonForm(HolderForm):
    """Whose e-ID opens the posts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].label = _("Số định danh cá nhân của cán bộ")
        self.fields["number"].help_text = _(
            "12 chữ số. Người này phải có tài khoản định danh mức độ 2 đang hoạt động."
        )


class PersonAccountForm(PersonForm, AccountForm):
    """A new officer who opens the first post with an e-ID."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["number", *AccountForm.field_order])
