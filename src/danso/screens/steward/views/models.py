"""The models that matching goes by, and what came of one decision: who was served meanwhile."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from danso.modules.linkage import interface as linkage
from danso.modules.sources import interface as sources
from danso.screens.steward import candidates, matching_words, model_words, record, words
from danso.screens.steward.desk import EVERYONE, Desk, at_work, with_purpose
from danso.screens.steward.journaling import record_looks
from danso.toolkit.platform import province

NAMED: Final = ("full_name", "birth")


@at_work(*EVERYONE)
def model(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One model, the one in use unless another was chosen. Figures only, nobody's data."""
    known = linkage.models_known()
    chosen = request.GET.get("ma", "")
    shown = linkage.find_model(chosen) if chosen else known[0]
    context = {"desk": desk, "known": known, **model_words.page_of(shown)}
    return render(request, "steward/model.html", context)


@with_purpose(*EVERYONE)
def decision(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """One decision: whom it named, how long it stood, which partners were told by it."""
    span = linkage.decision_within(key, desk.scope)
    (line,) = candidates.decision_lines([span.decision], desk) or (None,)
    if line is not None and line.person is not None:
        record_looks([line.person.key], desk, action="listed", fields=NAMED)
    context = {
        "desk": desk,
        "span": span,
        "line": line,
        "source": candidates.source_name(span.decision.source),
        "served": [
            (one, record.partner_or_unit(one.actor), _kinds(span.decision.source, one.kinds))
            for one in sources.served_meanwhile(key)
        ],
        "is_own_wish": span.decision.undo_by == desk.officer.actor.id,
        "matched": matching_words,
        "words": words,
    }
    return render(request, "steward/matching_decision.html", context)


def _kinds(source: str, kinds: tuple[str, ...]) -> str:
    described = province().source(source).facts
    in_english = words.language() == "en"
    return ", ".join(one.en if in_english else one.vi for one in described if one.code in kinds)
