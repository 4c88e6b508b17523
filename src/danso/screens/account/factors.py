"""An officer's factors: one-time codes, passkeys and recovery codes, each change journaled."""

from __future__ import annotations

from functools import wraps
from typing import Any, ClassVar

from allauth.mfa.base.views import IndexView
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from danso.kernel.errors import Conflict, Refused
from danso.modules.identity.interface import count_factors, factor_change, officer_of
from danso.toolkit.permission import View, signed_in


class Journaled:
    """Whatever the form does and its journal entry are one commit."""

    change: ClassVar[str]
    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        with factor_change(officer_of(self.request).account.id, self.change):
            response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response


class Factors(IndexView):  # type: ignore[misc]
    """Which factors there are, and the way to add one."""

    template_name = "account/factors.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        found = context["authenticators"]
        return {
            **context,
            "totp": found.get("totp"),
            "passkeys": found.get("webauthn", []),
            "recovery": found.get("recovery_codes"),
            "is_required": settings.FACTOR_REQUIRED,
        }


class AddCodes(Journaled, ActivateTOTPView):  # type: ignore[misc]
    """Set up one-time codes: a QR picture, its text, and the first code as proof."""

    change = "totp_added"
    template_name = "account/codes-add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "secret": context["form"].secret}


class RemoveCodes(Journaled, DeactivateTOTPView):  # type: ignore[misc]
    """Stop one-time codes."""

    change = "totp_removed"
    template_name = "account/codes-remove.html"


class AddPasskey(Journaled, AddWebAuthnView):  # type: ignore[misc]
    """Register a passkey or a security key."""

    change = "passkey_added"
    template_name = "account/passkey-add.html"


class RemovePasskey(Journaled, RemoveWebAuthnView):  # type: ignore[misc]
    """Forget a passkey."""

    change = "passkey_removed"
    template_name = "account/passkey-remove.html"
    success_url = reverse_lazy("account:factors")

    def form_valid(self, form: Any) -> HttpResponse:
        account = officer_of(self.request).account.id
        if settings.FACTOR_REQUIRED and not count_factors(account, besides=self.object.pk):
            raise Conflict(
                _("Phải giữ ít nhất một bước xác thực thứ hai."),
                code="last_factor",
                fix=_("Hãy thêm một bước xác thực khác trước khi bỏ bước này."),
            )
        return super().form_valid(form)


class RecoveryCodes(ViewRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes, readable once."""

    template_name = "account/recovery.html"


class NewRecoveryCodes(Journaled, GenerateRecoveryCodesView):  # type: ignore[misc]
    """Replace the recovery codes; the old ones stop working."""

    change = "recovery_codes_renewed"
    template_name = "account/recovery-new.html"


def own_factors(view: View) -> View:
    """For accounts of this home's own: who is vouched for by another provider has factors there,
    and a second way in would go around it."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if officer_of(request).account.upstream:
            raise Refused(
                "how you sign in is kept by VNeID, not here",
                code="factors_elsewhere",
                fix="Change password and factors in the VNeID app.",
            )
        return view(request, *args, **kwargs)

    return shown


_unfinished_too = signed_in(before_all=True)
factors = _unfinished_too(own_factors(Factors.as_view()))
codes_add = _unfinished_too(own_factors(AddCodes.as_view()))
codes_remove = signed_in()(own_factors(RemoveCodes.as_view()))
passkey_add = _unfinished_too(own_factors(AddPasskey.as_view()))
passkey_remove = signed_in()(own_factors(RemovePasskey.as_view()))
recovery = _unfinished_too(own_factors(RecoveryCodes.as_view()))
recovery_new = signed_in()(own_factors(NewRecoveryCodes.as_view()))
