"""Work units by name: whatever an account carries as its unit, no reader meets a code."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province


def test_unit_is_named_for_agencies_communes_and_the_province() -> None:
    commune = province().units.communes[0]
    agency = next(iter(province().agencies.values()))
    with override("vi"):
        assert unit_name("province") == "Cấp tỉnh"
        assert unit_name(f"commune:{commune.code}") == unit_name(commune.code) == commune.name
        assert unit_name(f"partner:{agency.code}") == unit_name(agency.code) == agency.vi
    with override("en"):
        assert unit_name("province") == "Province"
        assert unit_name(agency.code) == agency.en


@pytest.mark.parametrize("code", ["", "so-khong-co"])
def test_unit_that_nobody_knows_stays_as_it_is(code: str) -> None:
    assert unit_name(code) == code
