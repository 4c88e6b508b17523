"""Which posts a person holds; open one, prove oneself again in it, close it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import ROLE_NAMES, AccountData, PostData
from danso.screens.posts.keys import keys_of
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.units import unit_name
from danso.toolkit.permission import signed_in


@dataclass(frozen=True, slots=True)
class Row:
    """One post as a page shows it."""

    post: PostData
    role: str
    scope: str
    unit: str


def _row(account: AccountData, post: PostData) -> Row:
    scope = unit_name(post.scope.code) if post.scope.code else gettext("Toàn tỉnh")
    return Row(post, gettext(ROLE_NAMES[post.role]), scope, unit_name(account.unit))


@signed_in(in_post=True)
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The open post, or those that may be opened."""
    officer = identity.officer_of(request)
    if officer.opened is not None:
        row = _row(officer.account, officer.opened.post)
        return render(request, "posts/opened.html", {"row": row, "opened": officer.opened})
    if not officer.account.is_citizen:
        return HttpResponseRedirect(reverse("account:own"))
    person = officer.account.id
    context = {
        "rows": [_row(one.account, one.post) for one in identity.granted_posts(person)],
        "has_key": identity.count_ready_keys(person) > 0,
        "keys": keys_of(person),
        "is_elsewhere": bool(officer.account.upstream),
    }
    return render(request, "posts/home.html", context)


@signed_in()
@never_cache
@require_http_methods(["GET", "POST"])
def open_one(request: HttpRequest, post: int) -> HttpResponse:
    """Asks for a passkey; opens the post with what it answers."""
    person = identity.officer_of(request).account.id
    row = _granted(person, post)
    faults: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            identity.open_post(request, person, post, request.POST.get("credential", ""))
        except Refused as error:
            if error.code != "key_refused":
                raise
            faults = words_of(error)
        else:
            messages.success(request, gettext("Đã mở vị trí công tác."))
            return HttpResponseRedirect(reverse("posts:home"))
    if not identity.count_ready_keys(person):
        return HttpResponseRedirect(reverse("posts:home"))
    asked = identity.ask_for_key(request, identity.about_post(post), person)
    context = {"row": row, "faults": faults, "data": {"request_options": asked}}
    return render(request, "posts/open.html", context, status=403 if faults else 200)


@signed_in(in_post=True)
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Back to the plain citizen."""
    if identity.officer_of(request).opened is None:
        raise Conflict("No post is open.", code="post_not_open", fix="Nothing is to do.")
    identity.leave_post(request)
    messages.success(request, gettext("Đã đóng vị trí công tác."))
    return HttpResponseRedirect(reverse("posts:home"))


@signed_in(in_post=True)
@never_cache
@require_http_methods(["GET", "POST"])
def again(request: HttpRequest) -> HttpResponse:
    """The passkey once more, before something that matters."""
    officer = identity.officer_of(request)
    if officer.opened is None or officer.opened.account.holder is None:
        return HttpResponseRedirect(reverse("posts:home"))
    onward = _onward(request)
    faults: tuple[str, ...] = ()
    if request.method == "POST":
        try:
            identity.prove_again(request, request.POST.get("credential", ""))
        except Refused as error:
            if error.code != "key_refused":
                raise
            faults = words_of(error)
        else:
            return HttpResponseRedirect(onward)
    asked = identity.ask_for_key(request, identity.ABOUT_AGAIN, officer.opened.account.holder)
    context = {"next": onward, "faults": faults, "data": {"request_options": asked}}
    return render(request, "posts/again.html", context, status=403 if faults else 200)


def _granted(person: UUID, post: int) -> Row:
    for one in identity.granted_posts(person):
        if one.post.id == post:
            return _row(one.account, one.post)
    raise NotFound("There is no such post of yours.", code="post_unknown", fix="See the list.")


def _onward(request: HttpRequest) -> str:
    """Where the officer was; never another site."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    allowed = {request.get_host()}
    if url_has_allowed_host_and_scheme(wanted, allowed, require_https=request.is_secure()):
        return wanted
    return reverse("posts:home")
