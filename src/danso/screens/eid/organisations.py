"""Police and organisations: who asks to represent one, by what it is decided, states of accounts.

What business registration tells about the asker is asked anew when the request is opened and when
it is decided; what it does not tell is a paper's to show.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import DansoError
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.identity import interface as identity
from danso.modules.identity.data import (
    KIND_NAMES,
    LEGAL_BASIS,
    Decided,
    Officer,
    OrganisationData,
    RepresentationData,
    RepresentationState,
    Role,
)
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.sources import interface as sources
from danso.modules.sources.data import FactRecord
from danso.screens.eid import words
from danso.screens.eid.forms import WIDE, posted
from danso.screens.eid.police import POLICE, place_of
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.units import unit_name
from danso.toolkit.permission import requires
from danso.toolkit.platform import province

LOCKS: Final = {
    "vacant": _("Chờ người đại diện mới"),
    "holder": _("Người đại diện tự khóa"),
    "police": _("Công an khóa"),
}


class FindForm(forms.Form):
    """An account by its number."""

    number = forms.CharField(
        label=_("Mã số của tổ chức"),
        max_length=24,
        widget=forms.TextInput({**WIDE, "class": "govuk-input--width-20"}),
    )


class DecideForm(forms.Form):
    """What was seen, or why not."""

    evidence = forms.CharField(
        label=_("Giấy tờ đã xem, hoặc lý do từ chối"),
        help_text=_(
            "Ví dụ: giấy chứng nhận đăng ký doanh nghiệp, ngày cấp; văn bản ủy quyền. "
            "Người đề nghị đọc được lý do từ chối. Để trống nếu sổ đăng ký đã ghi tên người này."
        ),
        max_length=400,
        required=False,
        widget=forms.TextInput(WIDE),
    )
    decision = forms.ChoiceField(
        choices=[("grant", "grant"), ("refuse", "refuse")], widget=forms.HiddenInput
    )


class StateForm(forms.Form):
    """Lock, unlock or close, and by what."""

    evidence = forms.CharField(max_length=200)
    action = forms.ChoiceField(choices=[(one, one) for one in ("lock", "unlock", "close")])


@requires(*POLICE)
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Who waits; and an account by its number."""
    communes = reach_of(identity.officer_of(request))
    asked = request.GET.get("number") is not None
    form = FindForm(request.GET if asked else None)
    if asked and form.is_valid():
        number = form.cleaned_data["number"].replace(" ", "")
        found = identity.find_organisation(number, communes)
        if found is not None:
            return HttpResponseRedirect(reverse("eid:organisation", kwargs={"key": found.key}))
        form.add_error("number", gettext("Không có tài khoản nào có mã số này trong địa bàn."))
    rows = [
        (one, gettext(KIND_NAMES[one.claim.kind]), unit_name(one.claim.commune))
        for one in identity.organisations_waiting(communes)
    ]
    return _private(render(request, "eid/organisations.html", {"rows": rows, "form": form}))


@requires(*POLICE)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, key: UUID) -> HttpResponse:
    """The request beside what registers tell of the asker; granted or refused."""
    officer = identity.officer_of(request)
    communes = reach_of(officer)
    one = identity.get_representation(key, communes)
    fact = fact_for(one)
    form = DecideForm(posted(request))
    if request.method == "POST" and form.is_valid():
        decided = _decided(form.cleaned_data, fact, officer)
        try:
            identity.decide_representation(key, decided, communes=communes, actor=officer.actor)
        except DansoError as error:
            form.add_error("evidence", " ".join(words_of(error)).strip())
        else:
            messages.success(request, gettext("Đã ghi nhận và báo cho người đề nghị."))
            return HttpResponseRedirect(reverse("eid:organisations"))
    person = _looked_at(one, officer)
    return _private(
        render(request, "eid/organisation-decide.html", _context(one, fact, person, form))
    )


