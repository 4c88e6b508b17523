"""Accounts and posts, as the operator gives and ends them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.identity import interface as identity
from danso.modules.identity.data import (
    ROLE_NAMES,
    AccountData,
    NewAccount,
    PostData,
    Role,
)
from danso.modules.population import interface as population
from danso.modules.population.data import Scope as Reach
from danso.screens.operator.forms import CODES, AccountForm, HolderForm, PostForm, known_codes
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.units import unit_name
from danso.toolkit.permission import requires


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
    return render(request, "operator/account-create.html", with_codes(form))


@requires(Role.OPERATOR)
@require_safe
def one(request: HttpRequest, key: UUID) -> HttpResponse:
    """One account: posts, lock, what can be done."""
    return _page(request, key, PostForm())


@requires(Role.OPERATOR, reauth=True)
@require_http_methods(["GET", "POST"])
def grant(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give one more post, from now on."""
    account = other_account(request, key)
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
    return render(request, "operator/grant.html", {**with_codes(form), "account": account})


@requires(Role.OPERATOR, reauth=True)
@require_POST
def revoke(request: HttpRequest, key: UUID, post: int) -> HttpResponse:
    """End one post; it is over with the holder's next request."""
    account = other_account(request, key)
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
    account = other_account(request, key)
    if request.method == "POST":
        made = identity.reset_account(account.username, actor=identity.actor_of(request))
        return _show_once(request, made)
    return render(request, "operator/reset.html", {"account": account})


@requires(Role.OPERATOR, reauth=True)
@require_http_methods(["GET", "POST"])
def hold(request: HttpRequest, key: UUID) -> HttpResponse:
    """Say whose account it is: so that looks at oneself and one's own household are noticed."""
    account = other_account(request, key)
    form = HolderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actor = identity.actor_of(request)
        asked = Entry(
            actor=actor, action="account.linked", outcome="done", detail={"account": str(key)}
        )
        try:
            with audit.refusals_journaled(asked):
                person = _holder(form.cleaned_data["number"])
        except NotFound as error:
            form.add_error("number", error.message)
        else:
            identity.link_person(account.username, person, actor=actor)
            messages.success(request, gettext("Đã gắn với hồ sơ dân cư."))
            return redirect("operator:account", key=key)
    return render(request, "operator/hold.html", {"form": form, "account": account})


@requires(Role.OPERATOR, reauth=True)
@require_POST
def let_go(request: HttpRequest, key: UUID) -> HttpResponse:
    """The account is no longer linked to anybody."""
    account = other_account(request, key)
    identity.link_person(account.username, None, actor=identity.actor_of(request))
    messages.success(request, gettext("Đã bỏ liên kết với hồ sơ dân cư."))
    return redirect("operator:account", key=key)


@requires(Role.OPERATOR, reauth=True)
@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lock an account out for good."""
    account = other_account(request, key)
    if request.method == "POST":
        identity.close_account(account.username, actor=identity.actor_of(request))
        messages.success(request, gettext("Đã khóa tài khoản; mọi phiên đã kết thúc."))
        return redirect("operator:account", key=key)
    return render(request, "operator/close.html", {"account": account})


def _holder(number: str) -> UUID:
    found = population.find_by_number(number, Reach(sees_protected=True)).people
    if len(found) != 1:
        nobody = gettext("Không có người mang số này trong sổ dân cư.")
        raise NotFound(nobody, code="number_unknown", fix="")
    return found[0].key


def with_codes(form: PostForm) -> dict[str, object]:
    """What a page with a form of posts is rendered with."""
    return {"form": form, "codes": known_codes(), "codes_id": CODES}


def _page(request: HttpRequest, key: UUID, form: PostForm) -> HttpResponse:
    account, own = identity.get_account(key), identity.officer_of(request).account
    context = {
        "row": _row(account),
        "form": form,
        "is_own": account.id == own.id or (own.person is not None and own.person == account.person),
    }
    return render(request, "operator/account.html", context)


def other_account(request: HttpRequest, key: UUID) -> AccountData:
    """Somebody else's account: nobody gives themselves posts, under no other name either."""
    own, wanted = identity.officer_of(request).account, identity.get_account(key)
    if own.id == key or (own.person is not None and own.person == wanted.person):
        raise Refused(
            gettext("Không ai tự giao vị trí hay đặt lại tài khoản của chính mình."),
            code="own_account",
            fix=gettext("Hãy nhờ người vận hành khác."),
        )
    return wanted


def _show_once(request: HttpRequest, made: NewAccount) -> HttpResponse:
    return render(request, "operator/password.html", {"made": made})
