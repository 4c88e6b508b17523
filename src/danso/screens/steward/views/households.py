"""A household's head, and entering somebody into a household."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, HouseholdRecord, PersonRecord
from danso.screens.steward import record, words
from danso.screens.steward.desk import POLICE, Desk, with_purpose
from danso.screens.steward.forms import posted
from danso.screens.steward.joining import EnterForm, HeadForm
from danso.screens.steward.journaling import record_looks
from danso.screens.steward.views.by_number import people_named
from danso.screens.steward.views.people import MEMBER_FIELDS

SHOWN = ("full_name", "birth", "household", "relation_to_head")


@with_purpose(*POLICE)
def one(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Choose the head where there is a household; find a household where there is none."""
    _check(desk)
    person = population.open_person(
        key,
        actor=desk.officer.actor,
        grounds=desk.grounds,
        scope=desk.decider_scope,
        fields=SHOWN,
    )
    home = record.find_household(person, desk)
    if home is None:
        return _enter(request, desk, person)
    return _head(request, desk, person, home)


def _check(desk: Desk) -> None:
    if not desk.may_change:
        raise Refused(
            "This register is a copy of the national one and changes only with it.",
            code="register_is_copy",
            fix="Report the field as wrong: the correction goes up to the national register.",
        )
    if "household" not in desk.fields:
        raise NotFound(
            "This purpose does not show that field.",
            code="field_hidden",
            fix="Choose a purpose that allows it.",
        )


def _head(
    request: HttpRequest, desk: Desk, person: PersonRecord, home: HouseholdRecord
) -> HttpResponse:
    others = [one.key for one in home.members if one.key != person.key]
    record_looks(others, desk, action="household_member", fields=MEMBER_FIELDS)
    living = [one for one in home.members if one.status == "alive"]
    form = HeadForm(posted(request), members=[(str(one.key), _member(one)) for one in living])
    if request.method == "POST" and form.is_valid():
        chosen = UUID(form.cleaned_data["head"])
        try:
            population.choose_head(
                chosen,
                actor=desk.officer.actor,
                grounds=_grounds(desk, form.cleaned_data["evidence"]),
                scope=desk.decider_scope,
            )
        except Conflict as error:
            form.add_error("head", words.refusal_text(error))
        else:
            done = gettext(
                "Đã ghi chủ hộ. Quan hệ của người khác trong hộ được đánh dấu cần kiểm tra."
            )
            messages.success(request, done)
            return _to(person.key)
    head = next((one for one in home.members if one.key == home.head), None)
    context = {"desk": desk, "person": person, "home": home, "head": head, "form": form}
    return render(request, "steward/head.html", context | {"words": words})


def _member(person: PersonRecord) -> str:
    parts = (
        person.full_name,
        words.value_text("birth", person),
        words.value_text("relation_to_head", person),
    )
    return ", ".join(part for part in parts if part)


def _enter(request: HttpRequest, desk: Desk, person: PersonRecord) -> HttpResponse:
    form = EnterForm(posted(request))
    if request.method == "POST" and form.is_valid() and _entered(form, desk, person):
        messages.success(request, gettext("Đã nhập hộ."))
        return _to(person.key)
    context = {
        "desk": desk,
        "person": person,
        "birth": words.value_text("birth", person),
        "place": words.value_text("permanent_place", person),
        "form": form,
    }
    return render(request, "steward/enter.html", context)


def _entered(form: EnterForm, desk: Desk, person: PersonRecord) -> bool:
    given = form.cleaned_data
    member = None
    if given["way"] == "join":
        nobody = gettext("Không có ai mang số này trong địa bàn.")
        found = people_named(form, desk, desk.decider_scope, nobody=nobody)
        if not found:
            return False
        member = found[0].key
    try:
        population.enter_household(
            person.key,
            member,
            given["relation"],
            actor=desk.officer.actor,
            grounds=_grounds(desk, given["evidence"]),
            scope=desk.decider_scope,
        )
    except Conflict as error:
        form.add_error("number" if member else None, words.refusal_text(error))
        return False
    return True


def _grounds(desk: Desk, evidence: str) -> Grounds:
    return replace(desk.grounds, evidence=evidence)


def _to(person: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("steward:person", kwargs={"key": person}))
