"""The page's charts and its map, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from danso.kernel import clock
from danso.kernel.text import sort_key
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.screens.leadership.figures import (
    NOTHING,
    SHOWN_MINUTES,
    Overview,
    correction_board,
    minute_of,
    people_by_commune,
)
from danso.toolkit.html.charts import Area, AreaMap, Chart, Series
from danso.toolkit.html.shapes import unit_shapes_url
from danso.toolkit.platform import platform, province

PER_CENT: Final = 100
RANKED: Final = 10
Values = dict[str, float]


@dataclass(frozen=True)
class Measure:
    """One figure that the map can show, by commune code."""

    code: str
    name: object
    unit: object
    note: object
    values: Callable[[], Values]
    ranked: object
    places: int = 0
    lowest_first: bool = False


def verifications(now: Overview) -> Chart:
    """Verifications by minute over the last hour, matched and not."""
    shown = _minutes(now)
    found = [now.minutes.get(minute, NOTHING) for minute in shown]
    is_known = any(one.verifications for one in found)
    return Chart(
        id="xac-minh",
        title=_("Lượt xác minh mỗi phút, 60 phút qua"),
        kind="stack",
        labels=[clock.local(minute).strftime("%H:%M") for minute in shown],
        series=[
            Series(_("Khớp"), [one.matched if is_known else None for one in found]),
            Series(
                _("Không khớp"),
                [one.verifications - one.matched if is_known else None for one in found],
            ),
        ],
        unit=_("lượt"),
        label_head=_("Phút"),
    )


def match_rate(now: Overview) -> Chart:
    """The share of verifications that matched, by minute; no point where nobody asked."""
    shown = _minutes(now)
    rates = [now.minutes.get(minute, NOTHING).match_rate for minute in shown]
    return Chart(
        id="ty-le-khop",
        title=_("Tỷ lệ khớp, 60 phút qua"),
        kind="line",
        labels=[clock.local(minute).strftime("%H:%M") for minute in shown],
        series=[
            Series(
                _("Tỷ lệ khớp"),
                [None if rate is None else round(rate * PER_CENT, 1) for rate in rates],
            )
        ],
        unit="%",
        label_head=_("Phút"),
        places=1,
        floor=_floor([rate for rate in rates if rate is not None]),
    )


def commune_map(measure: Measure) -> AreaMap:
    """Every commune of today, those without data too: they stay without colour."""
    values = measure.values()
    communes = sorted(province().units.communes, key=lambda one: sort_key(one.name))
    return AreaMap(
        id="ban-do",
        title=str(measure.name),
        shapes=unit_shapes_url(),
        areas=[
            Area(
                one.code,
                one.name,
                values.get(one.code),
                reverse("leadership:commune", args=[one.code]),
            )
            for one in communes
        ],
        unit=str(measure.unit),
        note=str(measure.note),
        area_head=_("Xã, phường"),
        value_head=str(measure.name),
        places=measure.places,
    )


def ranking(measure: Measure, drawn: AreaMap) -> list[Area]:
    """The communes that a leader asks about first; only those with data."""
    known = [area for area in drawn.areas if area.value is not None]
    sign = 1 if measure.lowest_first else -1
    return sorted(known, key=lambda area: sign * (area.value or 0))[:RANKED]


def _floor(rates: list[float]) -> float:
    """The ten below the lowest rate, so that a drop from 97 to 94 per cent can be seen."""
    return min(90, int(min(rates, default=1.0) * 10) * 10)


def _minutes(now: Overview) -> list[datetime]:
    last = minute_of(now.now)
    return [last - timedelta(minutes=back) for back in reversed(range(SHOWN_MINUTES))]


def _people() -> Values:
    return {code: one.alive for code, one in people_by_commune().items() if one.alive}


def _with_number() -> Values:
    return {
        code: round(one.with_number / one.alive * PER_CENT, 1)
        for code, one in people_by_commune().items()
        if one.alive
    }


def _with_card() -> Values:
    if platform().register_mode == "absent":
        return {}
    return {
        one.commune: round(one.card_share * PER_CENT, 1)
        for one in population.list_quality()
        if one.commune and one.card_share is not None
    }


def _sources_agree() -> Values:
    return {
        one.commune: round(one.correct_share * PER_CENT, 1)
        for one in sources.quality_by_commune()
        if one.commune and one.correct_share is not None
    }


def _median_days() -> Values:
    return {
        one.commune: round(one.median_days, 1)
        for one in correction_board().communes
        if one.median_days is not None
    }


MEASURES: Final = {
    one.code: one
    for one in (
        Measure(
            "dan-so",
            gettext_lazy("Dân số"),
            gettext_lazy("người"),
            gettext_lazy("Người còn sống có nơi thường trú tại xã."),
            _people,
            gettext_lazy("Đông dân nhất"),
        ),
        Measure(
            "the",
            gettext_lazy("Tỷ lệ có thẻ căn cước"),
            "%",
            gettext_lazy("Người có thẻ còn hạn trong số người phải có thẻ (từ đủ 14 tuổi)."),
            _with_card,
            gettext_lazy("Tỷ lệ thấp nhất"),
            places=1,
            lowest_first=True,
        ),
        Measure(
            "so-dinh-danh",
            gettext_lazy("Tỷ lệ có số định danh"),
            "%",
            gettext_lazy("Người có số định danh trong số người còn sống."),
            _with_number,
            gettext_lazy("Tỷ lệ thấp nhất"),
            places=1,
            lowest_first=True,
        ),
        Measure(
            "khop-nguon",
            gettext_lazy("Tỷ lệ bản ghi của các nguồn khớp với dân cư"),
            "%",
            gettext_lazy(
                "Bản ghi của mọi nguồn về người của xã, không trường nào khác với dân cư."
            ),
            _sources_agree,
            gettext_lazy("Tỷ lệ thấp nhất"),
            places=1,
            lowest_first=True,
        ),
        Measure(
            "chinh-sua",
            gettext_lazy("Thời gian chỉnh sửa, trung vị"),
            gettext_lazy("ngày"),
            gettext_lazy(
                "Từ khi nhận đề nghị đến khi trả lời, các đề nghị trả lời trong 90 ngày qua."
            ),
            _median_days,
            gettext_lazy("Lâu nhất"),
            places=1,
        ),
    )
}
