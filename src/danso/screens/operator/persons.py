"""Officers' accounts that persons open with their e-ID: made, handed over, taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from danso.kernel.errors import Conflict, InvalidValue, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Role
from danso.screens.operator.accounts import other_account, with_codes
from danso.screens.operator.forms import PersonAccountForm, PersonForm
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import requires

# The field of the form that a refusal is about.
FIELDS = {"username_taken": "username", "username_shape": "username"}


@requires(Role.OPERATOR, reauth=True)
@never_cache
@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new officer, who opens the post with an e-ID of level 2."""
    form = PersonAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given, actor = form.cleaned_data, identity.actor_of(request)
        try:
            made = identity.create_held_account(
                username=given["username"],
                name=given["name"],
                unit=given["unit"],
                number=given["number"],
                actor=actor,
            )
        except (InvalidValue, Conflict, Refused) as error:
            form.add_error(FIELDS.get(error.code, "number"), " ".join(words_of(error)))
        else:
            role, scope = given["post"]
            identity.grant_post(made.id, role, scope, actor=actor)
            messages.success(request, gettext("Đã giao vị trí, có hiệu lực ngay."))
            return redirect("operator:account", key=made.id)
    return render(request, "operator/person-create.html", with_codes(form))


@requires(Role.OPERATOR, reauth=True)
@never_cache
@require_http_methods(["GET", "POST"])
def hand_over(request: HttpRequest, key: UUID) -> HttpResponse:
    """From now on a person opens the posts of this account; its password ends."""
    account = other_account(request, key)
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            identity.hand_over(
                account.username, form.cleaned_data["number"], actor=identity.actor_of(request)
            )
        except (Conflict, Refused) as error:
            form.add_error("number", " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã gắn; mật khẩu của tài khoản đã hết hiệu lực."))
            return redirect("operator:account", key=key)
    return render(request, "operator/hand-over.html", {"form": form, "account": account})


@requires(Role.OPERATOR, reauth=True)
@require_POST
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """The person opens it no longer."""
    account = other_account(request, key)
    identity.take_back(account.username, actor=identity.actor_of(request))
    messages.success(request, gettext("Đã bỏ; vị trí đang mở đã đóng."))
    return redirect("operator:account", key=key)
