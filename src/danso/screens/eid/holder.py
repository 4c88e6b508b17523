"""The holder's own page: what protects the account, who signed in, and one button that locks it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from danso.kernel.errors import DansoError, InvalidValue, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import (
    Eid,
    EnrolmentKind,
    LockReason,
    PhoneChange,
    PortalAccountUnknown,
)
from danso.screens.eid import enrolling, forms, words
from danso.screens.eid.assisting import is_in_team
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import View, signed_in

KEPT_PHONE: Final = "eid_phone"
Work = Callable[[HttpRequest, Eid], HttpResponse]


def of_holder(*, reauth: bool = False) -> Callable[[Work], View]:
    """A page for citizens signed in with their own e-ID; an officer is sent to theirs."""

    def closed(view: Work) -> View:
        @wraps(view)
        def shown(request: HttpRequest) -> HttpResponse:
            eid = identity.find_eid(identity.officer_of(request).account.id)
            if eid is None:
                return HttpResponseRedirect(reverse("account:own"))
            answer = view(request, eid)
            answer["Cache-Control"] = "no-store, private"
            return answer

        return signed_in(reauth=reauth)(shown)

    return closed


@of_holder()
def own(request: HttpRequest, eid: Eid) -> HttpResponse:
    """Everything about the account, on one page."""
    known = identity.authenticated(request)
    state, tone = words.state_of(eid)
    context = {
        "eid": eid,
        "state": state,
        "tone": tone,
        "phone": words.masked(eid.phone),
        "known": known,
        "here": known.session if known else "",
        "factors": [
            (one, str(words.FACTORS.get(one.kind, one.kind)), None, "eid:factor-lock", "factor")
            for one in identity.factors_of(eid.account)
        ],
        "sessions": identity.live_sessions(eid.account),
        "tries": [(one, words.methods_text(one)) for one in identity.sign_ins(eid.account)],
        "is_in_team": eid.level >= 2 and bool(eid.person and is_in_team(eid.person)),
        "devices": [
            (one, _("Thiết bị"), one.used_at, "eid:device-lock", "device")
            for one in identity.devices_of(eid.account)
        ],
        "portals": identity.portal_accounts_of(eid.account),
        "can_face": eid.level >= 2 and identity.has_id_database(),
        "children": identity.children_of(eid.account),
    }
    return render(request, "eid/own.html", context)


@of_holder()
@require_POST
def lock(request: HttpRequest, eid: Eid) -> HttpResponse:
    """The one button: nobody signs in any more, here or anywhere."""
    actor = identity.officer_of(request).actor
    identity.lock_eid(eid.account, LockReason.HOLDER, actor=actor)
    logout(request)
    return HttpResponseRedirect(reverse("eid:locked"))


@of_holder()
@require_POST
def lock_factor(request: HttpRequest, eid: Eid) -> HttpResponse:
    """Stop one factor at once, without asking for it: it may be in other hands."""
    identity.lock_factor(eid.account, _number(request.POST.get("factor", "")))
    messages.success(request, _("Đã khóa. Thêm lại khi bạn có thiết bị mới."))
    return HttpResponseRedirect(reverse("eid:own"))


@of_holder()
@require_POST
def disown(request: HttpRequest, eid: Eid) -> HttpResponse:
    """An old account that goes with this e-ID is somebody else's: police look at it."""
    try:
        key = UUID(request.POST.get("portal", ""))
    except ValueError:
        raise PortalAccountUnknown from None
    identity.disown_portal_account(eid.account, key)
    messages.success(request, _("Đã ghi nhận. Công an sẽ xem ai đã mở tài khoản đó."))
    return HttpResponseRedirect(reverse("eid:own"))


@of_holder()
@require_POST
def end_session(request: HttpRequest, eid: Eid) -> HttpResponse:
    """End one session, or all but this one."""
    known = identity.authenticated(request)
    if request.POST.get("all") == "1":
        identity.end_other_sessions(eid.account, known.session if known else "")
    else:
        identity.end_session(eid.account, request.POST.get("session", ""))
    messages.success(request, _("Đã kết thúc phiên."))
    return HttpResponseRedirect(reverse("eid:own"))


@of_holder(reauth=True)
def new_password(request: HttpRequest, eid: Eid) -> HttpResponse:
    """A new password without the old one, for somebody who signed in with two factors."""
    known = identity.authenticated(request)
    if known is None or known.authentication < 2:
        raise Refused(
            "This needs a passkey.",
            code="needs_two_factors",
            fix="Sign in with your passkey, or go to the commune police with your card.",
        )
    form = forms.PasswordForm(forms.posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            identity.replace_password(eid.account, form.cleaned_data["password"])
        except InvalidValue as error:
            form.add_error("password", error.message)
        else:
            logout(request)
            return HttpResponseRedirect(reverse("account:sign-in"))
    return render(request, "eid/new-password.html", {"form": form})


@of_holder()
@require_http_methods(["GET", "POST"])
def child(request: HttpRequest, eid: Eid) -> HttpResponse:
    """Begin an account for one's child: level 2 only. Whoever types the address sees the page that
    has the button."""
    if request.method == "GET":
        return HttpResponseRedirect(f"{reverse('eid:own')}#con")
    if eid.level < 2:
        raise Refused(
            "Only a parent with level 2 opens a child's account.",
            code="parent_level",
            fix="Get level 2 from the commune police first.",
        )
    enrolling.begin(request, EnrolmentKind.CHILD, eid.account)
    return HttpResponseRedirect(reverse("eid:number"))


@of_holder(reauth=True)
def new_phone(request: HttpRequest, eid: Eid) -> HttpResponse:
    """Another telephone: first which, then a code from both."""
    form = forms.PhoneForm(forms.posted(request))
    if request.method == "POST" and form.is_valid():
        actor = identity.officer_of(request).actor
        try:
            made = identity.begin_phone_change(eid.account, form.cleaned_data["phone"], actor=actor)
        except DansoError as error:
            form.add_error("phone", " ".join(words_of(error)).strip())
        else:
            request.session[KEPT_PHONE] = [str(made.old), str(made.new)]
            return HttpResponseRedirect(reverse("eid:phone-codes"))
    return render(request, "eid/new-phone.html", {"form": form})


@of_holder(reauth=True)
def phone_codes(request: HttpRequest, eid: Eid) -> HttpResponse:
    """Both codes; then the new telephone is the account's."""
    kept = request.session.get(KEPT_PHONE)
    if not kept:
        return HttpResponseRedirect(reverse("eid:new-phone"))
    form = forms.BothCodesForm(forms.posted(request))
    if request.method == "POST" and form.is_valid():
        change = PhoneChange(*(UUID(key) for key in kept))
        codes = (form.cleaned_data["old"], form.cleaned_data["new"])
        actor = identity.officer_of(request).actor
        try:
            identity.finish_phone_change(eid.account, change, codes, actor=actor)
        except DansoError as error:
            form.add_error(None, " ".join(words_of(error)).strip())
        else:
            del request.session[KEPT_PHONE]
            messages.success(request, _("Đã đổi số điện thoại. Cả hai số đều được báo."))
            return HttpResponseRedirect(reverse("eid:own"))
    return render(request, "eid/phone-codes.html", {"form": form})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
