"""The one A4: for the holder, and at the counter for whoever stands there or sent somebody.

At the counter nothing about the person is shown but the paper, and only to whom number, full name
and birth date name the same living record. The mandate's number is the entry's file.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_http_methods, require_safe

from danso.kernel.actors import Actor
from danso.kernel.errors import DansoError, Refused
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.identity import interface as identity
from danso.modules.identity.data import CardText, MandateScope, Role
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Wanted
from danso.screens.citizen.forms import CounterForm, posted
from danso.screens.citizen.held import held_about
from danso.screens.citizen.holder import Holder, of_holder
from danso.screens.citizen.look_lines import line_of
from danso.screens.citizen.my_data import LEGAL_BASIS, SERVICE, own_look
from danso.screens.citizen.paper import MOST, paper
from danso.toolkit.html.errors import words_of
from danso.toolkit.permission import requires
from danso.wire.keys import name_key

POLICE: Final = (Role.COMMUNE_POLICE, Role.PROVINCIAL_POLICE)
FILE: Final = "du-lieu-cua-toi.pdf"
# How far back to look for those that the page has room for.
READ: Final = 200


@of_holder(scope=MandateScope.SEE_LOOKS)
@require_safe
def own_paper(request: HttpRequest, holder: Holder) -> HttpResponse:
    """The holder's own, from home; it tells what is held and who looked, so both must be given."""
    if holder.acting is not None and not holder.acting.may(MandateScope.SEE_DATA):
        raise Refused(
            "This was not given to you.",
            code="acting_scope",
            fix="Ask the person for a mandate that names it.",
        )
    return _printed(own_look(holder, "paper"), holder.person)


@requires(*POLICE)
@require_http_methods(["GET", "POST"])
def counter(request: HttpRequest) -> HttpResponse:
    """Who is there, for whom, with which mandate; posted, the paper."""
    form = CounterForm(posted(request))
    if request.method == "POST" and form.is_valid():
        officer = identity.officer_of(request)
        try:
            person = _found(form, officer.actor)
            return _printed(_entry(form, officer.actor, person), person)
        except DansoError as error:
            form.add_error("number", " ".join(words_of(error)))
    answer = render(request, "citizen/counter.html", {"form": form})
    answer["Cache-Control"] = "no-store, private"
    return answer


def _printed(opening: Entry, person: UUID) -> HttpResponse:
    """Reads, makes the page and journals it in one commit; without its row there is no paper.
    Citizens' own visits to their pages are left out: there is room for others' only."""
    keys = population.keys_of(person)
    with audit.carried_out(opening) as ledger:
        held = held_about(person, keys)
        found = audit.entries_about(person, also=keys, limit=READ)
        lines = [line_of(one, "") for one in found if one.actor.kind != "citizen"][:MOST]
        known = audit.lookers_of(person, also=keys)
        total = sum(one.count for one in known if one.looker != "citizen")
        made = paper(held, lines, total=total)
        ledger.fields = held.shown
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{FILE}"'
    answer["Cache-Control"] = "no-store, private"
    return answer


def _found(form: CounterForm, actor: Actor) -> UUID:
    """The one person whom number, name and birth date name. Which of them is wrong is not told;
    the search is journaled as every other."""
    given = form.cleaned_data
    told = _told(given)
    grounds = Grounds(
        legal_basis=LEGAL_BASIS, file_code=given["mandate"], service=SERVICE, reason="paper"
    )
    found = population.search(Wanted(number=told.number), actor=actor, grounds=grounds)
    fits = [
        one
        for one in found.people
        if one.number == told.number
        and name_key(one.full_name) == name_key(told.full_name)
        and one.birth == told.birth.iso
        # A lost or forged card: the register has another day of issue.
        and (told.issued is None or one.card_issued in (None, told.issued))
        and one.status == "alive"
    ]
    if not fits:
        raise Refused(
            "Number, name and birth date are not one living person's here.",
            code="paper_no_match",
            fix="Compare with the card; report the field as wrong if the card is right.",
        )
    return fits[0].key


def _told(given: dict[str, Any]) -> CardText:
    """Whom the card's QR names, or what was typed."""
    typed = CardText(given["number"].replace(" ", ""), given["full_name"], given["birth"])
    return identity.read_card(given["number"]) or typed


def _entry(form: CounterForm, actor: Actor, person: UUID) -> Entry:
    given = form.cleaned_data
    return Entry(
        actor=actor,
        action="citizen.paper",
        outcome="shown",
        subject=person,
        service=SERVICE,
        legal_basis=LEGAL_BASIS,
        file_code=given["mandate"],
        detail={"for": given["asks"], "way": "card_qr" if "|" in given["number"] else "typed"},
    )


ROUTES: Final[list[URLPattern]] = [
    path("ban-in.pdf", own_paper, name="paper"),
    path("tai-quay/", counter, name="counter"),
]
