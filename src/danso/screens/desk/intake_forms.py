"""What intake asks: who it is, which service, and one dense page for the rest."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.catalogue.shapes.procedures import Requirement
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.modules.cases.data import Claim, Prepared
from danso.screens.desk import words
from danso.screens.desk.answer_fields import PLAIN, Choices, answer_field, not_marked
from danso.screens.desk.identifying import claim_of
from danso.screens.desk.step_forms import check_size, units_for
from danso.toolkit.html.date_parts import PartialDateField

# How a requirement is proven at the desk, as `KIND` of paper follows.
SHOWN: Final = "shown"
SCAN: Final = "scan"
KEPT: Final = "kept"


class WhoForm(forms.Form):
    """A reader types the QR; without a card: number, name and birth date."""

    card = forms.CharField(
        label=_("Mã QR trên thẻ, hoặc số định danh"),
        help_text=_(
            "Đặt con trỏ ở đây rồi quét. Thẻ không quét được: nhập 12 chữ số và hai ô dưới."
        ),
        max_length=600,
        widget=forms.TextInput({**PLAIN, "autofocus": True}),
    )
    name = forms.CharField(
        label=_("Họ, chữ đệm và tên"),
        help_text=_("Bỏ trống khi đã quét mã."),
        max_length=200,
        required=False,
        widget=forms.TextInput(PLAIN),
    )
    birth = PartialDateField(
        label=_("Ngày sinh"), help_text=_("Bỏ trống khi đã quét mã."), required=False
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for name in ("name", "birth"):
            # Needed or not by what the first box holds, which its hint says.
            not_marked(self.fields[name])


class FillForm(forms.Form):
    """Everything that a draft still needs: unit, asked fields, parties by number, proofs."""

    def __init__(self, data: Any = None, files: Any = None, *, prepared: Prepared) -> None:
        super().__init__(data, files)
        self.prepared = prepared
        self._add_unit()
        for party in prepared.procedure.parties:
            if party.found == "number":
                self._add_party(party.code, words.said(party), is_needed=party.required)
        for field in prepared.asked:
            typed = prepared.draft.answers.get(field.code, "")
            self.fields[f"answer-{field.code}"] = answer_field(field, typed)
        for requirement in wanting(prepared):
            self._add_proof(requirement)
        self._point()

    def _point(self) -> None:
        """The cursor stands where the first thing is to be typed: the unit is known already. What
        came back with faults has its summary focused."""
        first = next((name for name in self.fields if name != "unit"), "")
        if first and not self.is_bound:
            self.fields[first].widget.attrs["autofocus"] = True

    def _add_unit(self) -> None:
        level = self.prepared.procedure.level
        if level == "province":
            return
        choices: Choices = [("", ""), *units_for(self.prepared.procedure)]
        self.fields["unit"] = forms.ChoiceField(
            label=_("Nơi giải quyết"), choices=choices, required=False, initial=self.prepared.unit
        )
        not_marked(self.fields["unit"])

    def _add_party(self, code: str, name: str, *, is_needed: bool) -> None:
        claim = self.prepared.draft.claims.get(code)
        optional = "" if is_needed else gettext("Để trống nếu không có.")
        box = forms.CharField(
            label=_("%(who)s: số định danh, hoặc quét thẻ") % {"who": name},
            help_text=optional,
            required=False,
            max_length=600,
            initial=claim.number if claim else "",
            widget=forms.TextInput({**PLAIN, "class": "govuk-input--width-20"}),
        )
        not_marked(box)
        self.fields[f"party-{code}"] = box
        self.fields[f"name-{code}"] = forms.CharField(
            label=_("%(who)s: họ và tên") % {"who": name},
            required=False,
            max_length=200,
            initial=claim.name if claim else "",
            widget=forms.TextInput(PLAIN),
        )
        self.fields[f"birth-{code}"] = forms.CharField(
            label=_("%(who)s: ngày sinh") % {"who": name},
            required=False,
            max_length=10,
            initial=words.day_text(claim.birth) if claim else "",
            widget=forms.TextInput({**PLAIN, "class": "govuk-input--width-10"}),
        )
        for part in ("name", "birth"):
            not_marked(self.fields[f"{part}-{code}"])

    def _add_proof(self, requirement: Requirement) -> None:
        name = words.said(requirement)
        held = next(
            (one for one in self.prepared.draft.papers if one.requirement == requirement.code), None
        )
        initial = ""
        if held is not None:
            initial = f"{KEPT if held.digest else SHOWN}:{held.kind}"
        box = forms.ChoiceField(
            label=name,
            choices=self._ways(requirement, initial),
            required=False,
            initial=initial,
        )
        not_marked(box)
        self.fields[f"proof-{requirement.code}"] = box
        scan = forms.FileField(
            label=_("Bản quét: %(name)s") % {"name": name}, required=False, allow_empty_file=True
        )
        not_marked(scan)
        self.fields[f"scan-{requirement.code}"] = scan

    def _ways(self, requirement: Requirement, initial: str) -> Choices:
        ways: Choices = [("", gettext("Chưa có"))]
        for kind in papers_of(requirement):
            name = words.paper_name(kind)
            if initial == f"{KEPT}:{kind}":
                ways.append((initial, gettext("Đã quét: %(name)s") % {"name": name}))
            ways.append((f"{SHOWN}:{kind}", gettext("Đã xuất trình: %(name)s") % {"name": name}))
            ways.append((f"{SCAN}:{kind}", gettext("Quét ngay: %(name)s") % {"name": name}))
        return ways

    def clean(self) -> dict[str, Any]:
        """A scan that was chosen has its file."""
        given = super().clean() or {}
        for requirement in wanting(self.prepared):
            chosen = given.get(f"proof-{requirement.code}", "")
            file = given.get(f"scan-{requirement.code}")
            if chosen.startswith(f"{SCAN}:") and not file:
                self.add_error(f"scan-{requirement.code}", gettext("Chọn tệp quét."))
            if file:
                try:
                    check_size(file)
                except forms.ValidationError as error:
                    self.add_error(f"scan-{requirement.code}", error)
        return given

    @property
    def answers(self) -> dict[str, str]:
        """As typed."""
        return {
            name.removeprefix("answer-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("answer-")
        }

    def claims(self) -> dict[str, Claim | None]:
        """Who the parties are said to be; None takes one away. What is half typed is kept, so that
        the module says what is wrong with it."""
        return {
            party.code: self._claim(party.code)
            for party in self.prepared.procedure.parties
            if party.found == "number"
        }

    def _claim(self, code: str) -> Claim | None:
        given = self.cleaned_data
        typed = [given.get(f"{part}-{code}", "").strip() for part in ("party", "name", "birth")]
        if not any(typed):
            return None
        number, name, born = typed
        try:
            birth = PartialDate.parse(born) if born else None
            return claim_of(number, name, birth)
        except InvalidValue:
            return Claim(number, name, born)


def papers_of(requirement: Requirement) -> tuple[str, ...]:
    """The kinds of paper that prove it."""
    return tuple(one.paper for one in requirement.evidence if one.paper)


def wanting(prepared: Prepared) -> tuple[Requirement, ...]:
    """Requirements that no source proves and that a paper does."""
    named = {one.requirement for one in prepared.draft.papers}
    missing = {one.code for one in prepared.unproven} | named
    return tuple(
        one for one in prepared.procedure.requirements if one.code in missing and papers_of(one)
    )
