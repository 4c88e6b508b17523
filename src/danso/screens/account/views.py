"""Signing in, out and again; allauth does the work, danso the words and the record."""

from __future__ import annotations

from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.views import AccountInactiveView, LoginView, LogoutView
from allauth.account.views import PasswordChangeView as AllauthPasswordChange
from allauth.account.views import ReauthenticateView as AllauthReauthenticate
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as AllauthCodeAgain
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.modules.identity.data import ROLE_NAMES, PostData, ScopeKind
from danso.modules.identity.interface import (
    has_factor,
    note_security,
    officer_of,
    record_reauthentication,
)
from danso.modules.signon import interface as signon
from danso.modules.signon.data import HINT, Upstream
from danso.screens.account.factors import own_factors
from danso.toolkit.html.units import unit_name
from danso.toolkit.permission import View, public, signed_in
from danso.toolkit.platform import platform, province
from danso.toolkit.security import network_of

# Asks for the officers' form of the sign-in page.
OFFICERS = "can-bo"
SCOPE_WORDS = {
    ScopeKind.PROVINCE: _("Toàn tỉnh"),
    ScopeKind.COMMUNE: _("Xã, phường"),
    ScopeKind.AGENCY: _("Cơ quan"),
    ScopeKind.PARTNER: _("Đơn vị khai thác"),
}


class SignIn(LoginView):  # type: ignore[misc]
    """Log-in name and password; a passkey alone is enough. In a broker's home people go to VNeID,
    and this form is for officers, who ask for it."""

    template_name = "account/sign-in.html"

    def get_template_names(self) -> list[str]:
        is_form = self.request.method == "POST" or OFFICERS in self.request.GET
        if not is_form and self.upstreams:
            return ["account/sign-in-elsewhere.html"]
        return [self.template_name]

    @property
    def upstreams(self) -> tuple[Upstream, ...]:
        """Where people sign in instead; none where this home knows them itself."""
        return signon.upstreams() if platform().identity_mode == "broker" else ()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        is_broker = platform().identity_mode == "broker"
        return {**context, "upstreams": self.upstreams, "is_broker": is_broker}


class Code(AuthenticateView):  # type: ignore[misc]
    """The second step: a one-time code, a recovery code or a passkey."""

    template_name = "account/code.html"


class PasskeySignIn(LoginWebAuthnView):  # type: ignore[misc]
    """What the passkey button of the sign-in page asks and posts."""

    def form_invalid(self, form: Any) -> HttpResponse:
        note_security("passkey_refused", network_of(self.request.META.get("REMOTE_ADDR", "")))
        return super().form_invalid(form)  # type: ignore[no-any-return]


class SignOut(LogoutView):  # type: ignore[misc]
    """Asks on GET, signs out on POST; also leaves a sign-in that stopped half-way."""

    template_name = "account/sign-out.html"

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        upstream = getattr(self.request.user, "upstream", "")
        hint = self.request.session.get(HINT, "")
        answer: HttpResponse = super().post(*args, **kwargs)
        if not upstream:
            return answer
        # For the page that offers to sign out there too: nobody is signed in to this session.
        self.request.session[HINT] = hint
        return HttpResponseRedirect(reverse("signon:left", args=[upstream]))


class Inactive(AccountInactiveView):  # type: ignore[misc]
    """Where the password of a closed account leads."""

    template_name = "account/closed.html"


class Again:
    """Journals that somebody signed in gave a factor again."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        # Who proved themselves again goes on alone: a key that others may know is worth nothing.
        self.request.session.cycle_key()
        last = get_authentication_records(self.request, self.request.user)[-1]
        record_reauthentication(
            officer_of(self.request).account.id, method=str(last.get("type") or last["method"])
        )
        return response


class PasswordAgain(Again, AllauthReauthenticate):  # type: ignore[misc]
    """The password once more, before something that matters."""

    template_name = "account/again.html"


class CodeAgain(Again, AllauthCodeAgain):  # type: ignore[misc]
    """A one-time code once more."""

    template_name = "account/again.html"


class PasskeyAgain(Again, ReauthenticateWebAuthnView):  # type: ignore[misc]
    """A passkey once more."""

    template_name = "account/again-passkey.html"


class Password(AllauthPasswordChange):  # type: ignore[misc]
    """Choose a new password; every other session of the account ends."""

    template_name = "account/password.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "is_first": officer_of(self.request).account.must_change_password}


@signed_in()
def own(request: HttpRequest) -> HttpResponse:
    """The officer's own page: who am I here, what may I do where, how do I sign in."""
    officer = officer_of(request)
    if officer.account.is_citizen:
        return HttpResponseRedirect(reverse("eid:own"))
    return render(
        request,
        "account/own.html",
        {
            "account": officer.account,
            "unit": unit_name(officer.account.unit),
            "posts": [
                (gettext(ROLE_NAMES[post.role]), scope_words(post), post) for post in officer.posts
            ],
            "has_factor": has_factor(officer.account.id),
        },
    )


def scope_words(post: PostData) -> tuple[str, str]:
    """The kind of a scope in words, and the name (else the code) of what it names."""
    scope = post.scope
    if scope.kind is ScopeKind.COMMUNE and (commune := province().units.by_code.get(scope.code)):
        return "", commune.name
    if scope.kind is ScopeKind.AGENCY:
        return str(SCOPE_WORDS[scope.kind]), unit_name(scope.code)
    return str(SCOPE_WORDS[scope.kind]), scope.code


sign_in = public(SignIn.as_view())
code = public(Code.as_view())
passkey_sign_in = public(PasskeySignIn.as_view())
sign_out = public(SignOut.as_view())
inactive = public(Inactive.as_view())


def elsewhere_first(view: View) -> View:
    """Whoever is vouched for by another provider proves it there once more, not here."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        upstream = officer_of(request).account.upstream
        if not upstream:
            return view(request, *args, **kwargs)
        context = {
            "upstream": signon.get_upstream(upstream),
            "redirect_field_value": request.GET.get("next", ""),
        }
        return render(request, "account/again-elsewhere.html", context)

    return shown


_unfinished_too = signed_in(before_all=True)
password_again = _unfinished_too(elsewhere_first(PasswordAgain.as_view()))
code_again = _unfinished_too(elsewhere_first(CodeAgain.as_view()))
passkey_again = _unfinished_too(elsewhere_first(PasskeyAgain.as_view()))
password = _unfinished_too(own_factors(Password.as_view()))
