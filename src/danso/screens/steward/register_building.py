"""The builder of hosted registers: rows of a form made into the YAML that a file would hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.kernel.text import fold
from danso.modules.identity.data import ROLE_NAMES, Role
from danso.screens.steward import words
from danso.screens.steward.desk import EVERYONE, purposes
from danso.screens.steward.forms import LONG, MEDIUM, NARROW
from danso.screens.steward.register_words import said
from danso.screens.steward.source_words import KINDS, SENSITIVITIES
from danso.toolkit.platform import province

ROWS: Final = 4
MOST_ROWS: Final = 60
_BARE: Final = {"class": "govuk-input", "autocomplete": "off"}


def _usual_cites() -> str:
    """The clauses that every register of the province's files carries out."""
    cited = [set(one.cites) for one in province().registers.values()]
    return ", ".join(sorted(set.intersection(*cited))) if cited else ""


class HeadForm(forms.Form):
    """What a register is, beside its fields."""

    vi = forms.CharField(label=_("Tên sổ"), max_length=200, widget=forms.TextInput(attrs=LONG))
    en = forms.CharField(
        label=_("Tên tiếng Anh"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=LONG),
    )
    code = forms.RegexField(
        label=_("Mã sổ"),
        regex=r"^[a-z0-9]+(-[a-z0-9]+)*$",
        help_text=_("Chữ thường không dấu, nối bằng gạch ngang. Ví dụ: ho-tro-nha-o."),
        error_messages={"invalid": _("Chỉ chữ thường không dấu, chữ số, gạch ngang.")},
        max_length=60,
        widget=forms.TextInput(attrs=MEDIUM),
    )
    letters = forms.RegexField(
        label=_("Chữ đầu của số bản ghi"),
        regex=r"^[A-Z]{2,8}$",
        help_text=_("2 đến 8 chữ hoa không dấu. Ví dụ: NHAO cho NHAO-000001."),
        error_messages={"invalid": _("Từ 2 đến 8 chữ hoa không dấu.")},
        widget=forms.TextInput(attrs=NARROW),
    )
    owner = forms.ChoiceField(label=_("Cơ quan chủ quản"))
    law = forms.CharField(
        label=_("Căn cứ pháp lý"), max_length=300, widget=forms.TextInput(attrs=LONG)
    )
    read = forms.MultipleChoiceField(label=_("Được xem"), widget=forms.CheckboxSelectMultiple)
    enter = forms.MultipleChoiceField(
        label=_("Được nhập, sửa"), widget=forms.CheckboxSelectMultiple
    )
    purposes = forms.MultipleChoiceField(
        label=_("Mở cho mục đích"), widget=forms.CheckboxSelectMultiple
    )
    retention = forms.ChoiceField(label=_("Thời hạn lưu"))
    cites = forms.CharField(
        label=_("Điều của kế hoạch"),
        help_text=_("Mã các điều, cách nhau bằng dấu phẩy."),
        initial=_usual_cites,
        max_length=100,
        widget=forms.TextInput(attrs=MEDIUM),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        roles = [(str(role), str(_(ROLE_NAMES[role]))) for role in EVERYONE]
        living = [one for one in province().agencies.values() if one.until is None]
        choices = {
            "owner": [("", gettext("Chọn cơ quan")), *((one.code, said(one)) for one in living)],
            "read": roles,
            "enter": roles,
            "purposes": [(one.code, words.purpose_name(one.code)) for one in purposes()],
            "retention": [
                ("", gettext("Chọn")),
                *((one.code, said(one)) for one in province().retention.values()),
            ],
        }
        for name, listed in choices.items():
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = listed


class FieldForm(forms.Form):
    """One field: a row of the builder. An empty row is left out."""

    vi = forms.CharField(label=_("Tên trường"), required=False, max_length=200)
    code = forms.RegexField(
        label=_("Mã"),
        regex=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
        required=False,
        max_length=60,
        error_messages={"invalid": _("Chữ thường không dấu, nối bằng gạch dưới.")},
    )
    kind = forms.ChoiceField(label=_("Loại"), required=False)
    choices = forms.CharField(
        label=_("Lựa chọn"), required=False, max_length=4000, widget=forms.Textarea
    )
    is_required = forms.BooleanField(label=_("Bắt buộc"), required=False)
    listed = forms.BooleanField(label=_("Hiện ở danh sách"), required=False)
    told = forms.BooleanField(label=_("Cung cấp"), required=False)
    sensitivity = forms.ChoiceField(label=_("Mức nhạy cảm"), required=False)

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for name, table in (
            ("kind", [(code, str(text)) for code, text in KINDS.items()]),
            ("sensitivity", [(code, str(text)) for code, (text, _tone) in SENSITIVITIES.items()]),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ChoiceField):
                field.choices = table


def kept_head(posted: QueryDict) -> HeadForm:
    """What was typed so far, without saying what is wrong with it yet."""
    several = ("read", "enter", "purposes")
    return HeadForm(
        initial={name: posted.getlist(name) for name in several}
        | {name: posted.get(name, "") for name in HeadForm.base_fields if name not in several}
    )


def field_rows(posted: QueryDict | None, count: int, *, after: int = 0) -> list[FieldForm]:
    """New rows of the builder: as many as were posted or asked for, less those that are known."""
    return [FieldForm(posted, prefix=f"f{n}") for n in range(after, count)]


def description(head: HeadForm, rows: list[FieldForm], told_to: list[str]) -> str:
    """The YAML of what was built, version 1."""
    given = head.cleaned_data
    fields = [field_of(row.cleaned_data) for row in rows if row.cleaned_data.get("vi")]
    facts = [
        fact_of(given["code"], field, told_to)
        for row, field in zip((r for r in rows if r.cleaned_data.get("vi")), fields, strict=True)
        if row.cleaned_data.get("told") and told_to
    ]
    register = {
        "code": given["code"],
        "version": 1,
        "prefix": given["letters"],
        "vi": given["vi"],
        "en": given["en"] or given["vi"],
        "owner": given["owner"],
        "law": given["law"],
        "people": "required",
        "rights": {
            "read": given["read"],
            "enter": given["enter"],
            "decide": [str(Role.STEWARD)],
        },
        "purposes": given["purposes"],
        "fields": fields,
        **({"facts": facts} if facts else {}),
        "retention": given["retention"],
        "basis": "assumed",
        "cites": [one.strip() for one in given["cites"].split(",") if one.strip()],
    }
    return as_yaml(register)


def as_yaml(register: Mapping[str, Any]) -> str:
    """A description as a file would hold it."""
    return str(yaml.safe_dump(dict(register), allow_unicode=True, sort_keys=False, width=120))


def code_of(text: str) -> str:
    """A code made of a name: `ngay_cap` of "Ngày cấp"."""
    folded = "".join(c if c.isascii() and c.isalnum() else " " for c in fold(text))
    words_of = folded.split()
    code = "_".join(words_of)[:60].strip("_")
    return code if code and code[0].isalpha() else f"f_{code}".strip("_")


def field_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """A new field of a description, of a row's values."""
    found: dict[str, Any] = {
        "code": given["code"] or code_of(given["vi"]),
        "vi": given["vi"],
        "en": given["vi"],
        "kind": given["kind"] or "text",
    }
    if found["kind"] == "code":
        found["choices"] = [
            {"code": code_of(line), "vi": line, "en": line}
            for line in map(str.strip, str(given["choices"]).splitlines())
            if line
        ]
    for name, key in (("is_required", "required"), ("listed", "listed")):
        if given[name]:
            found[key] = True
    return found | {"basis": "assumed", "sensitivity": given["sensitivity"] or "basic"}


def fact_of(register: str, field: Mapping[str, Any], told_to: list[str]) -> dict[str, Any]:
    """What a field tells, for these purposes."""
    return {
        "code": f"{register.replace('-', '_')}_{field['code']}",
        "vi": field["vi"],
        "en": field["en"],
        "field": field["code"],
        "sensitivity": field["sensitivity"],
        "purposes": told_to,
    }
