"""The try-it console: a partner's contact asks about sandbox people and sees everything."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import msgspec
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from danso.kernel.errors import InvalidValue
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import AgreementData, SandboxExample, Service
from danso.modules.identity.data import Role
from danso.modules.identity.interface import officer_of
from danso.screens.partner import words
from danso.screens.partner.forms import add_refusal
from danso.screens.partner.reach import partner_in_reach
from danso.toolkit.permission import requires
from danso.toolkit.platform import platform
from danso.wire.envelope import Claim
from danso.wire.reasons import REASONS, Verdict

PICK = "pick"


class TrialForm(forms.Form):
    """What the paper in the hand says about a sandbox person."""

    agreement = forms.ChoiceField(label=_("Theo thỏa thuận"))
    number = forms.ChoiceField(label=_("Người mẫu"))
    full_name = forms.CharField(label=_("Họ, chữ đệm và tên như trên giấy tờ"), max_length=100)
    birth = forms.CharField(
        label=_("Ngày sinh"),
        required=False,
        max_length=10,
        help_text=_("Như trên giấy tờ: 1965, 1965-03 hoặc 1965-03-21."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )
    sex = forms.ChoiceField(
        label=_("Giới tính"),
        required=False,
        choices=[("", _("– không hỏi –")), ("1", _("Nam")), ("2", _("Nữ"))],
    )
    permanent_place = forms.CharField(
        label=_("Mã xã nơi thường trú"),
        required=False,
        max_length=5,
        help_text=_("5 chữ số theo bản đồ từ 01/7/2025. Để trống thì không hỏi."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5", "inputmode": "numeric"}),
    )

    def __init__(
        self,
        agreements: list[AgreementData],
        people: tuple[SandboxExample, ...],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._offer("agreement", [(one.code, _agreement_words(one)) for one in agreements])
        self._offer("number", [(one.number, f"{one.number} – {one.gives}") for one in people])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def claim(self) -> Claim:
        """The claim as the gateway would read it; InvalidValue says which part is wrong."""
        given = {name: value for name, value in self.cleaned_data.items() if value}
        del given["agreement"]
        if "sex" in given:
            given["sex"] = int(given["sex"])
        try:
            return msgspec.convert(given, Claim)
        except msgspec.ValidationError as error:
            raise InvalidValue(str(error), code="body_wrong", fix="") from error


@dataclass(frozen=True, slots=True)
class Shown:
    """One try: what was sent, how to send it oneself, what came back and what it means."""

    request: str
    curl: str
    answer: str
    code: str
    text: str
    next: str
    tone: str


@requires(Role.PARTNER_CONTACT)
@require_http_methods(["GET", "POST"])
def trial(request: HttpRequest, code: str) -> HttpResponse:
    """Ask as the gateway does, about the published made-up people only."""
    partner = partner_in_reach(request, code)
    agreements = [
        one
        for one in exchange.agreements(code)
        if one.terms.service is Service.VERIFY and words.is_in_force(one)
    ]
    people = exchange.sandbox()
    picked = request.POST.get(PICK, "")
    asked = None if picked else request.POST or None
    form = TrialForm(agreements, people, asked, initial=_start(people, picked))
    shown = None
    if asked and form.is_valid():
        number = form.cleaned_data["agreement"]
        try:
            claim = form.claim()
            found = exchange.try_verify(number, claim, officer=str(officer_of(request).account.id))
        except InvalidValue as error:
            add_refusal(form, error)
        else:
            shown = _show(next(one for one in agreements if one.code == number), claim, found)
    context = {
        "partner": partner,
        "form": form,
        "shown": shown,
        "people": people,
        "agreements": agreements,
        "words": words,
    }
    return render(request, "partner/trial.html", context)


def _start(people: tuple[SandboxExample, ...], picked: str) -> dict[str, str]:
    """The form filled with the person whose button was pressed, else with the first."""
    chosen = next((one for one in people if one.number == picked), people[0] if people else None)
    if chosen is None:
        return {}
    return {"number": chosen.number, "full_name": chosen.name, "birth": chosen.birth}


def _agreement_words(agreement: AgreementData) -> str:
    return f"{words.purpose_words(agreement.terms.purpose)} ({agreement.code})"


def _show(agreement: AgreementData, claim: Claim, found: Verdict) -> Shown:
    body = {
        "envelope": {
            "purpose": agreement.terms.purpose,
            "procedure": "1.000001",
            "file_code": "HS-0001",
            "officer": "CB-01",
        },
        "person": {k: v for k, v in msgspec.to_builtins(claim).items() if v is not None},
    }
    is_english = (get_language() or "").startswith("en")
    reason = REASONS[found.code]
    return Shown(
        request=_pretty(body),
        curl=_curl(body),
        answer=_pretty(_answer(found)),
        code=found.code,
        text=reason.en if is_english else reason.vi,
        next=(reason.next_en if is_english else reason.next_vi)
        or gettext("Không phải làm gì thêm."),
        tone="good" if found.result.startswith("match") else "warn",
    )


def _answer(found: Verdict) -> dict[str, Any]:
    """The members of the gateway's answer that come from the verdict."""
    answer: dict[str, Any] = {"result": found.result, "code": found.code}
    answer["fields"] = {
        name: {"result": one.result, "code": one.code} | ({"doubted": True} if one.doubted else {})
        for name, one in found.fields.items()
    }
    answer["reason"] = {"vi": found.reason.vi, "en": found.reason.en}
    if found.reason.next_vi:
        answer["next"] = {"vi": found.reason.next_vi, "en": found.reason.next_en}
    return answer


def _curl(body: dict[str, Any]) -> str:
    sent = json.dumps(body, ensure_ascii=False)
    return (
        f"curl -sS {platform().gateway_url}/v1/verify \\\n"
        '  -H "Authorization: Bearer $TOKEN" \\\n'
        '  -H "Content-Type: application/json" \\\n'
        f"  -d '{sent}'"
    )


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
