"""Every pair of colours used for text passes WCAG AA, computed from the stylesheet's own source."""

import re
from pathlib import Path

import pytest

from danso.toolkit import html

SASS = Path(html.__file__).parent / "assets/sass/_brand.scss"
COLOURS = dict(re.findall(r"^\$([a-z-]+): (#[0-9a-f]{6});", SASS.read_text(), re.MULTILINE))
COLOURS["white"] = "#ffffff"

PAIRS = [
    ("white", "lacquer"),
    ("ink", "white"),
    ("ink", "paper"),
    ("ink", "focus"),
    ("ink", "amber-tint"),
    ("ink-soft", "white"),
    ("ink-soft", "paper"),
    ("white", "teal"),
    ("white", "teal-dark"),
    ("white", "red"),
    ("white", "amber"),
    ("teal", "white"),
    ("teal", "paper"),
    ("teal", "teal-tint"),
    ("lacquer", "paper"),
    ("violet", "white"),
    ("red", "white"),
    ("green", "white"),
    ("red", "red-tint"),
    ("green", "green-tint"),
    ("amber", "amber-tint"),
    ("blue", "blue-tint"),
    ("violet", "violet-tint"),
]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_formula_knows_its_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize(("front", "back"), PAIRS)
def test_text_can_be_read(front: str, back: str) -> None:
    assert contrast(COLOURS[front], COLOURS[back]) >= 4.5
