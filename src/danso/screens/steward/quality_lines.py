"""Quality of sources as pages show it: shares with their change, and who has to do what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext

from danso.catalogue.shapes.registers import Agency
from danso.catalogue.shapes.sources import Source
from danso.modules.sources import interface as sources
from danso.modules.sources.data import CorrectionFigures, QualityCount, SourceStanding, Waits
from danso.screens.steward import words
from danso.toolkit.html.charts import Chart, Series
from danso.toolkit.platform import province

PER_CENT: Final = 100
WEEK: Final = timedelta(days=7)
# A share of fewer compared records says nothing yet (`share_of` in _parts.html).
FEW: Final = 10


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
    standing: SourceStanding | None = None

    @property
    def held(self) -> int:
        """Records of a source that was never matched: counted when it was loaded."""
        return self.standing.records if self.standing else 0

    @property
    def held_clean_share(self) -> float | None:
        """Sạch of those: without a fault when they were cleaned."""
        if self.standing is None or not self.standing.records:
            return None
        return 1 - self.standing.faulty / self.standing.records

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
    compared: int

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
    compared: int
    own: int
    late: int
    others: int


def source_lines(day: date) -> list[SourceQuality]:
    """Every open source, the least correct first."""
    every = sources.quality_by_field(day=day)
    now = {one.source: one for one in every if not one.field}
    before = {one.source: one for one in sources.quality_by_field(field="", day=day - WEEK)}
    standings = {one.code: one for one in sources.source_standings()}
    found = [
        SourceQuality(
            source,
            province().agency(source.owner),
            now.get(source.code),
            complete_share(source, every),
            _change(now.get(source.code), before.get(source.code)),
            day,
            standings.get(source.code),
        )
        for source in province().sources.values()
        if not province().is_locked(source.code)
    ]
    return sorted(found, key=lambda line: _worst_first(line.count))


def agency_lines(lines: Iterable[SourceQuality]) -> list[AgencyLine]:
    """Agencies that own a source, the least correct first, then the most own work."""
    waits = {one.code: one for one in sources.waits_by_agency()}
    counts: dict[str, list[QualityCount]] = defaultdict(list)
    for line in lines:
        if line.count is not None:
            counts[line.source.owner].append(line.count)
    found = [
        AgencyLine(
            province().agency(code),
            waits.get(code, Waits(code)),
            _share(counts[code]),
            sum(one.compared for one in counts[code]),
        )
        for code in sorted(counts.keys() | waits.keys())
        if code
    ]
    return sorted(
        found, key=lambda line: (_bad_first(line.correct_share), -line.own, line.agency.code)
    )


def commune_lines(
    counts: Sequence[QualityCount], figures: Sequence[CorrectionFigures]
) -> list[CommuneLine]:
    """Communes, the least correct first, then the most own work; behind them those of which too few
    records were compared to say anything. Those with nothing at all are left out."""
    waits = {one.code: one for one in sources.waits_by_commune()}
    shares = {one.commune or "": one for one in counts}
    asked = {one.commune: one for one in figures}
    found = [
        CommuneLine(
            code,
            words.commune_name(code) if code else gettext("Chưa rõ xã"),
            shares[code].correct_share if code in shares else None,
            shares[code].compared if code in shares else 0,
            own=asked[code].open if code in asked else 0,
            late=asked[code].late if code in asked else 0,
            others=_elsewhere(waits.get(code)),
        )
        for code in sorted({*shares, *waits, *asked})
    ]
    return sorted(
        found,
        key=lambda line: (
            line.compared < FEW,
            _bad_first(line.correct_share),
            -line.own,
            line.name,
        ),
    )


def complete_by_day(source: Source, days: int, commune: str | None) -> dict[date, float]:
    """Đủ of whole records by day: of the values that are required or say who the person is."""
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    for field in source.fields:
        if not (field.required or field.term):
            continue
        for one in sources.quality_trend(source.code, field=field.code, days=days, commune=commune):
            sums[one.day][0] += one.missing
            sums[one.day][1] += one.records
    return {day: 1 - missing / records for day, (missing, records) in sums.items() if records}


def trend_chart(
    counts: Sequence[QualityCount], complete: Mapping[date, float], place: str = ""
) -> Chart:
    """The three shares by day, everywhere or in one commune; `complete`: that of whole records."""
    return Chart(
        id="xu-huong",
        title=gettext("Đúng, đủ, sạch theo ngày") + (f": {place}" if place else ""),
        kind="line",
        labels=[one.day.strftime("%d/%m") for one in counts],
        series=[
            Series(gettext("Đúng"), [_points(one.correct_share) for one in counts]),
            Series(
                gettext("Đủ"),
                [_points(complete.get(one.day, one.complete_share)) for one in counts],
            ),
            Series(gettext("Sạch"), [_points(one.clean_share) for one in counts]),
        ],
        unit="%",
        label_head=gettext("Ngày"),
        places=1,
    )


def _elsewhere(waits: Waits | None) -> int:
    return waits.total - waits.commune if waits else 0


def complete_share(source: Source, counts: Iterable[QualityCount]) -> float | None:
    """Đủ: of the values that are required or say who the person is."""
    found = _needed(source, counts)
    records = sum(one.records for one in found)
    return 1 - sum(one.missing for one in found) / records if records else None


def count_missing(source: Source, counts: Iterable[QualityCount]) -> int:
    """How many of those are not there."""
    return sum(one.missing for one in _needed(source, counts))


def _needed(source: Source, counts: Iterable[QualityCount]) -> list[QualityCount]:
    wanted = {one.code for one in source.fields if one.required or one.term}
    return [one for one in counts if one.source == source.code and one.field in wanted]


def _share(counts: Sequence[QualityCount]) -> float | None:
    compared = sum(one.compared for one in counts)
    return sum(one.correct for one in counts) / compared if compared else None


def _change(now: QualityCount | None, before: QualityCount | None) -> float | None:
    one = now.correct_share if now else None
    other = before.correct_share if before else None
    return None if one is None or other is None else (one - other) * PER_CENT


def _worst_first(count: QualityCount | None) -> float:
    return _bad_first(count.correct_share if count else None)


def _bad_first(share: float | None) -> float:
    """Whatever was never compared comes last."""
    return 2 if share is None else share


def _points(share: float | None) -> float | None:
    return None if share is None else round(share * PER_CENT, 1)
