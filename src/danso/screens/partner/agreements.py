"""One agreement: what it says, who signed, how it ended; its revocation."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from danso.modules.exchange import interface as exchange
from danso.modules.identity.data import Role
from danso.modules.identity.interface import actor_of
from danso.screens.partner import words
from danso.screens.partner.forms import ReasonForm
from danso.screens.partner.reach import agreement_in_reach, is_officer
from danso.toolkit.permission import requires


@requires(Role.AGREEMENT_OFFICER, Role.PARTNER_CONTACT)
@require_safe
def one(request: HttpRequest, number: str) -> HttpResponse:
    """An agreement as both sides see it."""
    agreement = agreement_in_reach(request, number)
    context = {
        "agreement": agreement,
        "terms": agreement.terms,
        "partner": exchange.get_partner(agreement.terms.partner),
        "purpose": words.purpose_words(agreement.terms.purpose),
        "service": words.service_words(agreement.terms.service),
        "fields": [words.field_words(code) for code in agreement.terms.fields],
        "by_consent": words.consent_words(agreement)[0],
        "by_consent_note": words.consent_words(agreement)[1],
        "state": words.agreement_state(agreement),
        "last_day": words.last_day(agreement.terms.until),
        "issued_by": words.account_words(agreement.issued_by),
        "revoked_by": words.account_words(agreement.revoked_by),
        "may_revoke": is_officer(request) and agreement.revoked_at is None,
    }
    return render(request, "partner/agreement.html", context)


@requires(Role.AGREEMENT_OFFICER, reauth=True)
@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, number: str) -> HttpResponse:
    """End an agreement now, with the reason that both sides will read."""
    agreement = agreement_in_reach(request, number)
    if agreement.revoked_at is not None:
        messages.info(request, _("Thỏa thuận này đã được thu hồi."))
        return redirect("partner:agreement", number=number)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        exchange.revoke_agreement(number, reason=reason, actor=actor_of(request))
        messages.success(request, _("Đã thu hồi; cổng kết nối từ chối sau 5 giây."))
        return redirect("partner:agreement", number=number)
    context = {
        "agreement": agreement,
        "form": form,
        "partner": exchange.get_partner(agreement.terms.partner),
        "purpose": words.purpose_words(agreement.terms.purpose),
        "service": words.service_words(agreement.terms.service),
    }
    return render(request, "partner/agreement-revoke.html", context)
