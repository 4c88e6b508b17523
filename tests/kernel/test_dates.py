"""Dates as precise as they are known."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from danso.kernel.dates import EARLIEST_YEAR, LATEST_YEAR, PartialDate, Period
from danso.kernel.errors import InvalidValue

WHOLE = st.dates(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31)).map(PartialDate.of)
PARTIAL = st.one_of(
    WHOLE,
    WHOLE.map(lambda d: PartialDate(d.year, d.month)),
    WHOLE.map(lambda d: PartialDate(d.year)),
)


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("21/03/1965", "1965-03-21"),
        ("1/3/1965", "1965-03-01"),
        (" 21-3-1965 ", "1965-03-21"),
        ("21.03.1965", "1965-03-21"),
        ("'21/03/1965", "1965-03-21"),
        ("21/03/1965 00:00:00", "1965-03-21"),
        ("1965-03-21", "1965-03-21"),
        ("1965-03-21 00:00:00", "1965-03-21"),
        ("1965-03-21T00:00:00.000", "1965-03-21"),
        ("1965/3/21", "1965-03-21"),
        ("1965-03", "1965-03"),
        ("19650321", "1965-03-21"),
        ("21031965", "1965-03-21"),
        ("20111920", "1920-11-20"),
        ("03/1965", "1965-03"),
        ("00/03/1965", "1965-03"),
        ("00/00/1965", "1965"),
        ("00001965", "1965"),
        ("19650000", "1965"),
        ("1965", "1965"),
        ("29/02/2024", "2024-02-29"),
    ],
)
def test_parse_reads_what_files_hold(text: str, iso: str) -> None:
    assert PartialDate.parse(text).iso == iso


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "date_empty"),
        ("  ", "date_empty"),
        ("21/03/65", "date_year_two_digits"),
        ("03/21/1965", "date_month_range"),
        ("31/04/1965", "date_day_range"),
        ("29/02/2023", "date_day_range"),
        ("21/00/1965", "date_day_without_month"),
        ("1065", "date_year_range"),
        ("2200", "date_year_range"),
        ("23822", "date_shape"),
        ("196503", "date_shape"),
        ("không rõ", "date_shape"),
        ("unknown", "date_shape"),
        ("1" * 40, "date_shape"),
        ("١٩٦٥", "date_shape"),
        ("1965-03-21 10:30:00", "date_shape"),
    ],
)
def test_parse_refuses_what_would_be_a_guess(text: str, code: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        PartialDate.parse(text)
    assert caught.value.code == code
    assert caught.value.fix
    assert not text.strip() or text not in str(caught.value)


@pytest.mark.parametrize(
    ("serial", "iso"),
    [
        ("1", "1900-01-01"),
        ("59", "1900-02-28"),
        ("61", "1900-03-01"),
        ("23822", "1965-03-21"),
        ("23822.0", "1965-03-21"),
        ("1965", "1965"),
    ],
)
def test_parse_reads_excel_serials_only_when_told(serial: str, iso: str) -> None:
    assert PartialDate.parse(serial, excel_serial=True).iso == iso


@pytest.mark.parametrize("serial", ["0", "60", "120001", "0.5"])
def test_parse_refuses_serials_that_are_no_day(serial: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        PartialDate.parse(serial, excel_serial=True)
    assert caught.value.code == "date_serial_range"


@pytest.mark.parametrize("text", ["123456789", "12.5.x"])
def test_parse_refuses_other_numbers_even_when_told_of_serials(text: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        PartialDate.parse(text, excel_serial=True)
    assert caught.value.code == "date_shape"


@given(PARTIAL)
def test_iso_reads_back(partial: PartialDate) -> None:
    assert PartialDate.from_iso(partial.iso) == partial
    assert PartialDate.parse(partial.iso) == partial
    assert str(partial) == partial.iso


@given(WHOLE)
def test_both_ways_of_eight_digits_read_alike(whole: PartialDate) -> None:
    day = whole.first_day
    assert PartialDate.parse(f"{day:%d%m}{day.year}") == whole
    assert PartialDate.parse(f"{day.year}{day:%m%d}") == whole


@pytest.mark.parametrize("iso", ["1965-3", "21/03/1965", "19650321", "1965-", "", "1965" * 20])
def test_from_iso_takes_only_its_own_form(iso: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        PartialDate.from_iso(iso)
    assert caught.value.code == "date_shape"


@pytest.mark.parametrize(
    ("partial", "precision", "first", "last"),
    [
        (PartialDate(2024), "year", date(2024, 1, 1), date(2024, 12, 31)),
        (PartialDate(2024, 2), "month", date(2024, 2, 1), date(2024, 2, 29)),
        (PartialDate(2024, 2, 3), "day", date(2024, 2, 3), date(2024, 2, 3)),
    ],
)
def test_a_date_knows_how_precise_it_is(
    partial: PartialDate, precision: str, first: date, last: date
) -> None:
    assert (partial.precision, partial.first_day, partial.last_day) == (precision, first, last)


def test_a_day_without_a_month_is_refused() -> None:
    with pytest.raises(InvalidValue) as caught:
        PartialDate(1965, None, 21)
    assert caught.value.code == "date_day_without_month"


@given(PARTIAL, PARTIAL)
def test_order_follows_the_iso_text(one: PartialDate, other: PartialDate) -> None:
    assert (one < other) == (one.iso < other.iso)
    assert (one >= other) == (one.iso >= other.iso)


@given(WHOLE)
def test_a_vaguer_date_covers_a_sharper_one(whole: PartialDate) -> None:
    month, year = PartialDate(whole.year, whole.month), PartialDate(whole.year)
    assert year.covers(month)
    assert month.covers(whole)
    assert whole.covers(whole)
    assert not whole.covers(month)
    assert not month.covers(year)


def test_a_period_is_half_open() -> None:
    june = Period(date(2026, 6, 1), date(2026, 7, 1))
    assert not june.is_open
    assert june.contains(date(2026, 6, 30))
    assert not june.contains(date(2026, 7, 1))
    assert not june.contains(date(2026, 5, 31))
    assert Period(date(2026, 6, 1)).is_open
    assert Period(date(2026, 6, 1)).contains(date(9999, 12, 31))


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 12))


@given(DAYS, st.none() | DAYS, DAYS, st.none() | DAYS)
def test_periods_overlap_when_they_share_a_day(
    start: date, end: date | None, other_start: date, other_end: date | None
) -> None:
    if (end and end < start) or (other_end and other_end < other_start):
        return
    one, other = Period(start, end), Period(other_start, other_end)
    days = [date(2026, 1, n) for n in range(1, 31)]
    assert one.overlaps(other) == any(one.contains(d) and other.contains(d) for d in days)
    assert one.overlaps(other) == other.overlaps(one)


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(InvalidValue) as caught:
        Period(date(2026, 7, 1), date(2026, 6, 1))
    assert caught.value.code == "period_reversed"
