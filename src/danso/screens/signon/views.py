"""Signing in to another service: begin, sign in or again, agree, go back there.

A cookie of this path alone ties a request to the browser that began it: the session may be a new
one after signing in, and nobody can be made to go on with a request that another browser began.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from danso.kernel.errors import Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Authenticated
from danso.modules.signon import interface as signon
from danso.modules.signon.data import CLAIM_NAMES, Errand, Pending, Step
from danso.screens.signon.answering import (
    BROWSER,
    answer_elsewhere,
    browser_secret,
    hashed,
    keep,
    known_browser,
    let_forms_lead_to,
)
from danso.screens.signon.elsewhere import PURPOSE, TRIED, go_straight, upstream_for
from danso.toolkit.permission import public

# Where each step is taken; it comes back to the request.
WAYS: Final = {
    Step.SIGN_IN: "account_login",
    Step.AGAIN: "account_reauthenticate",
    Step.FACTOR: "mfa_reauthenticate",
    Step.FACE: "eid:face",
}
# The protocol's words for what stops a request that may show nothing (prompt=none).
SILENT: Final = {
    Step.SIGN_IN: "login_required",
    Step.AGAIN: "login_required",
    Step.CONSENT: "consent_required",
}
STRAIGHT: Final = "now"
UNMET: Final = "unmet_authentication_requirements"


@public
@csrf_exempt
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """RFC 6749, section 3.1, with a pushed request only (RFC 9126)."""
    given = request.POST if request.method == "POST" else request.GET
    client, request_uri = given.get("client_id", ""), given.get("request_uri", "")
    if request.method == "POST":
        # A form from elsewhere comes without our cookies; a link brings them.
        query = urlencode({"client_id": client, "request_uri": request_uri})
        return HttpResponseRedirect(f"{request.path}?{query}", status=303)
    secret = browser_secret(request)
    who = identity.authenticated(request)
    pending = signon.begin(client, request_uri, hashed(secret), who)
    return keep(_next(request, pending, who, secret, is_straight=True), secret)


@public
@require_http_methods(["GET", "POST"])
def go_on(request: HttpRequest, key: UUID) -> HttpResponse:
    """Where signing in comes back to, and where the answer about one's data is posted."""
    if request.method == "POST":
        return _agreed(request, key)
    secret, who = request.COOKIES.get(BROWSER, ""), identity.authenticated(request)
    pending = signon.get_pending(key, hashed(secret), who)
    return _next(request, pending, who, secret, is_straight=STRAIGHT in request.GET)


@public
@require_POST
def turn_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Back to the service without signing in."""
    error = "access_denied" if request.POST.get("why") == "declined" else UNMET
    return _turned(key, known_browser(request), error)


def _next(
    request: HttpRequest,
    pending: Pending,
    who: Authenticated | None,
    secret: str,
    *,
    is_straight: bool,
) -> HttpResponse:
    """Take the next step. `is_straight`: the browser comes from the client, not from a form."""
    key, browser = pending.key, hashed(secret)
    is_silent = "none" in pending.asked.prompt
    if is_silent and pending.step is not Step.DONE:
        return _turned(key, browser, SILENT.get(pending.step, UNMET))
    if stop := _first_stop(request, key, who):
        return _turned(key, browser, "interaction_required") if is_silent else stop
    if pending.step not in (Step.CONSENT, Step.DONE):
        return _at_upstream(request, pending, who, secret) or _here(request, pending, who)
    if pending.step is Step.CONSENT or who is None:
        return _consent(request, pending, who)
    if is_straight:
        return answer_elsewhere(signon.answer(pending, browser, who))
    # A page of ours in between: what a browser is sent to from the sign-in form must stay here.
    context = {"client": signon.client_name(pending.client), "next": f"{_path(key)}?{STRAIGHT}=1"}
    return render(request, "signon/leaving.html", context)


def _way(step: Step, who: Authenticated | None) -> str:
    """Whoever has no other second factor than a device's key gives that one."""
    if step is Step.FACTOR and who is not None and not identity.has_factor(who.account):
        return "eid:device-give"
    return WAYS[step]


def _here(request: HttpRequest, pending: Pending, who: Authenticated | None) -> HttpResponse:
    """What this home itself asks for; a page says so where nothing that it can ask leads on."""
    if pending.step in WAYS:
        return _away(_way(pending.step, who), pending.key)
    return _unmet(request, pending, who)


