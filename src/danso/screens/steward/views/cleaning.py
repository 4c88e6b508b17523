"""The quality worklist: what is to be cleaned, by commune, and who is to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from danso.kernel.errors import NotFound
from danso.modules.population import interface as population
from danso.modules.population.data import Double, MergeProposal, Nowhere
from danso.screens.steward import figures, record, words
from danso.screens.steward.desk import EVERYONE, Desk, at_work, with_purpose
from danso.screens.steward.journaling import record_looks
from danso.toolkit.html.lists import Pages

PER_PAGE: Final = 50
# Besides pairs: the measures whose people need a record beside another one, or a decision.
KINDS: Final = ("no_household", "no_head", "under_investigation", "unverified")
COMPARED: Final = ("full_name", "birth", "permanent_place")


@dataclass(frozen=True)
class PlaceLine:
    """One commune: pairs, and people of each kind."""

    code: str
    name: str
    pairs: int
    people: Mapping[str, int]

    @property
    def total(self) -> int:
        """For the order: where most is to be done."""
        return self.pairs + sum(self.people.values())


@dataclass(frozen=True)
class ProposalLine:
    """A merge that waits for a second officer."""

    proposal: MergeProposal
    who: str
    is_own: bool


@at_work(*EVERYONE)
def worklist(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Counts by commune and kind: each leads to the people."""
    kept = figures.figures(desk)
    pairs = {one.commune or "": one.pairs for one in population.count_doubles(desk.scope)}
    faults = {one.commune or "": one.faults for one in kept.quality}
    lines = [
        PlaceLine(
            code,
            words.commune_name(code),
            pairs.get(code, 0),
            {kind: faults.get(code, {}).get(kind, 0) for kind in KINDS},
        )
        for code in sorted({*pairs, *faults} - {""})
    ]
    context = {
        "desk": desk,
        "lines": sorted((one for one in lines if one.total), key=_order, reverse=True),
        "pairs": population.count_pairs(desk.scope),
        "totals": {kind: sum(one.people[kind] for one in lines) for kind in KINDS},
        "nowhere": population.count_nowhere(desk.scope) if desk.communes is None else None,
        "waiting": len(population.list_proposals(desk.scope)),
        "has_people": bool(kept.quality),
        "kept": kept,
        "words": words,
    }
    return render(request, "steward/cleaning.html", context)


def _order(line: PlaceLine) -> tuple[int, int]:
    return line.pairs, line.total


@with_purpose(*EVERYONE)
def doubles(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Pairs of records that may be one person, the surest first, and merges that wait."""
    commune = request.GET.get("xa", "")
    if commune:
        desk.check_commune(commune)
    counts = population.count_doubles(desk.scope)
    total = population.count_pairs(desk.scope, commune or None)
    pages = Pages.of(request, total, PER_PAGE)
    found = population.list_doubles(
        desk.scope, commune=commune or None, limit=PER_PAGE, offset=pages.offset
    )
    people = list(dict.fromkeys(key for one in found for key in (one.first.key, one.second.key)))
    record_looks(people, desk, action="listed", fields=COMPARED)
    context = {
        "desk": desk,
        "found": found,
        "pages": pages,
        "commune": commune,
        "places": [(one.commune, one.pairs) for one in counts if one.commune],
        "waiting": [_proposal(one, desk) for one in population.list_proposals(desk.scope)],
        "words": words,
    }
    return render(request, "steward/doubles.html", context)


def _proposal(proposal: MergeProposal, desk: Desk) -> ProposalLine:
    own = proposal.proposed_by == desk.officer.actor.id
    return ProposalLine(proposal, record.who("officer", proposal.proposed_by), own)


@with_purpose(*EVERYONE)
def nowhere(request: HttpRequest, desk: Desk) -> HttpResponse:
    """People whose residence is not on today's map: the province's to settle."""
    if desk.communes is not None:
        raise NotFound(
            "People without a commune are settled by the province.",
            code="commune_not_found",
            fix="Choose a commune of yours.",
        )
    pages = Pages.of(request, population.count_nowhere(desk.scope), PER_PAGE)
    shown: tuple[Nowhere, ...] = population.list_nowhere(
        desk.scope, limit=PER_PAGE, offset=pages.offset
    )
    record_looks([one.person for one in shown], desk, action="listed", fields=COMPARED)
    context = {"desk": desk, "shown": shown, "pages": pages, "words": words}
    return render(request, "steward/nowhere.html", context)


def next_pair(desk: Desk) -> Double | None:
    """The pair to go on with after a decision."""
    found = population.list_doubles(desk.scope, limit=1)
    return found[0] if found else None
