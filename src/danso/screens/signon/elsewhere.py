"""Signing in at another provider (VNeID, in a broker's home): there, back, and what went wrong.

The return is a page, never a redirect: a browser holds what follows a form to the form's own page,
and the person may have come back from a form of the other provider's.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from danso.kernel.errors import DansoError
from danso.modules.identity import interface as identity
from danso.modules.signon import interface as signon
from danso.modules.signon.data import HINT, Errand, Pending, Told, Upstream, UpstreamRefused
from danso.screens.signon.answering import (
    BROWSER,
    answer_elsewhere,
    browser_secret,
    keep,
    known_browser,
    let_forms_lead_to,
)
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import public
from danso.toolkit.platform import platform

PURPOSE: Final = "citizen"
TRIED: Final = "da-hoi"


def upstream_for(account: UUID | None) -> Upstream | None:
    """The one provider that whoever is here signs in at: the account's own, or the only one there
    is. None where a person has to choose, and in homes that are providers themselves."""
    if platform().identity_mode != "broker":
        return None
    found = signon.upstreams()
    if account is not None:
        code = identity.get_account(account).upstream
        return next((one for one in found if one.code == code), None)
    return found[0] if len(found) == 1 else None


def go_straight(upstream: Upstream, errand: Errand, secret: str) -> HttpResponse:
    """To the provider at once: for a browser that follows links, not a form of ours."""
    return answer_elsewhere(signon.depart(upstream, errand, secret))


@public
@require_POST
def depart(request: HttpRequest, code: str) -> HttpResponse:
    """The button of the sign-in page; `again`: whoever is here proves it once more."""
    upstream = signon.get_upstream(code)
    known = identity.authenticated(request)
    is_again = request.POST.get("again") == "1" and known is not None
    errand = Errand(
        purpose=PURPOSE,
        back=_safe(request, request.POST.get("next", "")),
        is_fresh=is_again,
        account=known.account if known and is_again else None,
    )
    secret = browser_secret(request)
    context = {"upstream": upstream, "next": signon.depart(upstream, errand, secret)}
    answer = render(request, "signon/to-upstream.html", context)
    answer["Referrer-Policy"] = "no-referrer"
    return keep(_private(answer), secret)


@public
@require_safe
def come_back(request: HttpRequest, code: str) -> HttpResponse:
    """Where the provider sends the browser: believed only as far as it can be checked."""
    upstream = signon.get_upstream(code)
    try:
        told = _told(request, upstream)
    except DansoError as error:
        return _stopped(request, upstream, error, getattr(error, "back", ""))
    try:
        account, vouched = signon.enter(upstream, told)
    except DansoError as error:
        return _stopped(request, upstream, error, told.errand.back)
    session = get_adapter().enter_vouched(request, account, vouched)
    signon.note_session(upstream, told, account, session)
    request.session[HINT] = signon.seal_hint(told, request.COOKIES.get(BROWSER, ""))
    context = {"upstream": upstream, "next": told.errand.back}
    return _private(render(request, "signon/entered.html", context))


@public
@require_safe
def left(request: HttpRequest, code: str) -> HttpResponse:
    """Signed out here; the provider's own session is its own to end, and on a shared machine that
    matters."""
    upstream = signon.get_upstream(code)
    sealed = str(request.session.get(HINT, ""))
    hint = signon.open_hint(sealed, request.COOKIES.get(BROWSER, ""))
    try:
        leave = signon.leave(upstream, f"{signon.issuer()}/da-dang-xuat", hint)
    except DansoError:
        leave = None
    answer = _private(render(request, "signon/left.html", {"upstream": upstream, "leave": leave}))
    return let_forms_lead_to(answer, leave.url) if leave else answer


@public
@require_safe
def ended(request: HttpRequest) -> HttpResponse:
    """Back from signing out at the provider."""
    if getattr(request, "officer", None) is None:
        request.session.pop(HINT, None)
    return _private(render(request, "signon/ended.html"))


def _told(request: HttpRequest, upstream: Upstream) -> Told:
    given = {name: values[0] for name, values in request.GET.lists() if len(values) == 1}
    if len(given) != len(request.GET):
        raise UpstreamRefused(
            "this return belongs to no sign-in that was begun in this browser",
            code="upstream_state",
            why="twice",
        )
    return signon.come_back(upstream, request.COOKIES.get(BROWSER, ""), given)


def _stopped(
    request: HttpRequest, upstream: Upstream, error: DansoError, back: str
) -> HttpResponse:
    """What happened, what to do, and both ways out: once more, or back to the service."""
    if error.code == "eid_locked_here":
        return HttpResponseRedirect(reverse("eid:locked"))
    text, fix = words_of(error)
    pending = _pending_of(request, back)
    context: dict[str, Any] = {
        "upstream": upstream,
        "text": text,
        "fix": fix,
        "code": error.code,
        "back": back,
        "pending": pending,
        "client": signon.client_name(pending.client) if pending else "",
    }
    status = 503 if error.code == "upstream_sign_in_down" else 403
    answer = _private(render(request, "signon/not-entered.html", context, status=status))
    return let_forms_lead_to(answer, pending.asked.redirect_uri) if pending else answer


def _pending_of(request: HttpRequest, back: str) -> Pending | None:
    """The client's request that was to go on afterwards, if it was one and is not over."""
    try:
        match = resolve(back.partition("?")[0])
        if match.view_name != "signon:go-on":
            return None
        who = identity.authenticated(request)
        return signon.get_pending(match.kwargs["key"], known_browser(request), who)
    except (Resolver404, DansoError):
        return None


def _safe(request: HttpRequest, back: str) -> str:
    """A path of ours, or the page of the account."""
    if back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        return back[:500]
    return reverse("citizen:home")


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store"
    return answer
