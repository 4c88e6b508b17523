"""Numbers and dates are written as people here write them, and as English readers do."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.toolkit.html import formats

NIGHT = datetime(2026, 11, 22, 17, 5, 9, tzinfo=UTC)  # already the 23rd in Vietnam


@pytest.mark.parametrize(
    ("value", "places", "vi", "en"),
    [
        (1234567, 0, "1.234.567", "1,234,567"),
        (0, 0, "0", "0"),
        (-1234.5, 1, "-1.234,5", "-1,234.5"),
        (2.5, 0, "3", "3"),
        (Decimal("0.125"), 2, "0,13", "0.13"),
        (None, 0, "–", "–"),
    ],
)
def test_number(value: formats.Number | None, places: int, vi: str, en: str) -> None:
    with translation.override("vi"):
        assert formats.number(value, places) == vi
    with translation.override("en"):
        assert formats.number(value, places) == en


def test_percent() -> None:
    with translation.override("vi"):
        assert formats.percent(0.97431) == "97,4%"
        assert formats.percent(None) == "–"
        assert formats.percent(1, 0) == "100%"


@pytest.mark.parametrize(
    ("value", "short", "long_vi", "long_en"),
    [
        (date(2026, 11, 23), "23/11/2026", "23 tháng 11, 2026", "23 November 2026"),
        (NIGHT, "23/11/2026", "23 tháng 11, 2026", "23 November 2026"),
        (PartialDate(1965), "1965", "năm 1965", "1965"),
        (PartialDate(1965, 3), "03/1965", "tháng 3, 1965", "March 1965"),
        (PartialDate(1965, 3, 1), "01/03/1965", "1 tháng 3, 1965", "1 March 1965"),
        (None, "–", "–", "–"),
    ],
)
def test_days_as_precisely_as_known(
    value: formats.Day | datetime | None, short: str, long_vi: str, long_en: str
) -> None:
    with translation.override("vi"):
        assert (formats.day(value), formats.long_day(value)) == (short, long_vi)
    with translation.override("en"):
        assert (formats.day(value), formats.long_day(value)) == (short, long_en)


def test_instants_show_vietnams_clock() -> None:
    assert formats.moment(NIGHT) == "00:05 23/11/2026"
    assert formats.exact_moment(NIGHT) == "00:05:09 23/11/2026"
    assert formats.machine_moment(NIGHT) == "2026-11-22T17:05:09+00:00"


@pytest.mark.parametrize(
    ("seconds", "vi", "en"),
    [
        (0, "vừa xong", "just now"),
        (60, "1 phút trước", "1 minute ago"),
        (3599, "59 phút trước", "59 minutes ago"),
        (7200, "2 giờ trước", "2 hours ago"),
        (86400 * 5, "5 ngày trước", "5 days ago"),
    ],
)
@pytest.mark.usefixtures("english")
def test_ago_in_the_largest_whole_unit(seconds: int, vi: str, en: str) -> None:
    with clock.frozen(NIGHT):
        since = NIGHT - timedelta(seconds=seconds)
        with translation.override("vi"):
            assert formats.ago(since) == vi
        with translation.override("en"):
            assert formats.ago(since) == en


def test_small_ones() -> None:
    with translation.override("vi"):
        assert formats.size(812) == "812 B"
        assert formats.size(48_213_991) == "48,2 MB"
        assert formats.size(3_000_000_000_000) == "3.000,0 GB"
    assert formats.dash("") == "–"
    assert formats.dash(0) == 0
    assert formats.short_hash(b"\x9f\x2c" * 16) == "9f2c9f2c9f2c"


@pytest.mark.parametrize(
    ("days", "vi", "en"),
    [
        (0, "0 ngày", "0 days"),
        (1, "1 ngày", "1 day"),
        (59, "59 ngày", "59 days"),
        (61, "2 tháng", "2 months"),
        (366, "1 năm", "1 year"),
        (1706, "4 năm 8 tháng", "4 years 8 months"),
    ],
)
@pytest.mark.usefixtures("english")
def test_span_in_years_and_months_once_it_is_long(days: int, vi: str, en: str) -> None:
    with translation.override("vi"):
        assert formats.span(days) == vi
    with translation.override("en"):
        assert formats.span(days) == en
