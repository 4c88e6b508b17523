"""Signing out at the wish of a service (OpenID Connect RP-Initiated Logout 1.0)."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from danso.modules.identity import interface as identity
from danso.modules.signon import interface as signon
from danso.modules.signon.data import SignOut
from danso.screens.signon.answering import answer_elsewhere, let_forms_lead_to
from danso.toolkit.permission import public


@public
@csrf_exempt
@require_http_methods(["GET", "POST"])
def end_session(request: HttpRequest) -> HttpResponse:
    """Ask whoever is signed in; a link from elsewhere alone signs nobody out."""
    given = request.POST if request.method == "POST" else request.GET
    wish = _wish(given)
    if request.method == "POST" or "id_token_hint" in given:
        # A form from elsewhere comes without our cookies, a link brings them; and the hint has
        # said what it had to: it stays in no address and no page.
        query = urlencode(_fields(wish))
        return HttpResponseRedirect(f"{request.path}?{query}", status=303)
    if getattr(request, "officer", None) is None:
        return answer_elsewhere(wish.back) if wish.back else _ended(request)
    answer = render(request, "signon/end.html", {"wish": wish, "fields": _fields(wish)})
    return let_forms_lead_to(answer, wish.redirect_uri)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """The session is over here, and in a moment at every service that was entered with it."""
    wish = _wish(request.POST)
    if getattr(request, "officer", None) is not None:
        who = identity.authenticated(request)
        get_adapter().logout(request)
        if who is not None:
            # At once; the follower of the event finds it done.
            signon.end_sessions(who.account, who.session, "session_ended")
    return answer_elsewhere(wish.back) if wish.back else _ended(request)


def _wish(given: Mapping[str, str]) -> SignOut:
    return signon.read_sign_out(
        given.get("id_token_hint", ""),
        given.get("client_id", ""),
        given.get("post_logout_redirect_uri", ""),
        given.get("state", ""),
    )


def _fields(wish: SignOut) -> dict[str, str]:
    """The wish without its hint, whose content is nobody's business in an address."""
    named = {
        "client_id": wish.client,
        "post_logout_redirect_uri": wish.redirect_uri,
        "state": wish.state,
    }
    return {name: value for name, value in named.items() if value}


def _ended(request: HttpRequest) -> HttpResponse:
    return render(request, "signon/ended.html")
