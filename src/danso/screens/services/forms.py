"""Forms that follow a procedure's file; what is wrong is said by the module, not here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.catalogue.shapes.procedures import FormField, Procedure, Requirement
from danso.kernel import clock
from danso.modules.cases.data import (
    FAULT_WORDS,
    SATISFACTION_NAMES,
    Claim,
    Prepared,
    Satisfaction,
)
from danso.screens.services.telling import paper_choices, said
from danso.toolkit.html.date_parts import DateParts
from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province

MOST_RADIOS: Final = 5
NARROW: Final = {"class": "govuk-input--width-20"}
PICTURES: Final = ".pdf,.jpg,.jpeg,.png"
# Sent instead of number, name and birth by whoever applies for what is about themself.
OWN: Final = "own"


class TypedDay(forms.Field):
    """Three boxes whose content is kept as it was typed; the module judges it."""

    widget = DateParts

    def clean(self, value: Any) -> str:
        """`15/3/2026`, whatever was typed; empty where nothing was."""
        parts = [str(one) for one in value or ()]
        return "/".join(parts) if any(parts) else ""


class JudgedForm(forms.Form):
    """A form whose answers the module judges, not Django: all faults show at once, and what is
    wrong is kept too. Labels still say which fields may stay empty (`needed`: which may not)."""

    needed: frozenset[str] = frozenset()

    def clean(self) -> dict[str, Any]:
        """Nothing to judge here; the labels are put right again."""
        given = dict(super().clean() or {})
        self.label_needed()
        return given

    def label_needed(self) -> None:
        """Only labels look at `required` from now on."""
        for name in self.needed:
            self.fields[name].required = True


class QuestionForm(JudgedForm):
    """What only the applicant knows."""

    def __init__(self, *given: Any, prepared: Prepared, **options: Any) -> None:
        super().__init__(*given, **options)
        self.asked = prepared.asked
        for field in self.asked:
            self.fields[field.code] = _field(field)
            self.initial[field.code] = _initial(field, prepared.draft.answers.get(field.code, ""))
        self.needed = frozenset(one.code for one in self.asked if one.required)
        if not self.is_bound:
            self.label_needed()

    @property
    def answers(self) -> dict[str, str]:
        """As they were typed."""
        return {field.code: str(self.cleaned_data.get(field.code) or "") for field in self.asked}


class PartyForm(JudgedForm):
    """Somebody the case is about, as their card says."""

    number = forms.CharField(
        label=_("Số định danh cá nhân"),
        help_text=_("12 chữ số trên thẻ căn cước"),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={**NARROW, "inputmode": "numeric", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Họ, chữ đệm và tên"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    birth = TypedDay(label=_("Ngày sinh"), required=False)

    def __init__(
        self, *given: Any, claim: Claim | None, own: Claim | None = None, **options: Any
    ) -> None:
        super().__init__(*given, **options)
        self.own = own
        # Whether they are needed depends on whether any was given: the page says so.
        self.needed = frozenset(self.fields)
        if not self.is_bound:
            self.label_needed()
        if claim is not None:
            self.initial = {
                "number": claim.number,
                "name": claim.name,
                "birth": ["", "", *claim.birth.split("/")][-3:],
            }

    @property
    def claim(self) -> Claim | None:
        """Who is named; `own` where the applicant said to be it; None where nothing was filled
        in."""
        if self.own is not None and OWN in self.data:
            return self.own
        number, name, birth = (str(self.cleaned_data[key]) for key in ("number", "name", "birth"))
        # Of a birth known in part the first boxes are empty.
        return Claim(number, name, birth.lstrip("/")) if number or name or birth else None


class PaperForm(forms.Form):
    """A paper for something that the state cannot see itself."""

    file = forms.FileField(
        label=_("Ảnh chụp hoặc bản quét"),
        help_text=_("PDF, JPEG hoặc PNG, nhiều nhất 20 MB. Chụp đủ bốn góc, chữ đọc được."),
        widget=forms.ClearableFileInput(attrs={"accept": PICTURES}),
        error_messages={"required": _("Chọn tệp ảnh chụp hoặc bản quét")},
    )

    def __init__(self, *given: Any, need: Requirement, **options: Any) -> None:
        super().__init__(*given, **options)
        choices = paper_choices(need)
        self.fields["kind"] = forms.ChoiceField(
            label=_("Loại giấy tờ"),
            choices=choices,
            widget=forms.RadioSelect if len(choices) > 1 else forms.HiddenInput,
            error_messages={"required": _("Chọn loại giấy tờ")},
        )
        self.order_fields(["kind", "file"])
        if len(choices) == 1:
            self.initial["kind"] = choices[0][0]


class WhyForm(forms.Form):
    """A reason in words."""

    why = forms.CharField(
        label=_("Lý do"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


class RatingForm(forms.Form):
    """How satisfied, in three words; why, if one likes."""

    satisfaction = forms.TypedChoiceField(
        label=_("Bạn có hài lòng với việc giải quyết hồ sơ này không?"),
        coerce=lambda value: Satisfaction(int(value)),
        choices=lambda: [(one.value, gettext(name)) for one, name in SATISFACTION_NAMES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn một trong ba")},
    )
    words = forms.CharField(
        label=_("Vì sao?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SupplementForm(JudgedForm):
    """What the desk asked for: a paper, or an answer corrected."""

    file = forms.FileField(
        label=_("Giấy tờ bổ sung"),
        required=False,
        help_text=_("PDF, JPEG hoặc PNG, nhiều nhất 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": PICTURES}),
    )

    def __init__(self, *given: Any, procedure: Procedure, **options: Any) -> None:
        super().__init__(*given, **options)
        self.asked = procedure.asked
        proofs = (
            (f"{need.code}:{kind}", name)
            for need in procedure.requirements
            for kind, name in paper_choices(need)
        )
        self.fields["proof"] = forms.ChoiceField(
            label=_("Giấy tờ này là"), required=False, choices=[("", ""), *proofs]
        )
        for field in self.asked:
            self.fields[field.code] = _field(field)
            self.fields[field.code].help_text = gettext("Chỉ điền nếu cần sửa.")

    @property
    def requirement(self) -> str:
        """What the paper proves."""
        return str(self.cleaned_data["proof"]).partition(":")[0]

    @property
    def paper_kind(self) -> str:
        """Which kind of paper it is."""
        return str(self.cleaned_data["proof"]).partition(":")[2]

    @property
    def answers(self) -> dict[str, str]:
        """What was corrected."""
        typed = {one.code: str(self.cleaned_data.get(one.code) or "") for one in self.asked}
        return {code: answer for code, answer in typed.items() if answer}

    def clean(self) -> dict[str, Any]:
        """A file needs to be of a kind."""
        given = dict(super().clean() or {})
        if given.get("file") and not given.get("proof"):
            self.add_error("proof", gettext("Chọn giấy tờ này là gì"))
        return given

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """Beside each field; what belongs to none, above."""
        show_faults(self, faults)
        for code, fault in faults.items():
            if code not in self.fields:
                self.add_error(None, gettext(FAULT_WORDS[fault]))


def show_faults(form: forms.Form, faults: Mapping[str, str]) -> None:
    """Say beside each field what the module found wrong there."""
    for code, fault in faults.items():
        if code in form.fields and code not in form.errors:
            form.add_error(code, gettext(FAULT_WORDS[fault]))


def party_fault(faults: Mapping[str, str], party: str) -> str:
    """What is wrong with somebody named, in words."""
    fault = faults.get(f"party:{party}")
    return gettext(FAULT_WORDS[fault]) if fault else ""


def shown_value(field: FormField, value: str) -> str:
    """A kept or held value in words: of a code its name, of a commune its name."""
    if not value:
        return ""
    if field.kind == "commune":
        return unit_name(value) if value in province().units.by_code else value
    if field.kind in {"date", "month"}:
        return "/".join(reversed(value.split("-"))) if "-" in value else value
    return dict(_choices(field)).get(value, value) if field.kind == "code" else value


def party_choices(procedure: Procedure) -> tuple[tuple[str, str], ...]:
    """Who has to be named."""
    return tuple((one.code, said(one)) for one in procedure.parties if one.found == "number")


def _field(field: FormField) -> forms.Field:
    common: dict[str, Any] = {"label": said(field), "required": False}
    if field.hint is not None:
        common["help_text"] = said(field.hint)
    if field.why_asked is not None:
        common["help_text"] = said(field.why_asked)
    made = _by_kind(field, common)
    # Only the label looks at it; what is missing is the module's to say.
    made.required = False
    return made


def _by_kind(field: FormField, common: dict[str, Any]) -> forms.Field:
    if field.kind == "date":
        return TypedDay(**common)
    if field.kind == "commune":
        communes = [(one.code, unit_name(one.code)) for one in province().units.communes]
        communes.sort(key=lambda pair: pair[1])
        return _Chosen(choices=[("", ""), *communes], widget=forms.Select, **common)
    if field.kind == "code":
        choices = _choices(field)
        if len(choices) <= MOST_RADIOS:
            return _Chosen(choices=choices, widget=forms.RadioSelect, **common)
        return _Chosen(choices=[("", ""), *choices], widget=forms.Select, **common)
    if field.at_most_letters > 200:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **common)
    attributes = {"inputmode": "numeric", **NARROW} if field.kind in {"number", "amount"} else {}
    return forms.CharField(widget=forms.TextInput(attrs=attributes), **common)


class _Chosen(forms.ChoiceField):
    """One of a list; what is not of it is the module's to refuse."""

    def validate(self, value: object) -> None:
        """Nothing here."""


def _choices(field: FormField) -> tuple[tuple[str, str], ...]:
    if field.choices:
        return tuple((one.code, said(one)) for one in field.choices)
    rows = province().code_lists[field.code_list or ""].rows
    today = clock.today()
    return tuple(
        (row.code, said(row))
        for row in rows
        if (row.since is None or row.since <= today) and (row.until is None or today <= row.until)
    )


def _initial(field: FormField, value: str) -> object:
    return value.split("/") if field.kind == "date" and value else value
