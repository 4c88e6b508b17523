"""Who must have a card and has none or an expired one, by commune and hamlet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from danso.modules.population import interface as population
from danso.modules.population.data import Scope
from danso.modules.sources import interface as sources
from danso.screens.steward import figures, words
from danso.screens.steward.desk import EVERYONE, Desk, at_work, with_purpose
from danso.screens.steward.downloads import Export, export_page, workbook
from danso.screens.steward.journaling import record_looks
from danso.toolkit.html.lists import Pages

PER_PAGE = 50
SHOWN = ("full_name", "birth", "permanent_place", "card")


@at_work(*EVERYONE)
def counts(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Counts by commune, the most to be done first."""
    kept = figures.figures(desk)
    lines = sorted(
        figures.by_commune(kept.cards), key=lambda one: one.without + one.expired, reverse=True
    )
    context = {
        "desk": desk,
        "lines": lines,
        "without": sum(one.without for one in lines),
        "expired": sum(one.expired for one in lines),
        "kept": kept,
        "words": words,
    }
    return render(request, "steward/cards.html", context)


@with_purpose(*EVERYONE)
def people(request: HttpRequest, desk: Desk, commune: str) -> HttpResponse:
    """Who they are in one commune or one of its hamlets."""
    desk.check_commune(commune)
    hamlets = population.count_card_due(Scope(communes=(commune,)))
    hamlet = _hamlet(request.GET.get("thon", ""), [one.hamlet or "" for one in hamlets])
    total = sum(
        one.without + one.expired for one in hamlets if hamlet is None or one.hamlet == hamlet
    )
    pages = Pages.of(request, total, PER_PAGE)
    due = population.list_card_due(
        commune, desk.scope, hamlet=hamlet, limit=PER_PAGE, offset=pages.offset
    )
    record_looks([one.person for one in due], desk, action="listed", fields=SHOWN)
    context = {
        "desk": desk,
        "commune": commune,
        "hamlets": hamlets,
        "hamlet": hamlet or "",
        "due": due,
        "pages": pages,
        "words": words,
    }
    return render(request, "steward/cards_people.html", context)


@with_purpose(*EVERYONE, reauth=True)
@require_http_methods(["GET", "POST"])
def sheet(request: HttpRequest, desk: Desk, commune: str) -> HttpResponse:
    """The list as XLSX, after a last word on what it holds; each person on it is journaled."""
    desk.check_commune(commune)
    if request.method == "GET":
        hamlet = request.GET.get("thon", "")
        return export_page(
            request,
            desk,
            Export(
                gettext("Người cần cấp, đổi thẻ"),
                words.commune_name(commune),
                hamlet,
                back=reverse("steward:cards-people", kwargs={"commune": commune}),
            ),
        )
    made = sources.card_list_file(
        commune,
        hamlet=request.POST.get("thon") or None,
        actor=desk.officer.actor,
        grounds=desk.grounds,
        communes=desk.communes,
    )
    return workbook(made)


def _hamlet(asked: str, known: list[str]) -> str | None:
    return asked if asked and asked in known else None
