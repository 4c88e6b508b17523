"""A model of matching in words and bars, for the page and for a file of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from danso.modules.linkage.data import ModelRecord, Step
from danso.screens.steward import matching_words
from danso.screens.steward.candidates import source_name
from danso.screens.steward.words import Words

COMPARISONS: Final[dict[str, Words]] = {
    "full_name": _("Họ, chữ đệm và tên"),
    "birth": _("Ngày sinh"),
    "sex": _("Giới tính"),
    "commune": _("Nơi thường trú"),
    "number": _("Số định danh"),
    "old_number": _("Số chứng minh nhân dân"),
    "father": _("Tên cha"),
    "mother": _("Tên mẹ"),
    "start": _("Điểm khởi đầu"),
    "whole": _("Tổng điểm"),
}
# Bars are drawn on so many units; their middle is nought.
WIDTH: Final = 200


@dataclass(frozen=True)
class Bar:
    """A bar: where it begins and how long it is, of WIDTH; `nought` is where the axis stands."""

    left: float
    length: float
    nought: float
    is_minus: bool


@dataclass(frozen=True)
class StepLine:
    """One line of a waterfall."""

    name: Words
    level: Words | str
    step: Step
    bar: Bar


def weight_bar(weight: float, most: float) -> Bar:
    """A weight from the middle, to its side."""
    middle = WIDTH / 2
    length = middle * min(1.0, abs(weight) / most) if most else 0.0
    return Bar(round(middle - length if weight < 0 else middle, 1), round(length, 1), middle,
               weight < 0)  # fmt: skip


def heaviest(record: ModelRecord) -> float:
    """The largest weight of a model, to either side."""
    return max(abs(level.weight) for one in record.comparisons for level in one.levels)


def waterfall(steps: Iterable[Step]) -> tuple[StepLine, ...]:
    """Steps with bars on one axis: each begins where the one before ended."""
    listed = tuple(steps)
    ends = [0.0, *(step.after for step in listed)]
    low, span = min(ends), (max(ends) - min(ends)) or 1.0

    def place(value: float) -> float:
        return round(WIDTH * (value - low) / span, 1)

    return tuple(
        StepLine(
            COMPARISONS[step.name],
            matching_words.LEVELS[step.level] if step.level else "",
            step,
            Bar(
                place(min(step.before, step.after)),
                max(1.0, round(WIDTH * abs(step.weight) / span, 1)),
                place(0.0),
                step.weight < 0,
            ),
        )
        for step in listed
    )


def page_of(record: ModelRecord) -> dict[str, object]:
    """What the templates need to show a model."""
    return {
        "record": record,
        "most": heaviest(record),
        "bar": weight_bar,
        "comparisons": COMPARISONS,
        "levels": matching_words.LEVELS,
        "used": [(source_name(source), at) for source, at in sorted(record.used.items())],
        "axis": WIDTH,
    }


def chart_file(record: ModelRecord) -> str:
    """The same as one HTML file that needs nothing beside it."""
    return render_to_string("steward/model_alone.html", page_of(record))
