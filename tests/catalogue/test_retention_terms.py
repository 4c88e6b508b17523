"""From when on something is past its term: days exactly, months and years by the calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from danso.catalogue.shapes.people import Retention

NOW = datetime(2028, 3, 31, 12, tzinfo=UTC)


def rule(unit: str, amount: int | None, then: str = "destroy") -> Retention:
    given: dict[str, Any] = {"unit": unit, "amount": amount, "then": then, "basis": "assumed"}
    given |= {"code": "tea", "vi": "Trà", "en": "Tea", "counted_from": "pouring", "law": "Luật"}
    return Retention(**given)


@pytest.mark.parametrize(
    ("unit", "amount", "begins"),
    [
        ("days", 31, (2028, 2, 29)),
        ("months", 1, (2028, 2, 29)),
        ("months", 3, (2027, 12, 31)),
        ("months", 13, (2027, 2, 28)),
        ("years", 5, (2023, 3, 31)),
    ],
)
def test_a_term_begins(unit: str, amount: int, begins: tuple[int, int, int]) -> None:
    assert rule(unit, amount).begins(NOW) == datetime(*begins, 12, tzinfo=UTC)


def test_nothing_is_ever_past_a_term_without_end() -> None:
    assert rule("forever", None).begins(NOW) is None
    assert rule("years", 10, then="keep").begins(NOW) is None
