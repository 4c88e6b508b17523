"""Factors of e-IDs that need more than a form: this device's own key, the face before police."""

from __future__ import annotations

import secrets
from typing import Any, Final
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from danso.kernel import clock
from danso.kernel.errors import DansoError, InvalidValue
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Eid, Signed
from danso.screens.eid.holder import of_holder
from danso.toolkit.html.errors import words_of

CHALLENGE: Final = "danso_device_challenge"
# As long as a page may be looked at before its button is pressed.
SECONDS: Final = 600
FACE: Final = "danso_face"
FACE_CODE: Final = "danso_face_code"
METHOD: Final = "device_key"


@of_holder(reauth=True)
def add_device(request: HttpRequest, eid: Eid) -> HttpResponse:
    """This browser makes a key of its own; its public half is kept."""
    fault = ""
    if request.method == "POST":
        try:
            given = request.POST
            signed = _signed(request, given.get("signature", ""))
            identity.add_device(eid.account, given.get("name", ""), given.get("public", ""), signed)
        except DansoError as error:
            fault = " ".join(words_of(error))
        else:
            messages.success(request, _("Đã thêm thiết bị này."))
            return HttpResponseRedirect(reverse("eid:own"))
    context = {"challenge": _challenge(request), "fault": fault, "name": _named(request)}
    return render(request, "eid/device-add.html", context)


@of_holder()
def give_device(request: HttpRequest, eid: Eid) -> HttpResponse:
    """This device's key signs: a second factor of another kind for this session."""
    fault = ""
    if request.method == "POST":
        try:
            _prove(request, eid)
        except DansoError as error:
            fault = " ".join(words_of(error))
        else:
            return HttpResponseRedirect(_next(request))
    context = {
        "challenge": _challenge(request),
        "fault": fault,
        "next": _next(request),
        "keys": identity.device_keys(eid.account),
    }
    return render(request, "eid/device-give.html", context)


def _prove(request: HttpRequest, eid: Eid) -> None:
    signed = _signed(request, request.POST.get("signature", ""))
    network, device = identity.seen_of(request)
    identity.prove_device(
        eid.account, _key(request.POST.get("key", "")), signed, network=network, device=device
    )
    record_authentication(request, request.user, method=METHOD, reauthenticated=True)
    request.session.cycle_key()
    identity.record_reauthentication(eid.account, method=METHOD)


@of_holder()
@require_POST
def lock_device(request: HttpRequest, eid: Eid) -> HttpResponse:
    """Stop a device's key at once: it may be in other hands."""
    identity.lock_device(eid.account, _key(request.POST.get("device", "")))
    messages.success(request, _("Đã khóa. Thêm lại khi bạn có thiết bị mới."))
    return HttpResponseRedirect(reverse("eid:own"))


@of_holder()
def face(request: HttpRequest, eid: Eid) -> HttpResponse:
    """A code to show to police; once they had the face compared, on to where it is needed."""
    known = identity.authenticated(request)
    if known is None:
        return HttpResponseRedirect(reverse("eid:own"))
    if request.method == "POST":
        code = identity.ask_face(eid.account, known.session)
        request.session[FACE] = True
        request.session[FACE_CODE] = {"code": code, "at": clock.now().timestamp()}
        return HttpResponseRedirect(f"{request.path}?{request.META.get('QUERY_STRING', '')}")
    is_given = "face" in known.methods
    if is_given:
        request.session.pop(FACE_CODE, None)
    context = {
        "is_given": is_given,
        "code": "" if is_given else _shown_code(request),
        "next": _next(request),
        "level": known.authentication,
    }
    return render(request, "eid/face.html", context)


def _shown_code(request: HttpRequest) -> str:
    """The code of this session's page while it is good, in two groups."""
    kept = request.session.get(FACE_CODE)
    if not kept or clock.now().timestamp() - kept["at"] > 300:
        return ""
    return f"{kept['code'][:3]} {kept['code'][3:]}"


def _challenge(request: HttpRequest) -> str:
    """A new one for each page; the last one alone is good, once."""
    challenge = secrets.token_urlsafe(24)
    request.session[CHALLENGE] = {"challenge": challenge, "at": clock.now().timestamp()}
    return challenge


def _signed(request: HttpRequest, signature: str) -> Signed:
    kept: dict[str, Any] = request.session.pop(CHALLENGE, None) or {}
    if not kept or clock.now().timestamp() - kept["at"] > SECONDS:
        raise InvalidValue(
            "This page was open for too long.", code="device_challenge", fix="Try again."
        )
    origin = f"{request.scheme}://{request.get_host()}"
    return Signed(origin, kept["challenge"], signature)


def _named(request: HttpRequest) -> str:
    """What this browser is, as a first name for the device."""
    return identity.seen_of(request)[1] or _("Thiết bị của tôi")


def _next(request: HttpRequest) -> str:
    """Where it is needed: a page of ours, else the holder's own."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, None)
    return wanted if is_ours else reverse("eid:own")


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)
