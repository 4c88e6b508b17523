"""Partners and their keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Activity
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import AgreementData, KeyData, PartnerData
from danso.modules.identity.data import Role
from danso.modules.identity.interface import actor_of
from danso.screens.partner import words
from danso.screens.partner.forms import KeyForm, PartnerForm, add_refusal
from danso.screens.partner.reach import (
    codes_in_reach,
    is_officer,
    partner_in_reach,
    partners_in_reach,
)
from danso.screens.partner.subscribing import owned_sources
from danso.toolkit.permission import requires
from danso.toolkit.platform import platform

DAYS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Row:
    """One partner in the list."""

    partner: PartnerData
    body: str
    state: words.State
    in_force: int
    keys: int
    month: Activity


@requires(Role.AGREEMENT_OFFICER, Role.PARTNER_CONTACT)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """All partners for the officer; a contact of one partner goes straight to its page."""
    found = partners_in_reach(request)
    codes = codes_in_reach(request)
    if codes is not None and len(found) == 1:
        return redirect("partner:one", code=found[0].code)
    today = clock.today()
    month = audit.activity_by_partner(today - timedelta(days=DAYS_SHOWN - 1), today)
    rows = [_row(one, month.get(one.code, Activity())) for one in found]
    return render(request, "partner/list.html", {"rows": rows, "is_officer": is_officer(request)})


def _row(partner: PartnerData, month: Activity) -> Row:
    agreements = exchange.agreements(partner.code)
    keys = exchange.keys_of(partner.code)
    return Row(
        partner,
        str(words.BODIES[partner.body]),
        words.partner_state(partner),
        sum(words.is_in_force(one) for one in agreements),
        sum(one.revoked_at is None for one in keys),
        month,
    )


@requires(Role.AGREEMENT_OFFICER, reauth=True)
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Make a partner; it may ask nothing until it has a key and an agreement."""
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = exchange.create_partner(
                code=given["code"],
                body=form.body_kind,
                actor=actor_of(request),
                agency=given["agency"],
                name=given["name"],
            )
        except (InvalidValue, Conflict) as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Đã thêm đơn vị. Bước tiếp theo: thêm khóa và thỏa thuận."))
            return redirect("partner:one", code=made.code)
    return render(request, "partner/create.html", {"form": form})


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One agreement in a partner's list."""

    agreement: AgreementData
    purpose: str
    service: str
    state: words.State
    last_day: object


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One key in a partner's list."""

    key: KeyData
    state: words.State


@requires(Role.AGREEMENT_OFFICER, Role.PARTNER_CONTACT)
@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """A partner: agreements, keys, where to go from here."""
    partner = partner_in_reach(request, code)
    agreements = [
        AgreementRow(
            found,
            words.purpose_words(found.terms.purpose),
            words.service_words(found.terms.service),
            words.agreement_state(found),
            words.last_day(found.terms.until),
        )
        for found in reversed(exchange.agreements(code))
    ]
    context = {
        "partner": partner,
        "body": words.BODIES[partner.body],
        "state": words.partner_state(partner),
        "in_force": [row for row in agreements if words.is_in_force(row.agreement)],
        "past": [row for row in agreements if not words.is_in_force(row.agreement)],
        "keys": [KeyRow(key, words.key_state(key)) for key in reversed(exchange.keys_of(code))],
        "sources": owned_sources(partner),
        "is_officer": is_officer(request),
        "may_try": codes_in_reach(request) is not None,
        "gateway": platform().gateway_url,
    }
    return render(request, "partner/one.html", context)


@requires(Role.AGREEMENT_OFFICER, reauth=True)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a partner for good."""
    partner = partner_in_reach(request, code)
    if request.method == "POST":
        exchange.close_partner(code, actor=actor_of(request))
        messages.success(request, _("Đã đóng đơn vị; khóa và thỏa thuận hết tác dụng sau 5 giây."))
        return redirect("partner:one", code=code)
    return render(request, "partner/close.html", {"partner": partner})


@requires(Role.AGREEMENT_OFFICER, reauth=True)
@require_http_methods(["GET", "POST"])
def add_key(request: HttpRequest, code: str) -> HttpResponse:
    """Register a partner's public key; a private one is refused and never kept or shown again."""
    partner = partner_in_reach(request, code)
    form = KeyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            exchange.add_key(code, form.cleaned_data["jwk"], actor=actor_of(request))
        except (InvalidValue, Conflict) as error:
            # Whatever was pasted is not sent back: it may be somebody's private key.
            form = KeyForm({"text": "", "again": "1"})
            form.full_clean()
            form.errors.clear()
            add_refusal(form, error)
        else:
            messages.success(request, _("Đã thêm khóa. Đơn vị dùng được ngay."))
            return redirect("partner:one", code=code)
    return render(request, "partner/key-add.html", {"partner": partner, "form": form})


@requires(Role.AGREEMENT_OFFICER, reauth=True)
@require_http_methods(["GET", "POST"])
def revoke_key(request: HttpRequest, code: str, kid: str) -> HttpResponse:
    """Revoke a key; tokens got with it stop within five seconds."""
    partner = partner_in_reach(request, code)
    key = next((one for one in exchange.keys_of(code) if one.kid == kid), None)
    if key is None or key.revoked_at is not None:
        messages.info(request, _("Khóa này không còn hiệu lực."))
        return redirect("partner:one", code=code)
    if request.method == "POST":
        exchange.revoke_key(kid, actor=actor_of(request))
        messages.success(request, _("Đã thu hồi khóa; mã truy cập đã cấp ngừng sau 5 giây."))
        return redirect("partner:one", code=code)
    return render(request, "partner/key-revoke.html", {"partner": partner, "key": key})
