"""The figures of one look at the province, each from the room that counts it; nobody's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Activity, JournalHealth
from danso.modules.exchange import interface as exchange
from danso.modules.population import interface as population
from danso.modules.population.data import PeopleCount
from danso.modules.sources import interface as sources
from danso.modules.sources.data import CorrectionBoard, CorrectionFigures
from danso.toolkit.platform import platform, province

SHOWN_MINUTES = 60
COMPARED_DAYS = 7
ANSWERED_DAYS = 90
NOTHING = Activity()


@dataclass(frozen=True)
class Overview:
    """Everything the live part shows, read once."""

    now: datetime
    people: PeopleCount | None
    unplaced: int
    minutes: Mapping[datetime, Activity]
    days: Mapping[date, Activity]
    partners: tuple[PartnerUse, ...]
    refusals: Mapping[str, int]
    corrections: CorrectionFigures | None
    late: tuple[tuple[str, int], ...]
    quality: QualitySums | None
    journal: JournalHealth

    @property
    def today(self) -> Activity:
        """Since midnight in Vietnam."""
        return self.days.get(clock.local(self.now).date(), NOTHING)

    @property
    def last_minute(self) -> Activity:
        """The last whole minute."""
        return self.minutes.get(minute_of(self.now) - timedelta(minutes=1), NOTHING)

    @property
    def this_minute(self) -> Activity:
        """The minute that is running."""
        return self.minutes.get(minute_of(self.now), NOTHING)

    @property
    def usual_refusals(self) -> float | None:
        """Refused calls on a usual day: the mean of the days before that had any entry."""
        today = clock.local(self.now).date()
        before = [one.refused for day, one in self.days.items() if day < today]
        return sum(before) / len(before) if before else None

    @property
    def unsealed_seconds(self) -> float:
        """How long the oldest row has waited to be sealed; 0 where none waits."""
        oldest = self.journal.oldest_unsealed_at
        return max(0.0, (self.now - oldest).total_seconds()) if oldest else 0.0

    @property
    def active_partners(self) -> int:
        """How many asked anything today."""
        return sum(1 for one in self.partners if one.use is not NOTHING)


@dataclass(frozen=True)
class QualitySums:
    """The province's open faults, and those who must have a card and have no valid one."""

    people: int
    faults: int
    without_card: int


@dataclass(frozen=True)
class PartnerUse:
    """What one partner asked today."""

    name: str
    use: Activity


def overview() -> Overview:
    """The whole province now, from counters alone: no query here grows with people or entries."""
    now = clock.now()
    today = clock.today()
    people, unplaced = _people()
    board = correction_board()
    return Overview(
        now=now,
        people=people,
        unplaced=unplaced,
        minutes=audit.activity_by_minute(
            minute_of(now) - timedelta(minutes=SHOWN_MINUTES - 1), now + timedelta(minutes=1)
        ),
        days=audit.activity_by_day(today - timedelta(days=COMPARED_DAYS), today),
        partners=_partners(today),
        refusals=audit.refusals(today, today),
        corrections=board.together,
        late=tuple(
            sorted(
                ((one.commune, one.late) for one in board.communes if one.late),
                key=lambda pair: -pair[1],
            )
        ),
        quality=_quality(),
        journal=audit.journal_health(),
    )


def correction_board() -> CorrectionBoard:
    """What is open, and what was answered within ninety days."""
    return sources.correction_board(clock.now() - timedelta(days=ANSWERED_DAYS))


def people_by_commune() -> dict[str, PeopleCount]:
    """Counts by commune (2025 code), '' for residence not on today's map; empty without data."""
    if platform().register_mode == "absent":
        return {}
    return {one.commune or "": one for one in population.list_tallies()}


def commune_name(code: str) -> str:
    """A commune's name, or its code where today's map does not have it."""
    commune = province().units.by_code.get(code)
    return commune.name if commune else code


def minute_of(at: datetime) -> datetime:
    """The minute in which an instant lies."""
    return at.replace(second=0, microsecond=0)


def _people() -> tuple[PeopleCount | None, int]:
    found = people_by_commune()
    if not any(one.alive + one.dead + one.missing for one in found.values()):
        return None, 0
    names = ("alive", "dead", "missing", "with_number", "with_card")
    sums = {name: sum(getattr(one, name) for one in found.values()) for name in names}
    return PeopleCount(None, **sums), found[""].alive if "" in found else 0


def _quality() -> QualitySums | None:
    if platform().register_mode == "absent":
        return None
    rows = population.list_quality()
    people = sum(one.people for one in rows)
    if not people:
        return None
    return QualitySums(
        people=people,
        faults=sum(sum(one.faults.values()) for one in rows),
        without_card=sum(one.must_have_card - one.holding_card for one in rows),
    )


def _partners(today: date) -> tuple[PartnerUse, ...]:
    uses = audit.activity_by_partner(today, today)
    agencies = province().agencies
    listed = [
        PartnerUse(
            agencies[one.agency].vi if one.agency in agencies else one.name or one.code,
            uses.get(one.code, NOTHING),
        )
        for one in exchange.partners()
        if one.closed_at is None or one.code in uses
    ]
    return tuple(sorted(listed, key=lambda one: (-one.use.verifications, one.name)))
