"""Charts and maps as data: what the drawing shows is exactly what the table beside it says."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from django.utils.translation import gettext as _
from markupsafe import Markup

Kind = Literal["line", "column", "stack", "bar", "ring"]
Value = int | float | None

_ESCAPES: Final = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


@dataclass(frozen=True, slots=True)
class Series:
    """One line, one set of columns; as many values as the chart has labels, None for no data."""

    name: str
    values: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with axis labels and one or more series. `id` is unique on the page.

    `floor` is where the axis of values begins, for shares that lie close together; else it is 0.
    """

    id: str
    title: str
    kind: Kind
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    note: str = ""
    label_head: str = ""
    target: float | None = None
    places: int = 0
    floor: float | None = None

    def __post_init__(self) -> None:
        for one in self.series:
            if len(one.values) != len(self.labels):
                raise ValueError(
                    f"chart {self.id}: series {one.name!r} has {len(one.values)} values "
                    f"for {len(self.labels)} labels"
                )

    @property
    def is_empty(self) -> bool:
        """Whether there is not one value to draw."""
        return all(value is None for one in self.series for value in one.values)

    @property
    def payload(self) -> Mapping[str, Any]:
        """What charts.js reads."""
        return {
            "id": self.id,
            "kind": self.kind,
            "labels": list(self.labels),
            "series": [{"name": one.name, "values": list(one.values)} for one in self.series],
            "unit": self.unit,
            "target": self.target,
            "from": self.floor,
            "target_label": _("Mục tiêu"),
        }


@dataclass(frozen=True, slots=True)
class Area:
    """One shape of a map: joined to the GeoJSON by `code`, shown by `name`."""

    code: str
    name: str
    value: Value
    href: str = ""


@dataclass(frozen=True, slots=True)
class AreaMap:
    """A map shaded by one figure. `shapes`: the GeoJSON's URL; `key`: its property of codes."""

    id: str
    title: str
    shapes: str
    areas: Sequence[Area]
    unit: str = ""
    note: str = ""
    area_head: str = ""
    value_head: str = ""
    key: str = "code"
    places: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether no area has a value."""
        return all(area.value is None for area in self.areas)

    @property
    def payload(self) -> Mapping[str, Any]:
        """What charts.js reads."""
        return {
            "id": self.id,
            "kind": "map",
            "shapes": self.shapes,
            "key": self.key,
            "areas": [
                {"code": area.code, "name": area.name, "value": area.value} for area in self.areas
            ],
            "links": {area.code: area.href for area in self.areas if area.href},
            "unit": self.unit,
            "no_data": _("chưa có số liệu"),
        }


def json_block(value: object) -> Markup:
    """JSON safe inside `<script type="application/json">`: data, never run by a browser."""
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Safe as markup: the three characters that could end the block are gone.
    return Markup(written.translate(_ESCAPES))  # noqa: S704