def _at_upstream(
    request: HttpRequest, pending: Pending, who: Authenticated | None, secret: str
) -> HttpResponse | None:
    """In a broker's home it is the provider above that recognises people, once more or more surely:
    what our client asks for is passed on. None where nothing there leads on."""
    upstream = upstream_for(who.account if who else None)
    asked = pending.asked
    if upstream is None or not signon.may_reach(upstream, asked.acr):
        return None
    if TRIED in request.GET:
        # It was asked for this very request and the answer was not enough: no second round.
        return _unmet(request, pending, who)
    errand = Errand(
        purpose=PURPOSE,
        back=f"{_path(pending.key)}?{STRAIGHT}=1&{TRIED}=1",
        reach=asked.acr,
        max_age=asked.max_age,
        is_fresh="login" in asked.prompt,
        account=who.account if who else None,
    )
    return go_straight(upstream, errand, secret)


def _first_stop(request: HttpRequest, key: UUID, who: Authenticated | None) -> HttpResponse | None:
    """What an account has to do before anything else; a locked one gets no further."""
    officer = getattr(request, "officer", None)
    if officer is None:
        return None
    if officer.first_stop:
        return _away(officer.first_stop, key)
    if who is None:
        raise Refused(
            "this session can't be used to sign in elsewhere: the account is locked, or how it "
            "was entered is not known",
            code="sign_on_account",
            fix="Sign out and in again; if it stays, ask whoever keeps your account.",
        )
    return None


def _consent(request: HttpRequest, pending: Pending, who: Authenticated | None) -> HttpResponse:
    """Which data, for what; nothing that may be left out is ticked."""
    account = identity.get_account(who.account) if who else None
    asked = pending.asked.claims if who and who.person else ()
    context = {
        "client": signon.client_name(pending.client),
        "key": pending.key,
        "account": account.name if account else "",
        "needed": [(_words(one.claim), one.purpose) for one in asked if one.is_essential],
        "wished": [
            (one.claim, _words(one.claim), one.purpose) for one in asked if not one.is_essential
        ],
        "session": hashed(who.session) if who else "",
        "minutes": round(signon.access_lasts(pending).total_seconds() / 60),
    }
    answer = render(request, "signon/consent.html", context)
    return let_forms_lead_to(answer, pending.asked.redirect_uri)


def _agreed(request: HttpRequest, key: UUID) -> HttpResponse:
    """The holder agreed; what was not ticked is not released, what is needed was said to be."""
    browser, who = known_browser(request), identity.authenticated(request)
    pending = signon.get_pending(key, browser, who)
    is_same = who is not None and request.POST.get("session") == hashed(who.session)
    if who is None or not is_same or pending.step is not Step.CONSENT:
        # Signed out meanwhile, or somebody else by now: they shall see what they agree to.
        return HttpResponseRedirect(_path(key), status=303)
    needed = {one.claim for one in pending.asked.claims if one.is_essential}
    agreed = needed | set(request.POST.getlist("claims"))
    return answer_elsewhere(signon.answer(pending, browser, who, agreed))


def _unmet(request: HttpRequest, pending: Pending, who: Authenticated | None) -> HttpResponse:
    """What the service asks for and the account or its factors do not give."""
    back = _path(pending.key)
    context = {
        "client": signon.client_name(pending.client),
        "key": pending.key,
        "level": who.level if who else 0,
        "factors": reverse("account:factors"),
        "is_factor": pending.step is Step.NO_FACTOR,
        "upstream": upstream_for(who.account if who else None),
        "again": back,
    }
    answer = render(request, "signon/unmet.html", context)
    return let_forms_lead_to(answer, pending.asked.redirect_uri)


def _turned(key: UUID, browser: str, error: str) -> HttpResponse:
    return answer_elsewhere(signon.turn_back(key, browser, error))


def _away(name: str, key: UUID) -> HttpResponse:
    """To a page of signing in, and back."""
    return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': _path(key)})}")


def _path(key: UUID) -> str:
    return reverse("signon:go-on", args=[key])


def _words(claim: str) -> str:
    return gettext(CLAIM_NAMES[claim])
