"""Đúng, đủ, sạch, sống: counts by commune, by measure, and who fails."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from danso.kernel.errors import NotFound
from danso.modules.population import interface as population
from danso.modules.population.data import MEASURES, Faulty, Measure, Scope
from danso.modules.sources import interface as sources
from danso.screens.steward import figures, words
from danso.screens.steward.desk import EVERYONE, Desk, at_work, with_purpose
from danso.screens.steward.journaling import record_looks
from danso.screens.steward.record import INVESTIGATION
from danso.screens.steward.views.home import VIRTUES, quality_lines
from danso.toolkit.html.lists import Pages

PER_PAGE = 50
# A commune is a card of its own on a phone.
COMMUNES_PER_PAGE = 20
# More than any commune has people.
ALL = 200_000
SHOWN = ("full_name", "birth", "number", "permanent_place")


@dataclass(frozen=True)
class MeasureLine:
    """A measure and how many people of a commune fail it."""

    measure: Measure
    name: str
    virtue: str
    people: int
    is_checkable: bool


@at_work(*EVERYONE)
def counts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The four virtues by commune."""
    kept = figures.figures(desk)
    lines = quality_lines(kept.quality)
    pages = Pages.of(request, len(lines), COMMUNES_PER_PAGE)
    context = {
        "desk": desk,
        "lines": lines[pages.offset : pages.offset + pages.per_page],
        "pages": pages,
        "kept": kept,
        "virtues": [words.VIRTUES[one] for one in VIRTUES],
        "words": words,
    }
    return render(request, "steward/quality.html", context)


@at_work(*EVERYONE)
def commune(request: HttpRequest, desk: Desk, commune: str) -> HttpResponse:
    """One commune: how many people fail each measure."""
    desk.check_commune(commune)
    found = population.quality_report(Scope(communes=(commune,)))
    total = found[0].people if found else 0
    lines = [
        MeasureLine(
            one,
            words.measure_name(one.code),
            str(words.VIRTUES[one.virtue]),
            found[0].faults[one.code] if found else 0,
            one.code in sources.checkable_measures(),
        )
        for one in MEASURES
    ]
    context = {
        "desk": desk,
        "commune": commune,
        "people": total,
        "lines": lines,
        "shares": quality_lines(found)[0].shares if found else (None,) * len(VIRTUES),
        "virtues": [str(words.VIRTUES[one]) for one in VIRTUES],
        "words": words,
    }
    return render(request, "steward/quality_commune.html", context)


@with_purpose(*EVERYONE)
def people(request: HttpRequest, desk: Desk, commune: str, measure: str) -> HttpResponse:
    """Who fails a measure, by hamlet; from here a worklist is made."""
    desk.check_commune(commune)
    check_measure(measure)
    if measure == "possible_duplicate":
        # Pairs say more than people one by one.
        return HttpResponseRedirect(f"{reverse('steward:doubles')}?{urlencode({'xa': commune})}")
    faulty = population.list_faulty(measure, commune, desk.scope, limit=ALL)
    hamlets = Counter(one.hamlet or "" for one in faulty)
    asked = request.GET.get("thon", "")
    hamlet = asked if asked in hamlets else ""
    chosen = [one for one in faulty if not hamlet or one.hamlet == hamlet]
    pages = Pages.of(request, len(chosen), PER_PAGE)
    shown = chosen[pages.offset : pages.offset + PER_PAGE]
    record_looks([one.person for one in shown], desk, action="listed", fields=SHOWN)
    context = {
        "desk": desk,
        "commune": commune,
        "measure": measure,
        "hamlets": sorted(hamlets.items()),
        "hamlet": hamlet,
        "shown": [_masked(one, desk) for one in shown],
        "pages": pages,
        "is_checkable": measure in sources.checkable_measures(),
        "words": words,
    }
    return render(request, "steward/quality_people.html", context)


def check_measure(measure: str) -> None:
    """NotFound for a measure there is not."""
    if measure not in {one.code for one in MEASURES}:
        raise NotFound(
            "There is no such measure of quality.",
            code="measure_unknown",
            fix="Choose one from the commune's page.",
        )


def _masked(one: Faulty, desk: Desk) -> Faulty:
    """Without what the purpose hides."""
    shows_number = "number" in desk.fields
    return Faulty(
        one.person,
        one.full_name,
        one.birth,
        one.number if shows_number else None,
        one.hamlet,
        _flags(one, desk),
    )


def _flags(one: Faulty, desk: Desk) -> dict[str, str]:
    """An investigation shows only where the purpose shows investigations."""
    if INVESTIGATION in desk.fields:
        return dict(one.flags)
    return {field: flag for field, flag in one.flags.items() if flag != INVESTIGATION}
