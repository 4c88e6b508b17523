"""Accounts and posts, as the operator gives and ends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import (
    ROLE_NAMES,
    AccountData,
    NewAccount,
    PostData,
    Role,
    Scope,
    ScopeKind,
)
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.units import unit_name
from danso.toolkit.permission import requires

SCOPES = {
    ScopeKind.PROVINCE: _("Toàn tỉnh"),
    ScopeKind.COMMUNE: _("Một xã, phường"),
    ScopeKind.AGENCY: _("Một cơ quan"),
    ScopeKind.PARTNER: _("Một đơn vị khai thác"),
}


class PostForm(forms.Form):
    """A role within a scope."""

    # Nothing is chosen beforehand: the first of both lists would be a pair that is not allowed.
    role = forms.ChoiceField(
        label=_("Vai trò"),
        choices=[
            ("", _("– chọn vai trò –")),
            *((role.value, _(words)) for role, words in ROLE_NAMES.items()),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Phạm vi"),
        choices=[
            ("", _("– chọn phạm vi –")),
            *((kind.value, words) for kind, words in SCOPES.items()),
        ],
    )
    code = forms.CharField(
        label=_("Mã của phạm vi"),
        required=False,
        max_length=64,
        help_text=_("Mã xã (5 chữ số), mã cơ quan hoặc mã đơn vị. Toàn tỉnh thì để trống."),
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Role and scope that belong together, as identity itself checks them."""
        given = super().clean() or {}
        if "role" not in given or "kind" not in given:
            return given
        kind = ScopeKind(given["kind"])
        code = "" if kind is ScopeKind.PROVINCE else (given.get("code") or "").strip()
        if kind is not ScopeKind.PROVINCE and not code:
            raise ValidationError({"code": gettext("Ghi mã của phạm vi.")})
        given["post"] = (Role(given["role"]), Scope(kind, code))
        try:
            identity.check_post(*given["post"])
        except InvalidValue as error:
            raise ValidationError(" ".join(words_of(error)), code=error.code) from error
        return given


class AccountForm(PostForm):
    """A new officer with a first post."""

    field_order = ("username", "name", "unit", "role", "kind", "code")
    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=64,
        help_text=_("3 đến 64 chữ thường không dấu, chữ số, dấu chấm, gạch."),
        widget=forms.TextInput(
            attrs={
                "class": "govuk-input--width-20",
                "autocomplete": "off",
                "autocapitalize": "none",
            }
        ),
    )
    name = forms.CharField(label=_("Họ và tên cán bộ"), max_length=120)
    unit = forms.CharField(
        label=_("Mã cơ quan công tác"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One account in the list, or on its own page."""

    account: AccountData
    unit: str
    posts: list[tuple[PostData, str]]
    locked_until: datetime | None


def _row(account: AccountData) -> Row:
    posts = [(post, _post_words(post)) for post in identity.posts_of(account.id)]
    return Row(account, unit_name(account.unit), posts, identity.find_lock(account.username))


def _post_words(post: PostData) -> str:
    role = gettext(ROLE_NAMES[post.role])
    return f"{role} · {unit_name(post.scope.code)}" if post.scope.code else role


@requires(Role.OPERATOR)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every account with its posts."""
    rows = [_row(account) for account in identity.accounts()]
    return render(request, "operator/accounts.html", {"rows": rows})


@requires(Role.OPERATOR, reauth=True)
@never_cache
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new officer; the one-time password is on the answer to the form and nowhere else."""
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = identity.create_account(
                username=given["username"],
                name=given["name"],
                unit=given["unit"],
                actor=identity.actor_of(request),
            )
        except (InvalidValue, Conflict) as error:
            form.add_error("username", " ".join(words_of(error)))
        else:
            role, scope = given["post"]
            identity.grant_post(made.account.id, role, scope, actor=identity.actor_of(request))
            return _show_once(request, made)
    return render(request, "operator/account-create.html", {"form": form})


@requires(Role.OPERATOR)
@require_safe
def one(request: HttpRequest, key: UUID) -> HttpResponse:
    """One account: posts, lock, what can be done."""
    return _page(request, key, PostForm())


@requires(Role.OPERATOR, reauth=True)
@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give one more post, from now on."""
    account = _other(request, key)
    form = PostForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        role, scope = form.cleaned_data["post"]
        try:
            identity.grant_post(account.id, role, scope, actor=identity.actor_of(request))
        except Conflict as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã giao vị trí, có hiệu lực ngay."))
            return redirect("operator:account", key=key)
    return render(request, "operator/grant.html", {"form": form, "account": account})


@requires(Role.OPERATOR, reauth=True)
@require_POST
def revoke(request: HttpRequest, key: UUID, post: int) -> HttpResponse:
    """End one post; it is over with the holder's next request."""
    account = _other(request, key)
    if post not in {held.id for held in identity.posts_of(account.id)}:
        raise NotFound("no such open post", code="post_unknown", fix="")
    identity.revoke_post(post, actor=identity.actor_of(request))
    messages.success(request, gettext("Đã kết thúc vị trí."))
    return redirect("operator:account", key=key)


@requires(Role.OPERATOR, reauth=True)
@never_cache
@require_http_methods(["GET", "POST"])
def reset(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new one-time password; factors go, a lock is lifted, sessions end."""
    account = _other(request, key)
    if request.method == "POST":
        made = identity.reset_account(account.username, actor=identity.actor_of(request))
        return _show_once(request, made)
    return render(request, "operator/reset.html", {"account": account})


@requires(Role.OPERATOR, reauth=True)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lock an account out for good."""
    account = _other(request, key)
    if request.method == "POST":
        identity.close_account(account.username, actor=identity.actor_of(request))
        messages.success(request, gettext("Đã khóa tài khoản; mọi phiên đã kết thúc."))
        return redirect("operator:account", key=key)
    return render(request, "operator/close.html", {"account": account})


def _page(request: HttpRequest, key: UUID, form: PostForm) -> HttpResponse:
    account = identity.get_account(key)
    context = {
        "row": _row(account),
        "form": form,
        "is_own": account.id == identity.officer_of(request).account.id,
    }
    return render(request, "operator/account.html", context)


def _other(request: HttpRequest, key: UUID) -> AccountData:
    """Somebody else's account: nobody gives themselves posts."""
    if identity.officer_of(request).account.id == key:
        raise Refused(
            gettext("Không ai tự giao vị trí hay đặt lại tài khoản của chính mình."),
            code="own_account",
            fix=gettext("Hãy nhờ người vận hành khác."),
        )
    return identity.get_account(key)


def _show_once(request: HttpRequest, made: NewAccount) -> HttpResponse:
    return render(request, "operator/password.html", {"made": made})
