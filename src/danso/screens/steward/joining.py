"""Forms that join: two records of one person, people and households."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from danso.modules.population.data import PersonRecord
from danso.screens.steward.forms import LONG, NARROW, Choices, Reasoned, list_control


class MergeForm(Reasoned):
    """Which of two records stays, and on which paper the decision rests."""

    kept = forms.ChoiceField(label=_("Giữ lại hồ sơ"), widget=forms.RadioSelect)
    field_order = ("kept", "evidence")

    def __init__(
        self, *given: Any, keys: tuple[UUID, UUID], names: tuple[str, str], **options: Any
    ) -> None:
        super().__init__(*given, **options)
        self.keys = keys
        own = self.fields["kept"]
        if isinstance(own, forms.ChoiceField):
            own.choices = [(str(key), name) for key, name in zip(keys, names, strict=True)]

    def ordered(
        self, sides: tuple[PersonRecord, PersonRecord]
    ) -> tuple[PersonRecord, PersonRecord]:
        """The record to keep first."""
        is_first = self.cleaned_data["kept"] == str(self.keys[0])
        return sides if is_first else (sides[1], sides[0])


class OtherForm(forms.Form):
    """Another record, by a number that stands on a paper."""

    number = forms.CharField(
        label=_("Số định danh hoặc số CMND của hồ sơ kia"),
        help_text=_("12 hoặc 9 chữ số."),
        max_length=20,
        widget=forms.TextInput(attrs={**NARROW, "inputmode": "numeric"}),
    )


class LinkForm(forms.Form):
    """On what a decision about a record rests; a risky one has to say so."""

    evidence = forms.CharField(
        label=_("Căn cứ"),
        help_text=_("Bắt buộc khi cần hai cán bộ: giấy tờ hoặc việc xác minh, loại, số, ngày."),
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs=LONG),
    )


class UnmergeForm(Reasoned):
    """Why two merged records are two people after all."""


class HeadForm(Reasoned):
    """Which member of a household becomes its head."""

    head = forms.ChoiceField(label=_("Chủ hộ"), widget=forms.RadioSelect)
    field_order = ("head", "evidence")

    def __init__(self, *given: Any, members: Choices, **options: Any) -> None:
        super().__init__(*given, **options)
        own = self.fields["head"]
        if isinstance(own, forms.ChoiceField):
            own.choices = members


class EnterForm(Reasoned):
    """Into which household somebody goes who is in none."""

    way = forms.ChoiceField(
        label=_("Nhập vào"),
        choices=[
            ("join", _("Hộ của một người đã có trong sổ")),
            ("new", _("Hộ mới, người này là chủ hộ")),
        ],
        widget=forms.RadioSelect,
    )
    number = forms.CharField(
        label=_("Số định danh của một người trong hộ"),
        help_text=_("Để trống khi lập hộ mới."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={**NARROW, "inputmode": "numeric"}),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["relation"] = list_control(
            "relation_to_head", "relation-to-head", str(_("Quan hệ với chủ hộ")), required=False
        )
        self.fields["relation"].help_text = str(_("Để trống khi lập hộ mới."))
        self.order_fields(["way", "number", "relation", "evidence"])

    def clean(self) -> dict[str, Any]:
        """A household of somebody's needs that somebody, and what one is to its head."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("way") == "join":
            for field, text in (
                ("number", _("Nhập số định danh của một người trong hộ.")),
                ("relation", _("Chọn quan hệ với chủ hộ.")),
            ):
                if not given.get(field):
                    self.add_error(field, str(text))
        return given