@requires(*POLICE)
@require_http_methods(["GET", "POST"])
def account(request: HttpRequest, key: UUID) -> HttpResponse:
    """One account: state, and what police may do with it."""
    officer = identity.officer_of(request)
    communes = reach_of(officer)
    form = StateForm(posted(request))
    fault = ""
    if request.method == "POST" and form.is_valid():
        change = {
            "lock": identity.lock_organisation,
            "unlock": identity.unlock_organisation,
            "close": identity.close_organisation,
        }[form.cleaned_data["action"]]
        evidence = form.cleaned_data["evidence"]
        try:
            change(key, communes=communes, actor=officer.actor, evidence=evidence)
        except DansoError as error:
            fault = " ".join(words_of(error)).strip()
        else:
            messages.success(request, gettext("Đã ghi nhận và báo cho người đại diện."))
            return HttpResponseRedirect(reverse("eid:organisation", kwargs={"key": key}))
    elif request.method == "POST":
        fault = gettext("Ghi căn cứ trước.")
    one = identity.get_organisation(key, communes)
    state, tone = words.state_words(one.state)
    context = {
        "one": one,
        "kind": gettext(KIND_NAMES[one.kind]),
        "place": unit_name(one.commune),
        "state": state,
        "tone": tone,
        "lock": str(LOCKS.get(one.lock, "")),
        "fault": fault,
        "actions": _actions(one),
    }
    return _private(render(request, "eid/organisation.html", context))


def reach_of(officer: Officer) -> frozenset[str] | None:
    """Whose head offices: of the officer's communes, or everywhere."""
    return officer.communes(Role.COMMUNE_POLICE, Role.PROVINCIAL_POLICE)


def fact_for(one: RepresentationData) -> FactRecord | None:
    """What a connected source tells: that the asker is this very organisation's legal
    representative today."""
    wanted, today = province().identity.eid.representative_fact, clock.today()
    if not wanted or one.person is None or one.claim.is_delegate:
        return None
    return next(
        (
            fact
            for fact in sources.facts_about(one.person)
            if fact.kind == wanted
            and fact.value == one.claim.number
            and (fact.since is None or fact.since <= today)
            and (fact.until is None or today < fact.until)
        ),
        None,
    )


def _decided(given: dict[str, str], fact: FactRecord | None, officer: Officer) -> Decided:
    return Decided(
        grants=given["decision"] == "grant",
        place=place_of(officer),
        evidence=given["evidence"],
        source=fact.source if fact else "",
        as_of=fact.as_of if fact else None,
    )


def _looked_at(one: RepresentationData, officer: Officer) -> PersonRecord | None:
    """Who asks, as the register has them; the look is on their page."""
    opening = Entry(
        officer.actor,
        "eid.organisation_seen",
        "shown",
        subject=one.person,
        service="identity",
        purpose="electronic-identity",
        legal_basis=LEGAL_BASIS,
        detail={"representation": str(one.key)},
    )
    with audit.carried_out(opening):
        return population.find_person(one.person) if one.person else None


def _context(
    one: RepresentationData, fact: FactRecord | None, person: PersonRecord | None, form: DecideForm
) -> dict[str, object]:
    known = identity.find_organisation(one.claim.number)
    teller = sources.find_teller(fact.source) if fact else None
    return {
        "one": one,
        "kind": gettext(KIND_NAMES[one.claim.kind]),
        "place": unit_name(one.claim.commune),
        "fact": fact,
        "source": teller.vi if teller else "",
        "person": person,
        "birth": PartialDate.from_iso(person.birth) if person and person.birth else None,
        "known": known,
        "is_open": one.state is RepresentationState.ASKED,
        "form": form,
    }


def _actions(one: OrganisationData) -> list[tuple[str, str, str]]:
    """What police may do with it now: code, words, kind of button."""
    lock = ("lock", str(pgettext_lazy("việc", "Khóa lại")), "secondary")
    unlock = ("unlock", str(pgettext_lazy("việc", "Mở khóa")), "")
    close = ("close", str(pgettext_lazy("việc", "Đóng hẳn")), "warning")
    if one.state == "closed":
        return []
    if one.state == "active":
        return [lock, close]
    return [lock, close] if one.lock == "vacant" else [unlock, close]


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store, private"
    return answer
