"""allauth's hooks: locks, the journal, the security log, and factors encrypted at rest."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import (
    AUTHENTICATION_METHODS_SESSION_KEY,
    get_authentication_records,
)
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from danso.kernel import clock
from danso.modules.identity import interface, rules
from danso.modules.identity.adapters.sealing import cipher
from danso.modules.identity.data import AccountState, SessionSeen, Vouched
from danso.modules.identity.models import Account
from danso.modules.identity.web.authenticated import HANDLE, VOUCHED, handle_of
from danso.modules.identity.web.officers import BEGAN, SEEN, is_fresh
from danso.toolkit.platform import platform
from danso.toolkit.security import network_of


class OfficerAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """No sign-up of allauth's own, no e-mail; every try leaves its trace."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Tài khoản này đã đóng."),
        "enter_current_password": _("Mật khẩu hiện tại không đúng."),
        "incorrect_code": _("Mã không đúng."),
        "incorrect_password": _("Mật khẩu không đúng."),
        "invalid_login": _("Tên đăng nhập hoặc mật khẩu không đúng."),
        "rate_limited": _("Bạn thử quá nhanh. Hãy đợi một phút."),
        "too_many_login_attempts": _("Sai quá nhiều lần. Hãy thử lại sau 15 phút."),
        "username_password_mismatch": _("Tên đăng nhập hoặc mật khẩu không đúng."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        # TransportMiddleware has settled it; allauth must not read forwarded headers by itself.
        return str(request.META.get("REMOTE_ADDR") or "127.0.0.1")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        # A citizen types the personal number; the log-in name behind it is no personal data.
        credentials["username"] = interface.login_name(str(credentials.get("username", "")))
        return super().authenticate(request, **credentials)

    def pre_login(self, request: HttpRequest, user: Account, **kwargs: Any) -> HttpResponse | None:
        """Before any second factor is asked for: a locked e-ID goes no further."""
        if user.is_active and user.state != AccountState.ACTIVE:
            interface.record_failure(
                user.username, method="locked", network=network(request), device=device(request)
            )
            return HttpResponseRedirect(reverse("eid:locked"))
        if user.is_active and _is_lapsed(user):
            interface.record_failure(
                user.username, method="lapsed", network=network(request), device=device(request)
            )
            return HttpResponseRedirect(reverse("account:lapsed"))
        if user.is_active and user.upstream:
            # Whom another provider vouches for has no way in of this home's: the passkeys kept here
            # open posts, nothing else.
            interface.record_failure(
                user.username, method="elsewhere", network=network(request), device=device(request)
            )
            return HttpResponseRedirect(reverse("account_login"))
        if user.is_active and not user.level and platform().officers == "persons":
            interface.record_failure(
                user.username, method="persons", network=network(request), device=device(request)
            )
            return HttpResponseRedirect(reverse("account:persons"))
        answer: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return answer

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if isinstance(request.user, Account) and request.user.level:
            return reverse("citizen:home")
        return str(super().get_login_redirect_url(request))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        if interface.find_lock(credentials.get("username", "")) is not None:
            interface.note_security("sign_in_locked", network(request))
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        interface.record_failure(
            credentials.get("username", ""),
            method="password",
            network=network(request),
            device=device(request),
        )

    def login(self, request: HttpRequest, user: Account) -> None:
        methods = tuple(
            str(record.get("type") or record.get("method"))
            for record in get_authentication_records(request, user)
        )
        user.refresh_from_db()
        if user.state != AccountState.ACTIVE:
            # Locked while the second factor was being given.
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("eid:locked")))
        with transaction.atomic():
            super().login(request, user)
            # A new session has a new handle, so that nobody who knew the old one is told of it.
            request.session.pop(HANDLE, None)
            seen = SessionSeen(handle_of(request), network(request), device(request))
            interface.record_sign_in(user.pk, methods=methods, seen=seen)
        for key in (SEEN, BEGAN):
            request.session.pop(key, None)

    def enter_vouched(self, request: HttpRequest, account: UUID, vouched: Vouched) -> str:
        """Sign in whoever another provider vouches for; the session's handle. The same person once
        more keeps the session, which is surer (or fresher) from then on."""
        user = Account.objects.get(pk=account)
        is_same = request.user.pk == user.pk and HANDLE in request.session
        if isinstance(request.user, Account) and not is_same:
            self.logout(request)
        if user.state != AccountState.ACTIVE:
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("eid:locked")))
        methods = (VOUCHED, *vouched.methods)
        with transaction.atomic():
            # A new key for the session either way: fixation.
            super().login(request, user)
            self._note_vouched(request, user, vouched)
            if is_same:
                interface.record_reauthentication(user.pk, method="+".join(methods))
            else:
                seen = SessionSeen(handle_of(request), network(request), device(request))
                interface.record_sign_in(user.pk, methods=methods, seen=seen)
        request.session.pop(SEEN, None)
        return handle_of(request)

    def _note_vouched(self, request: HttpRequest, user: Account, vouched: Vouched) -> None:
        """As allauth notes its own ways, so that all readers of a session find it."""
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {
                "method": VOUCHED,
                "at": vouched.at.timestamp(),
                "level": vouched.level,
                "authentication": vouched.authentication,
                "methods": list(vouched.methods),
            }
        ]
        request.session[f"{AUTHENTICATION_METHODS_SESSION_KEY}_user"] = str(user.pk)

    def logout(self, request: HttpRequest) -> None:
        if isinstance(request.user, Account):
            interface.record_sign_out(request.user.pk, why="asked", session=handle_of(request))
        super().logout(request)

    def set_password(self, user: Account, password: str) -> None:
        interface.change_password(user.pk, password)
        # allauth goes on to keep this session by the new password's hash.
        user.refresh_from_db()

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account:own")

    def is_reauthentication_required(self, *, app: str) -> bool:
        return not is_fresh(context.request)

    def add_message(
        self, request: HttpRequest, level: int, *args: Any, message: str | None = None, **kw: Any
    ) -> None:
        """Refusals are shown; allauth's own cheerful texts are not ours."""
        if message:
            messages.add_message(request, level, message)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Officers' accounts have no e-mail address; the journal holds every change."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of factors are encrypted with the home's factor key."""

    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Phải giữ ít nhất một bước xác thực thứ hai."),
        "cannot_generate_recovery_codes": _("Hãy bật xác thực hai bước trước."),
        "incorrect_code": _("Mã không đúng."),
    }

    def encrypt(self, text: str) -> str:
        return cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "danso"

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Where a second factor is required, the last one stays."""
        if not settings.FACTOR_REQUIRED:
            return True
        others = interface.count_factors(authenticator.user_id, besides=authenticator.pk)
        return others > 0


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in; a wrong code counts as a failed try."""

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        interface.record_failure(
            self.user.username,
            method="factor",
            network=network(context.request),
            device=device(context.request),
        )


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """A code given again by someone signed in; a wrong one counts as well."""

    def _emit_authentication_failed(self, authenticator: Any) -> None:
        interface.record_failure(
            self.user.username,
            method="factor_again",
            network=network(context.request),
            device=device(context.request),
        )


def _is_lapsed(user: Account) -> bool:
    """A first password that nobody used in time."""
    return (
        user.must_change_password
        and user.password_until is not None
        and user.password_until <= clock.now()
    )


def network(request: HttpRequest) -> str:
    """What of the caller's address the security log may keep."""
    return network_of(str(request.META.get("REMOTE_ADDR", "")))


def device(request: HttpRequest) -> str:
    """Browser and system in words of ours."""
    return rules.device_words(request.headers.get("User-Agent", ""))
