"""Issuing an agreement, one question a page: purpose, service, terms, check. Nothing is kept
between the pages but what stands in the address (codes only) and in the form."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from danso.catalogue.shapes.people import Purpose
from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import (
    NON_STATE_SERVICES,
    AgreementTerms,
    PartnerData,
    PartnerKind,
    PartnerUnknown,
    Service,
)
from danso.modules.identity.data import Role
from danso.modules.identity.interface import actor_of
from danso.screens.partner import words
from danso.screens.partner.forms import TermsForm, add_refusal
from danso.screens.partner.reach import partner_in_reach
from danso.toolkit.permission import requires
from danso.toolkit.platform import province

STEP = "step"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of Django's field
ISSUES = requires(Role.AGREEMENT_OFFICER, reauth=True)


@dataclass(frozen=True, slots=True)
class Choice:
    """One door of a step: what can be chosen, and what that means."""

    code: str
    name: str
    note: str


@ISSUES
@require_safe
def purpose(request: HttpRequest, code: str) -> HttpResponse:
    """Step 1: the purposes that this kind of body may hold."""
    partner = _open_partner(request, code)
    choices = [
        Choice(one.code, words.said(one), one.legal_basis)
        for one in province().purposes.values()
        if partner.body.value in one.readers and _services(one, partner)
    ]
    return render(request, "partner/issue-purpose.html", {"partner": partner, "choices": choices})


@ISSUES
@require_safe
def service(request: HttpRequest, code: str, purpose_code: str) -> HttpResponse:
    """Step 2: the services that the purpose opens to this partner."""
    partner = _open_partner(request, code)
    found = province().purpose(purpose_code)
    held = {
        one.terms.service
        for one in exchange.agreements(code)
        if one.terms.purpose == purpose_code and words.is_in_force(one)
    }
    services = _services(found, partner)
    context = {
        "partner": partner,
        "purpose": found,
        "purpose_name": words.said(found),
        "choices": [
            Choice(one.value, str(words.SERVICES[one][0]), str(words.SERVICES[one][1]))
            for one in services
            if one not in held
        ],
        "held": [words.service_words(one) for one in services if one in held],
    }
    return render(request, "partner/issue-service.html", context)


@ISSUES
@require_http_methods(["GET", "POST"])
def terms(request: HttpRequest, code: str, purpose_code: str, service_code: str) -> HttpResponse:
    """Steps 3 to 5: the terms, a page to check them on, and the agreement itself."""
    partner = _open_partner(request, code)
    found = province().purpose(purpose_code)
    chosen = next((one for one in _services(found, partner) if one.value == service_code), None)
    if chosen is None:
        raise NotFound("no such service", code="service_unknown", fix="Choose a service.")
    form = TermsForm(
        exchange.fields_allowed(found.code, chosen), request.POST if request.POST else None
    )
    context = {
        "partner": partner,
        "purpose": found,
        "purpose_name": words.said(found),
        "service": chosen,
        "service_name": words.service_words(chosen),
        "form": form,
    }
    step = request.POST.get(STEP, "")
    if request.method != "POST" or step == "change" or not form.is_valid():
        return render(request, "partner/issue-terms.html", context)
    if step == "issue":
        try:
            issued = exchange.issue_agreement(
                _terms(form, partner, found, chosen), actor=actor_of(request)
            )
        except (InvalidValue, Conflict) as error:
            add_refusal(form, error)
            return render(request, "partner/issue-terms.html", context)
        messages.success(request, _("Đã cấp thỏa thuận %(number)s.") % {"number": issued.code})
        return redirect("partner:agreement", number=issued.code)
    return render(request, "partner/issue-check.html", context | _checked(request, form))


def _checked(request: HttpRequest, form: TermsForm) -> dict[str, object]:
    """What the check page shows, and what it posts again as it was typed."""
    given = form.cleaned_data
    hidden = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in (STEP, TOKEN)
        for value in values
    ]
    return {
        "given": given,
        "hidden": hidden,
        "last_day": given["last_day"],
        "fields": [words.field_words(code) for code in given["fields_asked"]],
    }


def _terms(
    form: TermsForm, partner: PartnerData, found: Purpose, chosen: Service
) -> AgreementTerms:
    given = form.cleaned_data
    return AgreementTerms(
        partner=partner.code,
        purpose=found.code,
        service=chosen,
        fields=tuple(given["fields_asked"]),
        since=clock.now(),
        until=form.until,
        rate=given["rate"],
        evidence=given["evidence"],
        partner_signatory=given["partner_signatory"],
        officer_signatory=given["officer_signatory"],
    )


def _services(found: Purpose, partner: PartnerData) -> list[Service]:
    """Services that may be agreed for this purpose with this kind of partner."""
    opened = [Service(code) for code in found.services]
    if partner.kind is PartnerKind.NON_STATE:
        opened = [one for one in opened if one in NON_STATE_SERVICES]
    return [one for one in opened if exchange.fields_allowed(found.code, one)]


def _open_partner(request: HttpRequest, code: str) -> PartnerData:
    partner = partner_in_reach(request, code)
    if partner.closed_at is not None:
        raise PartnerUnknown(code)
    return partner
