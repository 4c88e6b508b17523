"""What needs doing in one's communes, and for which purpose one works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from danso.catalogue.shapes.sources import Source
from danso.kernel import clock
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import DecisionRecord, SoughtPerson
from danso.modules.identity.data import Role, Scope, ScopeKind
from danso.modules.population import interface as population
from danso.modules.population.data import QualityFigures, Virtue
from danso.modules.protection import interface as protection
from danso.modules.protection.data import Standing
from danso.modules.sources import interface as sources
from danso.modules.sources.data import CorrectionRecord, DeciderRole
from danso.screens.steward import figures, source_words, words
from danso.screens.steward.desk import EVERYONE, Desk, at_work, keep_purpose
from danso.screens.steward.forms import PurposeForm, posted
from danso.toolkit.platform import province

SHOWN = 10
VIRTUES: tuple[Virtue, ...] = ("dung", "du", "sach", "song")


@dataclass(frozen=True)
class QualityLine:
    """One commune's people and the share of them without a fault of each virtue."""

    code: str
    name: str
    people: int
    shares: tuple[float | None, ...]

    @property
    def worst(self) -> float:
        """For the order: where most is to be done."""
        return min((share for share in self.shares if share is not None), default=1.0)


@at_work(*EVERYONE)
def home(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Corrections by deadline, quality by commune, cards: counts and links, nobody's data."""
    waiting = waiting_for(desk, limit=SHOWN)
    counts = sources.correction_figures(desk.communes)
    kept = figures.find_figures(desk)
    context = {
        "desk": desk,
        "waiting": [CorrectionLine.of(one) for one in waiting],
        "open": sum(one.open for one in counts),
        "late": sum(one.late for one in counts),
        "kept": kept,
        "quality": quality_lines(kept.quality)[:SHOWN] if kept else [],
        "cards": figures.by_commune(kept.cards) if kept else [],
        "pairs": population.count_pairs(desk.scope),
        "worklists": sources.list_worklists(desk.communes, limit=5),
        "quarantined": _quarantined(desk),
        "asked": _asked(desk),
        "court": _courts(desk) if desk.is_police else None,
        "rights": _rights(desk),
        "above": _waiting("above") if desk.decides_disagreements else None,
        "said": source_words,
        "words": words,
    }
    return render(request, "steward/home.html", context)


@dataclass(frozen=True)
class CourtWork:
    """What courts wait for, and the first of each by deadline."""

    sought: int
    decided: int
    first_sought: SoughtPerson | None
    first_decided: DecisionRecord | None
    today: date


def _courts(desk: Desk) -> CourtWork:
    communes = desk.decider.communes
    sought, decided = exchange.count_court_work(communes)
    first = exchange.list_person_requests(communes, is_open=True, limit=1)
    judged = exchange.list_court_decisions(communes, is_open=True, limit=1)
    return CourtWork(
        sought, decided, next(iter(first), None), next(iter(judged), None), clock.today()
    )


def _rights(desk: Desk) -> Standing | None:
    """Requests of data subjects are answered for the whole province."""
    if not desk.officer.may(Role.STEWARD, Scope(ScopeKind.PROVINCE)):
        return None
    return protection.requests_standing([Role.STEWARD.value])


def _asked(desk: Desk) -> list[tuple[Source, int]]:
    """Sources of one's own agency, with how many mismatches wait for its answer."""
    if not desk.owner.agencies:
        return []
    return [(province().source(code), _waiting("asked", code)) for code in desk.owned_sources]


def _waiting(state: str, *codes: str) -> int:
    return sources.list_mismatches(sources=codes or None, states=(state,), limit=0)[1]


def _quarantined(desk: Desk) -> int | None:
    if not desk.is_steward:
        return None
    return sum(population.count_quarantine(desk.steward_scope).values())


@at_work(*EVERYONE)
def purpose(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Why people are going to be looked at: kept for the session, shown on every page."""
    known = {"purpose": desk.purpose.code if desk.purpose else "", "file_code": desk.file_code}
    form = PurposeForm(posted(request), initial=known, roles=desk.officer.roles)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        keep_purpose(request, purpose=given["purpose"], file_code=given["file_code"])
        return HttpResponseRedirect(_next(request))
    return render(
        request, "steward/purpose.html", {"form": form, "desk": desk, "next": _next(request)}
    )


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse("steward:search")


@dataclass(frozen=True)
class CorrectionLine:
    """A correction in a list: what and by when, not whose."""

    record: CorrectionRecord
    field: str
    commune: str
    asker: str
    is_late: bool

    @classmethod
    def of(cls, record: CorrectionRecord) -> CorrectionLine:
        """With the words for its codes."""
        return cls(
            record=record,
            field=words.field_name(record.field),
            commune=words.commune_name(record.commune),
            asker=str(words.ORIGINS[record.origin]),
            is_late=record.is_late(clock.today()),
        )


def waiting_for(desk: Desk, *, limit: int, offset: int = 0) -> list[CorrectionRecord]:
    """What this officer decides, the earliest deadline first; for a steward what others decide."""
    decider = desk.decider
    if not desk.is_police:
        return sources.list_corrections(
            communes=desk.communes, state="open", limit=limit, offset=offset
        )
    role: DeciderRole = (
        "provincial_police" if "provincial_police" in decider.roles else "commune_police"
    )
    return sources.list_corrections(
        communes=decider.communes,
        state="open",
        decider=role if len(decider.roles) == 1 else None,
        limit=limit,
        offset=offset,
    )


def quality_lines(quality: tuple[QualityFigures, ...]) -> list[QualityLine]:
    """Communes, where most is to be done first."""
    lines = [
        QualityLine(
            code=one.commune or "",
            name=words.commune_name(one.commune),
            people=one.people,
            shares=tuple(one.share(virtue) for virtue in VIRTUES),
        )
        for one in quality
    ]
    return sorted(lines, key=lambda line: line.worst)
