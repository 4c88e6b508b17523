"""What looks alike and may be somebody else goes to a clerk, however heavy it weighs."""

from __future__ import annotations

from pathlib import Path

import pytest

from danso.kernel.dates import PartialDate
from danso.modules.linkage.models import Link
from danso.toolkit.platform import province
from tests.modules.linkage.conftest import run, write
from tests.modules.population.conftest import enrol

BIRTH = "21/03/1984"
OF_ANOTHER = "099150000017"


@pytest.fixture
def communes(others: None) -> tuple[str, str]:
    first, second, *_ = (unit.code for unit in province().units.communes)
    return first, second


@pytest.mark.parametrize(
    ("record", "band"),
    [
        (("Nguyễn Thị Hoa Mai", BIRTH, "Nữ", "", "here"), "linked"),
        (("Nguyen Thi Hoa Mai", BIRTH, "Nữ", "", "here"), "linked"),
        (("Nguyễn Thị Hoa Lý", BIRTH, "Nữ", "", "here"), "clerk"),
        (("Nguyễn Thị Hoa Mai", BIRTH, "Nam", "", "here"), "clerk"),
        (("Nguyễn Thị Hoa Mai", BIRTH, "Nữ", OF_ANOTHER, "here"), "clerk"),
        (("Nguyễn Thị Hoa Mai", "1984", "Nữ", "", "here"), "linked"),
        (("Nguyễn Thị Hoa Mai", "1984", "Nữ", "", "elsewhere"), "clerk"),
    ],
    ids=["as-it-is", "tones", "name", "sex", "number", "year-here", "year-elsewhere"],
)
def test_a_record_that_may_be_another_s_goes_to_a_clerk(
    tmp_path: Path, communes: tuple[str, str], record: tuple[str, ...], band: str
) -> None:
    here, elsewhere = communes
    enrol("Nguyễn Thị Hoa Mai", sex=2, commune=here)
    enrol("Hà Công Tráng", birth=PartialDate(1950, 1, 2), number=OF_ANOTHER)
    name, birth, sex, number, place = record
    where = here if place == "here" else elsewhere
    run(write(tmp_path, ("1", name, birth, sex, number, "", where)))

    assert Link.objects.get(record="1").band == band
