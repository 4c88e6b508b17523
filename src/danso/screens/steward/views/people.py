"""Searching for people and opening a record. What is searched by never stands in an address."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from danso.kernel import clock
from danso.kernel.errors import InvalidValue
from danso.modules.population import interface as population
from danso.modules.population.data import HITS_CAP, Found, PersonNotFound
from danso.screens.steward import record, words
from danso.screens.steward.desk import EVERYONE, Desk, with_purpose
from danso.screens.steward.forms import SearchForm, posted
from danso.screens.steward.journaling import record_looks

MEMBER_FIELDS = ("full_name", "birth", "relation_to_head")


@with_purpose(*EVERYONE)
def search(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form; posted, the people found, or straight to the only one a number leads to."""
    form = SearchForm(posted(request), reach=desk.communes)
    found: Found | None = None
    if request.method == "POST" and form.is_valid():
        found = _found(form, desk)
        if found is not None and form.wanted.number and len(found.people) == 1:
            return HttpResponseRedirect(
                reverse("steward:person", kwargs={"key": found.people[0].key})
            )
    context = {"form": form, "found": found, "desk": desk, "cap": HITS_CAP, "words": words}
    return render(request, "steward/search.html", context)


def _found(form: SearchForm, desk: Desk) -> Found | None:
    try:
        return population.search(
            form.wanted, actor=desk.officer.actor, grounds=desk.grounds, scope=desk.scope
        )
    except InvalidValue as error:
        field = "number" if form.wanted.number else None
        form.add_error(field, words.refusal_text(error))
        return None


@with_purpose(*EVERYONE)
def person(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """One record, now or as it was on a day; every opening is journaled with the fields shown."""
    now = population.open_person(
        key,
        actor=desk.officer.actor,
        grounds=desk.grounds,
        scope=desk.scope,
        fields=record.visible_fields(desk),
    )
    typed = request.GET.get("ngay", "")
    as_of = record.day_of(typed)
    problem = _problem(typed, as_of is None)
    shown = now
    if as_of is not None:
        try:
            shown = population.get_person(key, as_of)
        except PersonNotFound:
            problem = gettext("Ngày này chưa có hồ sơ. Hồ sơ dưới đây là hiện nay.")
            as_of = None
    household = record.find_household(now, desk)
    if household is not None:
        others = [one.key for one in household.members if one.key != key]
        record_looks(others, desk, action="household_member", fields=MEMBER_FIELDS)
    context = {
        "desk": desk,
        "person": shown,
        "groups": record.groups(shown, desk),
        "household": household,
        "numbers": population.numbers_of(key) if "number" in desk.fields else (),
        "merges": population.merges_into(key),
        "may_join": desk.may_change and as_of is None and now.status == "alive",
        "has_head": record.has_head(household),
        "changes": record.changes(key, desk),
        "looks": record.looks_at(key),
        "as_of": as_of,
        "typed": typed,
        "problem": problem,
        "today": clock.today(),
        "words": words,
    }
    return render(request, "steward/person.html", context)


def _problem(typed: str, is_unread: bool) -> str:
    if typed and is_unread:
        return gettext("Không đọc được ngày. Ghi ngày/tháng/năm, ví dụ 01/07/2025.")
    return ""
