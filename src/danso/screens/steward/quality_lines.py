"""Quality of sources as pages show it: shares with their change, and who has to do what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext

from danso.catalogue.shapes.registers import Agency
from danso.catalogue.shapes.sources import Source
from danso.modules.sources import interface as sources
from danso.modules.sources.data import CorrectionFigures, QualityCount, Waits
from danso.screens.steward import words
from danso.toolkit.html.charts import Chart, Series
from danso.toolkit.platform import province

PER_CENT: Final = 100
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True)
class SourceQuality:
    """A source's whole records on a day. `change`: of the correct share, in points, since a week
    before; None where there is nothing to compare with."""

    source: Source
    owner: Agency
    count: QualityCount | None
    complete_share: float | None
    change: float | None
    day: date

    @property
    def age_days(self) -> int | None:
        """How old its data was on that day."""
        if self.count is None or self.count.age_days is None:
            return None
        return self.count.age_days + (self.day - self.count.day).days

    @property
    def is_live(self) -> bool | None:
        """Sống: younger than the rhythm its owner promised."""
        age = self.age_days
        return None if age is None else age <= self.source.rhythm_days


@dataclass(frozen=True)
class AgencyLine:
    """An agency in the league: what it can mend itself, what waits for others."""

    agency: Agency
    waits: Waits
    correct_share: float | None

    @property
    def own(self) -> int:
        """Correctable by the agency itself: mismatches that wait for its answer."""
        return self.waits.owner

    @property
    def others(self) -> int:
        """Waiting for another body."""
        return self.waits.commune + self.waits.province + self.waits.upstream


@dataclass(frozen=True)
class CommuneLine:
    """A commune in the league. `own`: corrections that wait for its police, contested mismatches
    among them; `others`: mismatches that somebody else has to mend."""

    code: str
    name: str
    correct_share: float | None
    own: int
    late: int
    others: int


def source_lines(day: date) -> list[SourceQuality]:
    """Every open source, the least correct first."""
    every = sources.quality_by_field(day=day)
    now = {one.source: one for one in every if not one.field}
    before = {one.source: one for one in sources.quality_by_field(field="", day=day - WEEK)}
    found = [
        SourceQuality(
            source,
            province().agency(source.owner),
            now.get(source.code),
            _complete(source, every),
            _change(now.get(source.code), before.get(source.code)),
            day,
        )
        for source in province().sources.values()
        if not province().is_locked(source.code)
    ]
    return sorted(found, key=lambda line: _worst_first(line.count))


def agency_lines(lines: Iterable[SourceQuality]) -> list[AgencyLine]:
    """Agencies that own a source, the most own work first."""
    waits = {one.code: one for one in sources.waits_by_agency()}
    counts: dict[str, list[QualityCount]] = defaultdict(list)
    for line in lines:
        if line.count is not None:
            counts[line.source.owner].append(line.count)
    found = [
        AgencyLine(province().agency(code), waits.get(code, Waits(code)), _share(counts[code]))
        for code in sorted(counts.keys() | waits.keys())
        if code
    ]
    return sorted(found, key=lambda line: (-line.own, line.agency.code))


def commune_lines(
    counts: Sequence[QualityCount], figures: Sequence[CorrectionFigures]
) -> list[CommuneLine]:
    """Communes by their own work, the most first; those with nothing at all are left out."""
    waits = {one.code: one for one in sources.waits_by_commune()}
    shares = {one.commune or "": one.correct_share for one in counts}
    asked = {one.commune: one for one in figures}
    found = [
        CommuneLine(
            code,
            words.commune_name(code) if code else gettext("Chưa rõ xã"),
            shares.get(code),
            own=asked[code].open if code in asked else 0,
            late=asked[code].late if code in asked else 0,
            others=_elsewhere(waits.get(code)),
        )
        for code in sorted({*shares, *waits, *asked})
    ]
    return sorted(found, key=lambda line: (-line.own, -line.others, line.name))


def trend_chart(counts: Sequence[QualityCount], place: str = "") -> Chart:
    """The three shares of one field by day, everywhere or in one commune."""
    return Chart(
        id="xu-huong",
        title=gettext("Đúng, đủ, sạch theo ngày") + (f": {place}" if place else ""),
        kind="line",
        labels=[one.day.strftime("%d/%m") for one in counts],
        series=[
            Series(gettext("Đúng"), [_points(one.correct_share) for one in counts]),
            Series(gettext("Đủ"), [_points(one.complete_share) for one in counts]),
            Series(gettext("Sạch"), [_points(one.clean_share) for one in counts]),
        ],
        unit="%",
        label_head=gettext("Ngày"),
        places=1,
    )


def _elsewhere(waits: Waits | None) -> int:
    return waits.total - waits.commune if waits else 0


def _complete(source: Source, counts: Iterable[QualityCount]) -> float | None:
    """Đủ: of the values that are required or say who the person is."""
    wanted = {one.code for one in source.fields if one.required or one.term}
    found = [one for one in counts if one.source == source.code and one.field in wanted]
    records = sum(one.records for one in found)
    return 1 - sum(one.missing for one in found) / records if records else None


def _share(counts: Sequence[QualityCount]) -> float | None:
    compared = sum(one.correct + one.differs for one in counts)
    return sum(one.correct for one in counts) / compared if compared else None


def _change(now: QualityCount | None, before: QualityCount | None) -> float | None:
    one = now.correct_share if now else None
    other = before.correct_share if before else None
    return None if one is None or other is None else (one - other) * PER_CENT


def _worst_first(count: QualityCount | None) -> float:
    share = count.correct_share if count else None
    return 2 if share is None else share


def _points(share: float | None) -> float | None:
    return None if share is None else round(share * PER_CENT, 1)
