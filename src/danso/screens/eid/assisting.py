"""Helping somebody without a device: an officer, or a neighbour of a community digital team.

Keyboard alone is enough: the reader types the card, Enter leads on. What is done meanwhile is done
on the person's own pages, under a banner that ends it.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import (
    SCOPE_NAMES,
    AssistedData,
    AssistedWay,
    Confirmation,
    HelperKind,
    MandateScope,
    Met,
    Role,
)
from danso.modules.sources import interface as sources
from danso.screens.eid import forms
from danso.screens.eid.enrolling import KEPT
from danso.screens.eid.police import place_of
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import requires, signed_in
from danso.toolkit.platform import province

HELPERS = frozenset({Role.DESK_OFFICER, Role.COMMUNE_POLICE, Role.PROVINCIAL_POLICE})


def kind_of(request: HttpRequest) -> HelperKind:
    """An officer by post, a neighbour by the register of team members; nobody else helps."""
    officer = identity.officer_of(request)
    if HELPERS & {Role(role) for role in officer.roles}:
        return HelperKind.OFFICER
    account = officer.account
    if account.is_citizen and account.level >= 2 and account.person and is_in_team(account.person):
        return HelperKind.TEAM
    raise Refused(
        "Only desk officers, police and members of community digital teams help here.",
        code="assisted_helper",
        fix="The commune enters members of teams in their register.",
    )


def is_in_team(person: UUID) -> bool:
    """Whether the register of members of community digital teams has this person in it today."""
    wanted, today = province().identity.eid.helper_fact, clock.today()
    return any(
        (one.since is None or one.since <= today) and (one.until is None or today < one.until)
        for one in sources.facts_about(person)
        if wanted and one.kind == wanted
    )


@requires(*sorted(HELPERS))
def desk(request: HttpRequest) -> HttpResponse:
    """What a desk does for people about their e-IDs."""
    return render(request, "eid/desk.html")


@signed_in()
def begin(request: HttpRequest) -> HttpResponse:
    """Who sits there, and what is to be done."""
    kind = kind_of(request)
    form = forms.MeetForm(forms.posted(request), is_officer=kind is HelperKind.OFFICER)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        scopes = frozenset(MandateScope(one) for one in given["scopes"])
        met = Met(given["card"], given["name"], given["birth"], scopes)
        place = place_of(identity.officer_of(request)) if kind is HelperKind.OFFICER else ""
        try:
            key = identity.begin_assisted(request, met, kind=kind, place=place)
        except DansoError as error:
            form.add_error("card", " ".join(words_of(error)))
        else:
            return HttpResponseRedirect(reverse("eid:assist-person", kwargs={"key": key}))
    context = {"form": form, "is_officer": kind is HelperKind.OFFICER}
    return _private(render(request, "eid/assist.html", context))


@signed_in()
def person(request: HttpRequest, key: UUID) -> HttpResponse:
    """How the person says yes."""
    return _page(request, identity.get_assisted(request, key))


@signed_in()
@require_POST
def code(request: HttpRequest, key: UUID) -> HttpResponse:
    """Send a code to the person's own telephone."""
    seen = identity.get_assisted(request, key)
    try:
        identity.send_assisted_code(request, key)
    except DansoError as error:
        return _page(request, seen, fault=error)
    return HttpResponseRedirect(reverse("eid:assist-person", kwargs={"key": key}))


@signed_in()
@require_POST
def summary(request: HttpRequest, key: UUID) -> HttpResponse:
    """What is to be signed, as one A4."""
    identity.get_assisted(request, key)
    page = identity.print_summary(request, key)
    answer = HttpResponse(page, content_type="application/pdf")
    answer["Content-Disposition"] = 'attachment; filename="phieu-dong-y.pdf"'
    return _private(answer)


@signed_in()
@require_POST
def confirm(request: HttpRequest, key: UUID) -> HttpResponse:
    """The person's yes; from here on this session acts for them."""
    seen = identity.get_assisted(request, key)
    told = request.POST.get("way", "")
    way = AssistedWay(told) if told in set(AssistedWay) else AssistedWay.SMS
    given = Confirmation(
        way=way,
        code=request.POST.get("code", ""),
        card=request.POST.get("card", ""),
        has_compared_face=request.POST.get("compared") == "1",
        has_signed=request.POST.get("signed") == "1",
    )
    try:
        identity.confirm_assisted(request, key, given)
    except DansoError as error:
        return _page(request, seen, fault=error)
    return HttpResponseRedirect(reverse("citizen:home"))


@signed_in()
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Over: the person is told."""
    identity.end_acting(request)
    return HttpResponseRedirect(reverse("eid:assist"))


@signed_in()
def open_account(request: HttpRequest) -> HttpResponse:
    """Begin level 1 for the person beside the helper: number, name and birth are there already."""
    acting = identity.acting_of(request)
    if acting is None:
        return HttpResponseRedirect(reverse("eid:assist"))
    if request.method == "POST":
        request.session[KEPT] = str(identity.begin_enrolment_beside(request))
        return HttpResponseRedirect(reverse("eid:phone"))
    return _private(render(request, "eid/assist-open.html", {"name": acting.name}))


def _page(
    request: HttpRequest, seen: AssistedData, fault: DansoError | None = None
) -> HttpResponse:
    deeds = [_(words) for scope, words in SCOPE_NAMES.items() if scope in seen.scopes]
    context = {
        "seen": seen,
        "birth": PartialDate.from_iso(seen.birth) if seen.birth else None,
        "deeds": "; ".join(deeds),
        "fault": " ".join(words_of(fault)).strip() if fault else "",
        "ways": [way.value for way in seen.ways],
    }
    return _private(render(request, "eid/assist-person.html", context))


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store, private"
    return answer
