"""Passkeys for posts in a broker's home, whose people sign in elsewhere: added, removed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from danso.kernel.errors import NotFound, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import FactorData
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import signed_in

NAME_LENGTH = 40


def keys_of(person: UUID) -> tuple[FactorData, ...]:
    """Passkeys of an account, the oldest first."""
    return tuple(one for one in identity.factors_of(person) if one.kind == "webauthn")


@signed_in(reauth=True)
@never_cache
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """The browser makes a passkey; nobody signs in with it."""
    person = identity.officer_of(request).account.id
    faults: tuple[str, ...] = ()
    if request.method == "POST":
        given = request.POST
        try:
            identity.add_key(request, person, given.get("name", ""), given.get("credential", ""))
        except Refused as error:
            if error.code != "key_refused":
                raise
            faults = words_of(error)
        else:
            messages.success(request, gettext("Đã thêm khóa truy cập."))
            return HttpResponseRedirect(reverse("posts:home"))
    asked = identity.ask_for_new_key(request, person)
    context = {
        "faults": faults,
        "length": NAME_LENGTH,
        "name": request.POST.get("name", "")[:NAME_LENGTH],
        "data": {"creation_options": asked},
    }
    return render(request, "posts/key-add.html", context, status=403 if faults else 200)


@signed_in(reauth=True)
@never_cache
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, key: int) -> HttpResponse:
    """Forget a passkey, after asking."""
    account = identity.officer_of(request).account
    found = next((one for one in keys_of(account.id) if one.key == key), None)
    if found is None or not account.upstream:
        raise NotFound("There is no such passkey.", code="key_unknown", fix="See the list.")
    if request.method == "POST":
        identity.lock_factor(account.id, key)
        messages.success(request, gettext("Đã bỏ khóa truy cập."))
        return HttpResponseRedirect(reverse("posts:home"))
    return render(request, "posts/key-remove.html", {"key": found})
