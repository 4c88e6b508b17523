"""Before a police officer: whoever stands there gets level 2, or their account is locked or opened.

Desk officers book; only police raise (Decree 69/2024). The keyboard alone is enough.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError
from danso.modules.identity import interface as identity
from danso.modules.identity.data import (
    CONSENT_TEXT,
    FACE_CONSENT_TEXT,
    Biometrics,
    Counter,
    FacePresented,
    LockReason,
    Officer,
    Presented,
    Role,
)
from danso.screens.eid import forms, words
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import requires
from danso.toolkit.platform import platform, province

POLICE = (Role.COMMUNE_POLICE, Role.PROVINCIAL_POLICE)


@requires(*POLICE)
def begin(request: HttpRequest) -> HttpResponse:
    """Scan the card, or type number, name and birth date."""
    form = forms.BeginForm(forms.posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            key = identity.begin_counter(
                given["card"],
                given["name"],
                given["birth"],
                actor=identity.officer_of(request).actor,
            )
        except DansoError as error:
            form.add_error("card", " ".join(words_of(error)))
        else:
            return HttpResponseRedirect(reverse("eid:counter", kwargs={"key": key}))
    return _private(render(request, "eid/police.html", {"form": form}))


@requires(*POLICE)
def counter(request: HttpRequest, key: UUID) -> HttpResponse:
    """Who it is, what stands in the way, and what is still to be done."""
    return _page(request, _counter(request, key))


@requires(*POLICE)
@require_POST
def phone(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send a code to the telephone that the person names."""
    seen = _counter(request, key)
    form = forms.PhoneForm(request.POST)
    if form.is_valid():
        try:
            identity.send_code(seen.key, form.cleaned_data["phone"])
        except DansoError as error:
            form.add_error("phone", " ".join(words_of(error)))
        else:
            messages.success(request, _("Đã gửi mã. Nhờ người dân đọc mã vừa nhận."))
            return HttpResponseRedirect(reverse("eid:counter", kwargs={"key": key}))
    return _page(request, seen, phone_form=form)


@requires(*POLICE)
@require_POST
def raise_level(request: HttpRequest, key: UUID) -> HttpResponse:
    """Compare, record, and show the one-time password once."""
    seen = _counter(request, key)
    form = forms.RaiseForm(request.POST, request.FILES)
    if form.is_valid():
        officer = identity.officer_of(request)
        try:
            made = identity.raise_level(seen.key, _presented(form, officer), actor=officer.actor)
        except DansoError as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            context = {"seen": seen, "birth": PartialDate.from_iso(seen.birth), "made": made}
            return _private(render(request, "eid/raised.html", context))
    return _page(request, seen, raise_form=form)


@requires(*POLICE)
@require_POST
def state(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lock, unlock or close the account of whoever stands there."""
    seen = _counter(request, key)
    form = forms.StateForm(request.POST)
    if seen.eid is not None and form.is_valid():
        officer = identity.officer_of(request)
        try:
            _change(seen.eid.account, form.cleaned_data, officer)
        except DansoError as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, _("Đã ghi nhận và báo cho chủ tài khoản."))
            return HttpResponseRedirect(reverse("eid:counter", kwargs={"key": key}))
    return _page(request, seen, state_form=form)


@requires(*POLICE)
@require_POST
def face(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have the face compared for the session whose code the holder shows."""
    seen = _counter(request, key)
    form = forms.FaceForm(request.POST, request.FILES)
    if form.is_valid():
        officer, given = identity.officer_of(request), form.cleaned_data
        presented = FacePresented(
            given["face"].read(), given["code"], given["consents"], place_of(officer)
        )
        try:
            identity.give_face(seen.key, presented, actor=officer.actor)
        except DansoError as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, _("Khuôn mặt khớp. Phiên của người dân dùng được 10 phút."))
            return HttpResponseRedirect(reverse("eid:counter", kwargs={"key": key}))
    return _page(request, seen, face_form=form)


def _change(account: UUID, given: dict[str, str], officer: Officer) -> None:
    evidence = given["evidence"]
    if given["action"] == "lock":
        identity.lock_eid(account, LockReason.POLICE, actor=officer.actor, evidence=evidence)
    elif given["action"] == "unlock":
        identity.unlock_eid(
            account, roles=officer.roles & set(POLICE), actor=officer.actor, evidence=evidence
        )
    else:
        identity.close_eid(account, actor=officer.actor, evidence=evidence)


def _presented(form: forms.RaiseForm, officer: Officer) -> Presented:
    given = form.cleaned_data
    fingers = tuple(one.read() for one in given["fingerprints"])
    return Presented(
        biometrics=Biometrics(given["face"].read(), fingers),
        consents=given["consents"],
        place=place_of(officer),
        evidence=given["evidence"],
        code=given["code"],
    )


def place_of(officer: Officer) -> str:
    """Where it happens: the commune of the post, else the province."""
    communes = officer.communes(Role.COMMUNE_POLICE)
    return f"commune:{min(communes)}" if communes else "province"


def _counter(request: HttpRequest, key: UUID) -> Counter:
    return identity.get_counter(key, identity.officer_of(request).account.id)


def _page(request: HttpRequest, seen: Counter, **bound: object) -> HttpResponse:
    eid = seen.eid
    place = place_of(identity.officer_of(request)).partition(":")[2]
    unit = province().units.by_code.get(place)
    context = {
        "seen": seen,
        "birth": PartialDate.from_iso(seen.birth),
        "obstacle": words.obstacle_text(seen.obstacle) if seen.obstacle else "",
        "state": words.state_of(eid) if eid else None,
        "lock": eid.lock if eid else "",
        "consent": _(CONSENT_TEXT),
        "place": unit.name if unit else _("Công an tỉnh"),
        "phone_form": bound.get("phone_form") or forms.PhoneForm(initial={"phone": seen.phone}),
        "raise_form": bound.get("raise_form") or forms.RaiseForm(),
        "state_form": bound.get("state_form") or forms.StateForm(),
        "face_form": bound.get("face_form") or forms.FaceForm(),
        "can_face": eid is not None and eid.level >= 2 and eid.state == "active",
        "face_consent": _(FACE_CONSENT_TEXT),
        "has_code": seen.is_code_sent,
        "is_child": seen.is_child,
        "is_provider": platform().identity_mode == "provider",
    }
    return _private(render(request, "eid/counter.html", context))


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store, private"
    return answer
