"""The leadership's pages: the live one, its moving part, the map's part, one commune."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from danso.modules.population import interface as population
from danso.modules.population.data import MEASURES as FAULTS
from danso.modules.sources.data import CorrectionFigures
from danso.screens.leadership import drawing
from danso.screens.leadership.attention import (
    are_refusals_unusual,
    is_journal_sound,
    points,
)
from danso.screens.leadership.connections import progress
from danso.screens.leadership.figures import correction_board, overview, people_by_commune
from danso.screens.leadership.reasons import in_words
from danso.screens.leadership.viewers import VIEWERS
from danso.toolkit.permission import requires
from danso.toolkit.platform import platform, province

MOST_REASONS = 5


@requires(*VIEWERS)
def home(request: HttpRequest) -> HttpResponse:
    """The whole page, with what its moving parts show now."""
    own = {"fault_kinds": len(FAULTS), "connected": progress()}
    return render(request, "leadership/home.html", _now() | _map(request) | own)


@requires(*VIEWERS)
def live(request: HttpRequest) -> HttpResponse:
    """The moving part alone."""
    return render(request, "leadership/_now.html", _now())


@requires(*VIEWERS)
def map_alone(request: HttpRequest) -> HttpResponse:
    """The map's part alone, for one of its measures."""
    return render(request, "leadership/_map.html", _map(request))


@requires(*VIEWERS)
def commune(request: HttpRequest, code: str) -> HttpResponse:
    """One commune: people, cards, quality, corrections. Counts only, nobody's row."""
    unit = province().units.by_code.get(code)
    if unit is None:
        raise Http404
    quality = None
    if platform().register_mode != "absent":
        quality = next(iter(population.list_quality((code,))), None)
    context = {
        "unit": unit,
        "people": people_by_commune().get(code),
        "quality": quality,
        "faults": _faults(quality.faults) if quality else [],
        "corrections": next(
            (one for one in correction_board().communes if one.commune == code),
            CorrectionFigures(code, open=0, late=0, accepted=0, rejected=0, median_days=None),
        ),
    }
    return render(request, "leadership/commune.html", context)


def _faults(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What is wrong, the most frequent first; what nobody fails is left out."""
    named = [
        (one.en if get_language() == "en" else one.vi, counts.get(one.code, 0)) for one in FAULTS
    ]
    return sorted((one for one in named if one[1]), key=lambda one: -one[1])


def _now() -> dict[str, Any]:
    now = overview()
    return {
        "now": now,
        "points": points(now),
        "journal_sound": is_journal_sound(now),
        "unusual": are_refusals_unusual(now),
        "verifications": drawing.verifications(now),
        "match_rate": drawing.match_rate(now),
        "refusals": in_words(now.refusals)[:MOST_REASONS],
    }


def _map(request: HttpRequest) -> dict[str, Any]:
    measures = drawing.MEASURES
    chosen = measures.get(request.GET.get("so-lieu", ""), next(iter(measures.values())))
    drawn = drawing.commune_map(chosen)
    return {
        "map": drawn,
        "ranking": drawing.ranking(chosen, drawn),
        "measure": chosen,
        "measures": list(measures.values()),
    }
