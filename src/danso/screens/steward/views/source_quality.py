"""Quality of sources by field, commune, agency and day: counts, nobody's data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.sources import interface as sources
from danso.screens.steward import source_words as source_said
from danso.screens.steward import words
from danso.screens.steward.desk import SOURCE_VIEWERS, Desk, at_work
from danso.screens.steward.quality_lines import (
    FEW,
    agency_lines,
    commune_lines,
    complete_by_day,
    complete_share,
    count_missing,
    source_lines,
    trend_chart,
)
from danso.toolkit.html.lists import Pages
from danso.toolkit.platform import province

COMMUNES_PER_PAGE: Final = 20
TREND_DAYS: Final = 90


@at_work(*SOURCE_VIEWERS)
def board(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Every source, and the league of agencies and communes."""
    days = sources.quality_days()
    day = _day(request, days)
    lines = source_lines(clock.today() if day in days[:1] else day)
    figures = sources.correction_figures(None)
    communes = commune_lines(sources.quality_by_commune(day=day), figures)
    pages = Pages.of(request, len(communes), COMMUNES_PER_PAGE)
    context = {
        "desk": desk,
        "lines": [one for one in lines if one.count or one.held],
        "waiting": [one for one in lines if not (one.count or one.held)],
        "is_empty": not days,
        "agencies": agency_lines(lines),
        "communes": communes[pages.offset : pages.offset + COMMUNES_PER_PAGE],
        "pages": pages,
        "days": days,
        "day": day,
        "said": source_said,
        "words": words,
    }
    return render(request, "steward/source_quality.html", context)


@at_work(*SOURCE_VIEWERS)
def one(request: HttpRequest, desk: Desk, code: str) -> HttpResponse:
    """One source: its trend, its fields, its communes."""
    source = province().source(code)
    if province().is_locked(code):
        raise NotFound(
            "A locked source has no figures.",
            code="source_locked_figures",
            fix="Choose another one from the board.",
        )
    days = sources.quality_days(code)
    day = _day(request, days)
    asked = request.GET.get("truong", "")
    field = asked if asked in source.by_code else ""
    place = request.GET.get("xa", "")
    place = place if place in province().units.by_code else ""
    trend = sources.quality_trend(code, field=field, days=TREND_DAYS, commune=place or None)
    by_field = {one.field: one for one in sources.quality_by_field(code, day=day)}
    communes = sources.quality_by_commune(code, field=field, day=day)
    communes.sort(
        key=lambda one: (one.compared < FEW, one.correct_share is None, one.correct_share or 0)
    )
    pages = Pages.of(request, len(communes), COMMUNES_PER_PAGE)
    context = {
        "desk": desk,
        "source": source,
        "whole": by_field.get(""),
        "complete": complete_share(source, by_field.values()),
        "missing": count_missing(source, by_field.values()),
        "fields": [(one, by_field.get(one.code)) for one in source.fields],
        "field": field,
        "communes": communes[pages.offset : pages.offset + COMMUNES_PER_PAGE],
        "pages": pages,
        "days": days,
        "day": day,
        "chart": trend_chart(
            trend,
            {} if field else complete_by_day(source, TREND_DAYS, place or None),
            words.commune_name(place) if place else "",
        ),
        "owner": province().agency(source.owner),
        "said": source_said,
        "words": words,
    }
    return render(request, "steward/source_quality_one.html", context)


def _day(request: HttpRequest, known: Sequence[date]) -> date:
    """The day asked for where there are figures of it, else the latest."""
    asked = request.GET.get("ngay", "")
    latest = known[0] if known else clock.today()
    return next((day for day in known if day.isoformat() == asked), latest)
