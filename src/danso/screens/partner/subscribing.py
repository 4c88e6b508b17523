"""A source's owner and its subscription: which changes of people flow to it."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from danso.catalogue.shapes.sources import Source
from danso.kernel.errors import InvalidValue, NotFound
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import PartnerData, Service
from danso.modules.identity.data import Role
from danso.modules.identity.interface import actor_of
from danso.screens.partner import words
from danso.screens.partner.forms import add_refusal
from danso.screens.partner.reach import partner_in_reach
from danso.toolkit.permission import requires
from danso.toolkit.platform import province


class _AnyOf(forms.MultipleChoiceField):
    """Choosing none is an answer, not an omission: its hint says what it does."""

    none_is_an_answer = True


class FieldsForm(forms.Form):
    """Which of the agreed fields flow; none ends the subscription."""

    fields_asked = _AnyOf(
        label=gettext_lazy("Biến động của các trường"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Không chọn trường nào là ngừng nhận biến động."),
    )

    def __init__(self, allowed: list[str], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        asked = self.fields["fields_asked"]
        assert isinstance(asked, forms.MultipleChoiceField)  # noqa: S101 - declared above
        asked.choices = [(code, words.field_words(code).name) for code in allowed]


@dataclass(frozen=True, slots=True)
class Owned:
    """A source that the partner owns, and what flows to it."""

    code: str
    name: str
    fields: tuple[str, ...]


def owned_sources(partner: PartnerData) -> list[Owned]:
    """Sources of the partner's agency whose people's changes can flow."""
    held = {one.source: one for one in exchange.subscriptions(partner.code)}
    return [
        Owned(
            source.code,
            words.said(source),
            tuple(
                words.field_words(code).name
                for code in source.subscribes
                if source.code in held and code in held[source.code].fields
            ),
        )
        for source in province().sources.values()
        if partner.agency and source.owner == partner.agency and source.subscribes
    ]


@requires(Role.AGREEMENT_OFFICER, reauth=True)
@require_http_methods(["GET", "POST"])
def subscription(request: HttpRequest, code: str, source_code: str) -> HttpResponse:
    """Choose which changes flow to a source's owner, or end them."""
    partner = partner_in_reach(request, code)
    source = province().sources.get(source_code)
    if source is None or source.owner != partner.agency:
        raise NotFound("no such source", code="source_unknown", fix="Choose one of its sources.")
    held = {one.source: one for one in exchange.subscriptions(code)}.get(source_code)
    allowed = _agreed(partner, source)
    initial = {"fields_asked": list(held.fields) if held else allowed}
    posted = request.POST if request.method == "POST" else None
    form = FieldsForm(allowed, posted, initial=initial)
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["fields_asked"]
        try:
            if wanted:
                exchange.subscribe(code, source_code, fields=wanted, actor=actor_of(request))
            elif held is not None:
                exchange.unsubscribe(code, source_code, actor=actor_of(request))
        except InvalidValue as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Đã ghi đăng ký nhận biến động."))
            return redirect("partner:one", code=code)
    context = {"partner": partner, "source": words.said(source), "form": form, "allowed": allowed}
    return render(request, "partner/subscription.html", context)


def _agreed(partner: PartnerData, source: Source) -> list[str]:
    agreed = {
        field
        for one in exchange.agreements(partner.code)
        if one.terms.service is Service.CHANGES and words.is_in_force(one)
        for field in one.terms.fields
    }
    return [code for code in source.subscribes if code in agreed]
