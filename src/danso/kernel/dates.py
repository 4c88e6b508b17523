"""Dates as registers know them: whole, or only the month, or only the year; and periods."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, total_ordering
from typing import Final, Literal, Self

from danso.kernel.errors import InvalidValue

Precision = Literal["day", "month", "year"]
EARLIEST_YEAR: Final = 1800
LATEST_YEAR: Final = 2199

_ISO: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_YEAR_FIRST: Final = re.compile(
    r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ]00:00(?::00(?:\.0+)?)?)?"
)
_DAY_FIRST: Final = re.compile(r"(?:(\d{1,2})[-/. ])?(\d{1,2})[-/. ](\d{4})(?: 00:00(?::00)?)?")
_SHORT_YEAR: Final = re.compile(r"\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2}")
_SERIAL: Final = re.compile(r"(\d{1,6})(?:\.\d+)?")
_EXCEL_ZERO: Final = date(1899, 12, 30)
# Excel believes in a 29 February 1900, so its first sixty days run one behind.
_EXCEL_PHANTOM: Final = 60
_LONGEST: Final = 32
_MEMORY: Final = 1 << 16


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precisely as it is known. A bare year sorts before its months and days."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if not EARLIEST_YEAR <= self.year <= LATEST_YEAR:
            raise _invalid("date_year_range", f"The year is outside {EARLIEST_YEAR}-{LATEST_YEAR}.")
        if self.month is None:
            if self.day is not None:
                raise _invalid("date_day_without_month", "A day without a month.")
            return
        if not 1 <= self.month <= 12:
            raise _invalid(
                "date_month_range", "There is no such month.", "Write day before month: dd/mm/yyyy."
            )
        if self.day is not None and not 1 <= self.day <= _month_length(self.year, self.month):
            raise _invalid("date_day_range", "That month has no such day.")

    @classmethod
    def of(cls, day: date) -> Self:
        return cls(day.year, day.month, day.day)

    @classmethod
    def from_iso(cls, iso: str) -> "PartialDate":
        """Read what `.iso` wrote: 1965, 1965-03 or 1965-03-21, nothing else."""
        return _from_iso(iso[:_LONGEST])

    @classmethod
    def parse(cls, text: str, *, excel_serial: bool = False) -> "PartialDate":
        """Read a date as files have them: dd/mm/yyyy, yyyymmdd, DDMMYYYY, mm/yyyy, yyyy, ISO;
        zeros for what is unknown (00/00/1965). Day comes before month.

        With `excel_serial`, a number that is not a year is a day count of Excel (1900 system).
        Two-digit years are refused, for they would be a guess.
        """
        stripped = text.strip().lstrip("'")
        if len(stripped) > _LONGEST:
            raise _unreadable()
        return _parse(stripped, excel_serial)

    @property
    def precision(self) -> Precision:
        if self.month is None:
            return "year"
        return "month" if self.day is None else "day"

    @property
    def iso(self) -> str:
        if self.month is None:
            return f"{self.year:04}"
        if self.day is None:
            return f"{self.year:04}-{self.month:02}"
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @property
    def first_day(self) -> date:
        """The earliest day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        """The latest day it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or _month_length(self.year, month))

    def covers(self, other: "PartialDate") -> bool:
        """Whether `other` could be this date, known at least as precisely (1965 covers 1965-03)."""
        return self.first_day <= other.first_day and other.last_day <= self.last_day

    def __lt__(self, other: "PartialDate") -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[int, int, int]:
        return self.year, self.month or 0, self.day or 0

    def __str__(self) -> str:
        return self.iso


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to, not including, `end`; no end means still running."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise _invalid("period_reversed", "A period can't end before it starts.")

    @property
    def is_open(self) -> bool:
        return self.end is None

    def contains(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Whether they share at least one day."""
        start = max(self.start, other.start)
        ends = [end for end in (self.end, other.end) if end is not None]
        return not ends or start < min(ends)


@lru_cache(_MEMORY)
def _from_iso(iso: str) -> PartialDate:
    found = _ISO.fullmatch(iso)
    if found is None:
        raise _invalid("date_shape", "Not an ISO date of the register.", "Write yyyy-mm-dd.")
    return _assemble(*found.groups())


@lru_cache(_MEMORY)
def _parse(text: str, excel_serial: bool) -> PartialDate:
    if not text:
        raise _invalid("date_empty", "The date is empty.")
    if not text.isascii():
        raise _unreadable()
    if text.isdigit():
        return _parse_digits(text, excel_serial)
    if found := _YEAR_FIRST.fullmatch(text):
        return _assemble(*found.groups())
    if found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
        return _assemble(year, month, day)
    if _SHORT_YEAR.fullmatch(text):
        raise _invalid(
            "date_year_two_digits", "The year has two digits.", "Write the year with four digits."
        )
    if excel_serial and (found := _SERIAL.fullmatch(text)):
        return _from_serial(int(found[1]))
    raise _unreadable()


def _parse_digits(text: str, excel_serial: bool) -> PartialDate:
    if len(text) == 4:
        return _assemble(text)
    if len(text) == 8:
        # Never ambiguous: read the wrong way round, mmdd would be a year before EARLIEST_YEAR.
        if EARLIEST_YEAR <= int(text[:4]) <= LATEST_YEAR and int(text[4:]) < EARLIEST_YEAR:
            return _assemble(text[:4], text[4:6], text[6:])
        return _assemble(text[4:], text[2:4], text[:2])
    if excel_serial and len(text) < 8:
        return _from_serial(int(text))
    raise _unreadable()


def _assemble(year: str, month: str | None = None, day: str | None = None) -> PartialDate:
    return PartialDate(int(year), int(month or 0) or None, int(day or 0) or None)


def _from_serial(serial: int) -> PartialDate:
    if serial == _EXCEL_PHANTOM or not 1 <= serial <= 120_000:
        raise _invalid("date_serial_range", "Not a day that Excel counts.")
    return PartialDate.of(_EXCEL_ZERO + timedelta(days=serial + (serial < _EXCEL_PHANTOM)))


def _month_length(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


def _unreadable() -> InvalidValue:
    return _invalid("date_shape", "This can't be read as a date.", "Write dd/mm/yyyy or the year.")


def _invalid(code: str, message: str, fix: str = "Compare with the paper.") -> InvalidValue:
    return InvalidValue(message, code=code, fix=fix)
