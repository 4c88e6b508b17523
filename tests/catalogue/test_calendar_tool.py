"""The calendar's files are what the tool makes from the library and the cited decisions."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools import make_calendar

from tests.catalogue.conftest import THANH_HOA

DECISIONS: dict[int, Any] = yaml.safe_load(make_calendar.DECISIONS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("year", range(2021, 2028))
def test_the_files_are_what_the_tool_makes(year: int, tmp_path: Path) -> None:
    make_calendar.write(tmp_path, year, DECISIONS.get(year))
    made = (tmp_path / f"{year}.yaml").read_text(encoding="utf-8")
    assert made == (THANH_HOA / "calendar" / f"{year}.yaml").read_text(encoding="utf-8")


def test_a_decision_the_library_contradicts_stops_the_tool(tmp_path: Path) -> None:
    later = {**DECISIONS[2025], "tet": [date(2025, 1, 28), date(2025, 2, 3)]}
    with pytest.raises(SystemExit, match="2025"):
        make_calendar.write(tmp_path, 2025, later)
    shorter = {**DECISIONS[2025], "tet": [date(2025, 1, 28), date(2025, 1, 31)]}
    with pytest.raises(SystemExit, match="does not"):
        make_calendar.write(tmp_path, 2025, shorter)
