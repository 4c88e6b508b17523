"""Numbers and dates as people here write them: 1.234.567; 23/11/2026; 23 tháng 11, 2026.

English pages get 1,234,567 and 23 November 2026. None is a dash, never an empty cell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from danso.kernel import clock
from danso.kernel.dates import PartialDate

NOTHING: Final = "–"
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

Number = int | float | Decimal
Day = date | PartialDate


def _is_english() -> bool:
    return (translation.get_language() or "").startswith("en")


def number(value: Number | None, places: int = 0) -> str:
    """1234567.5 -> 1.234.567,5 with `places=1`; halves are rounded away from zero."""
    if value is None:
        return NOTHING
    step = Decimal(1).scaleb(-places)
    written = f"{Decimal(str(value)).quantize(step, ROUND_HALF_UP):,}"
    if _is_english():
        return written
    return written.replace(",", " ").replace(".", ",").replace(" ", ".")


def percent(share: Number | None, places: int = 1) -> str:
    """A share between 0 and 1 -> 97,4%."""
    if share is None:
        return NOTHING
    return f"{number(Decimal(str(share)) * 100, places)}%"


def day(value: Day | datetime | None) -> str:
    """23/11/2026; 11/2026 or 2026 when no more is known."""
    if value is None:
        return NOTHING
    known = _local(value)
    if known.month is None:
        return f"{known.year:04}"
    if known.day is None:
        return f"{known.month:02}/{known.year:04}"
    return f"{known.day:02}/{known.month:02}/{known.year:04}"


def long_day(value: Day | datetime | None) -> str:
    """23 tháng 11, 2026 (23 November 2026); tháng 11, 2026; năm 2026."""
    if value is None:
        return NOTHING
    known = _local(value)
    if known.month is None:
        return f"{known.year:04}" if _is_english() else f"năm {known.year:04}"
    if _is_english():
        month = f"{_MONTHS[known.month - 1]} {known.year:04}"
    else:
        month = f"tháng {known.month}, {known.year:04}"
    return month if known.day is None else f"{known.day} {month}"


def moment(value: datetime | None) -> str:
    """An instant as a wall clock in Vietnam shows it: 14:05 23/11/2026."""
    if value is None:
        return NOTHING
    local = clock.local(value)
    return f"{local:%H:%M} {day(local.date())}"


def exact_moment(value: datetime | None) -> str:
    """With seconds, for journals: 14:05:09 23/11/2026."""
    if value is None:
        return NOTHING
    local = clock.local(value)
    return f"{local:%H:%M:%S} {day(local.date())}"


def machine_moment(value: datetime) -> str:
    """For the `datetime` attribute of `<time>`."""
    return value.isoformat(timespec="seconds")


def ago(value: datetime | None) -> str:
    """How long since, in the largest whole unit: vừa xong; 3 phút trước; 5 ngày trước."""
    if value is None:
        return NOTHING
    seconds = int((clock.now() - value).total_seconds())
    if seconds < 60:
        return _("vừa xong")
    if seconds < 3600:
        count = seconds // 60
        return ngettext("%(n)d phút trước", "%(n)d phút trước", count) % {"n": count}
    if seconds < 86400:
        count = seconds // 3600
        return ngettext("%(n)d giờ trước", "%(n)d giờ trước", count) % {"n": count}
    count = seconds // 86400
    return ngettext("%(n)d ngày trước", "%(n)d ngày trước", count) % {"n": count}


def span(days: int) -> str:
    """A length of time in words: 12 ngày; from two months on 5 tháng; 4 năm 8 tháng."""
    if days < 60:
        return ngettext("%(n)d ngày", "%(n)d ngày", days) % {"n": days}
    years, months = divmod(int(days / 30.44), 12)
    parts = []
    if years:
        parts.append(ngettext("%(n)d năm", "%(n)d năm", years) % {"n": years})
    if months:
        parts.append(ngettext("%(n)d tháng", "%(n)d tháng", months) % {"n": months})
    return " ".join(parts)


def size(octets: int | None) -> str:
    """Bytes in the unit people read: 812 B, 3,4 kB, 12,0 MB."""
    if octets is None:
        return NOTHING
    value = Decimal(octets)
    for unit in ("B", "kB", "MB"):
        if value < 1000:
            return f"{number(value, 0 if unit == 'B' else 1)} {unit}"
        value /= 1000
    return f"{number(value, 1)} GB"


def dash(value: object) -> object:
    """The value, or a dash for None and empty text."""
    return NOTHING if value is None or value == "" else value


def short_hash(value: str | bytes, length: int = 12) -> str:
    """The first characters of a digest, enough to compare by eye."""
    text = value.hex() if isinstance(value, bytes) else value
    return text[:length]


def _local(value: Day | datetime) -> PartialDate:
    if isinstance(value, datetime):
        return PartialDate.of(clock.local(value).date())
    return PartialDate.of(value) if isinstance(value, date) else value


FILTERS: Final[Mapping[str, Callable[..., object]]] = {
    "ago": ago,
    "dash": dash,
    "day": day,
    "exact_moment": exact_moment,
    "long_day": long_day,
    "machine_moment": machine_moment,
    "moment": moment,
    "number": number,
    "percent": percent,
    "short_hash": short_hash,
    "size": size,
    "span": span,
}
