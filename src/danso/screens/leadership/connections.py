"""The plan's databases and how far each is connected: counts and dates, nobody's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from danso.catalogue.shapes.registers import Agency, Database
from danso.catalogue.shapes.sources import Source
from danso.kernel import clock
from danso.modules.sources import interface as sources
from danso.modules.sources.data import SourceStanding
from danso.screens.leadership.viewers import VIEWERS
from danso.toolkit.permission import requires
from danso.toolkit.platform import province

Outcome = Literal["late", "ahead", "kept", "kept_late"]
Stage = Literal["none", "described", "part", "loaded", "kept", "matched"]
ORDER: tuple[Outcome, ...] = ("late", "ahead", "kept_late", "kept")
STAGES: tuple[Stage, ...] = ("none", "described", "part", "loaded", "kept", "matched")


@dataclass(frozen=True)
class Connection:
    """One database of the plan. `since`: when the first of its sources was loaded; `loaded` and
    `matched`: how many of them are."""

    database: Database
    owners: tuple[Agency, ...]
    sources: tuple[Source, ...]
    since: date | None
    loaded: int
    matched: int
    today: date

    @property
    def days_late(self) -> int:
        """After the plan's date, until it was loaded or today; below 0 before it."""
        return ((self.since or self.today) - self.database.due).days

    @property
    def outcome(self) -> Outcome:
        """Beside the plan's date."""
        if self.since is not None:
            return "kept_late" if self.days_late > 0 else "kept"
        return "late" if self.days_late > 0 else "ahead"

    @property
    def is_about_people(self) -> bool:
        """Whether any of its sources is matched to people at all."""
        return any(one.is_matched for one in self.sources)

    @property
    def is_whole(self) -> bool:
        """Whether every source that is described was loaded."""
        return self.loaded == len(self.sources)

    @property
    def is_matched(self) -> bool:
        """Whether every source about people was matched."""
        wanted = sum(1 for one in self.sources if one.is_matched)
        return self.is_whole and wanted > 0 and self.matched == wanted

    @property
    def stage(self) -> Stage:
        """How far it has come: each step rests on the one before. `part`: some of
        its sources loaded; `kept`: loaded, and nobody to match."""
        if self.since is None:
            return "described" if self.sources else "none"
        if not self.is_whole:
            return "part"
        if not self.is_about_people:
            return "kept"
        return "matched" if self.is_matched else "loaded"


@dataclass(frozen=True)
class Group:
    """The databases that stand alike beside the plan's dates and have come equally far, the latest
    first."""

    outcome: Outcome
    stage: Stage
    connections: tuple[Connection, ...]

    @property
    def first(self) -> Connection:
        """The one that is latest, or due next."""
        return self.connections[0]


@dataclass(frozen=True)
class Progress:
    """How many databases the plan names, how many are described, how many loaded."""

    counted: int
    described: int
    loaded: int


@requires(*VIEWERS)
def page(request: HttpRequest) -> HttpResponse:
    """All of them, what is late first."""
    found = connections(sources.source_standings())
    plan = province().plan
    law = plan.last_day_for(clause for one in found for clause in one.database.cites)
    context = {
        "total": len(found),
        "groups": groups(found),
        "described": sum(1 for one in found if one.sources),
        "loaded": sum(1 for one in found if one.since),
        "matched": sum(1 for one in found if one.is_matched),
        "late": sum(1 for one in found if one.outcome == "late"),
        "law": law,
        "days_left": (law.due - clock.today()).days if law and law.due else None,
    }
    return render(request, "leadership/connections.html", context)


def groups(found: list[Connection]) -> list[Group]:
    """By outcome, and within one the least far first; what none is in is left out."""
    return [
        Group(outcome, stage, some)
        for outcome in ORDER
        for stage in STAGES
        if (some := tuple(one for one in found if (one.outcome, one.stage) == (outcome, stage)))
    ]


def progress() -> Progress:
    """For the home page: one query."""
    loaded = sources.connected_since()
    counted = {one.code for one in province().databases.values() if one.counted}
    described = {one.database for one in province().sources.values()}
    reached = {one.database for one in province().sources.values() if one.code in loaded}
    return Progress(len(counted), len(counted & described), len(counted & reached))


def connections(standings: list[SourceStanding]) -> list[Connection]:
    """The databases that the plan counts, the latest first, then those due next."""
    matched = {one.code for one in standings if one.matched is not None}
    loaded = {code: clock.local(at).date() for code, at in sources.connected_since().items()}
    found = []
    for database in province().databases.values():
        own = tuple(one for one in province().sources.values() if one.database == database.code)
        found.append(
            Connection(
                database=database,
                owners=tuple(province().agency(code) for code in database.owner_today),
                sources=own,
                since=min((loaded[one.code] for one in own if one.code in loaded), default=None),
                loaded=sum(1 for one in own if one.code in loaded),
                matched=sum(1 for one in own if one.is_matched and one.code in matched),
                today=clock.today(),
            )
        )
    counted = [one for one in found if one.database.counted]
    return sorted(counted, key=lambda one: (ORDER.index(one.outcome), -one.days_late))
