"""Writes a province's calendar/YEAR.yaml from PyPI `holidays`, checked against the cited decisions.

Usage: python tools/make_calendar.py provinces/thanh-hoa/calendar 2021 2027
"""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import holidays
import yaml

DECISIONS = Path(__file__).with_name("calendar_decisions.yaml")
HEADER = "# yaml-language-server: $schema=../../schemas/calendar.json\n"
SWAPPED_VI, SWAPPED_EN = "Ngày nghỉ hoán đổi", "Day off by exchange"


def days(first: date, last: date) -> list[date]:
    """Every day from first to last."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def check(year: int, known: dict[date, str], decision: dict[str, Any]) -> None:
    """Stop when the library disagrees with the decision on a weekday."""
    first, last = decision["tet"]
    wanted = {day for day in days(first, last) if day.weekday() < 5} | {decision["national_day"]}
    missing = sorted(wanted - set(known))
    if missing:
        raise SystemExit(f"{year}: {decision['decided_by']} gives {missing}, the library does not")
    lunar = {day for day, name in known.items() if "Lunar" in name or "29 of" in name}
    extra = sorted(day for day in lunar - set(days(first, last)) if day.weekday() < 5)
    if extra:
        raise SystemExit(f"{year}: the library gives {extra}, {decision['decided_by']} does not")


def quoted(text: str) -> str:
    """Text as a double-quoted YAML scalar."""
    return '"' + text.replace('"', '\\"') + '"'


def kind(name: str) -> str:
    """What sort of day off the library means."""
    if "substituted" in name:
        return "exchanged"
    return "observed" if "observed" in name else "holiday"


def write(folder: Path, year: int, decision: dict[str, Any] | None) -> None:
    """One year's file."""
    english = dict(holidays.country_holidays("VN", years=year, language="en_US").items())
    vietnamese = dict(holidays.country_holidays("VN", years=year, language="vi").items())
    rows = {day: (vietnamese[day], english[day], kind(english[day])) for day in english}
    swaps = [tuple(pair) for pair in decision["swaps"]] if decision else []
    if decision:
        check(year, english, decision)
    for off, _ in swaps:
        rows[off] = (SWAPPED_VI, SWAPPED_EN, "exchanged")
    lines = [HEADER, f"year: {year}\n"]
    lines.append(f"decided_by: {quoted(decision['decided_by']) if decision else 'null'}\n")
    lines.append('source: "PyPI holidays (MIT), checked with tools/make_calendar.py"\n')
    if decision is None:
        lines.append('note: "No decision found: these days are a forecast, working days refused"\n')
    lines.append("days_off:\n")
    for day in sorted(rows):
        vi, en, sort = rows[day]
        lines.append(f"  - {{date: {day}, vi: {quoted(vi)}, en: {quoted(en)}, kind: {sort}}}\n")
    if swaps:
        lines.append("working_saturdays:\n")
        lines += [f"  - {{date: {on}, instead_of: {off}}}\n" for off, on in swaps]
    (folder / f"{year}.yaml").write_text("".join(lines), encoding="utf-8")


def main() -> None:
    """Write every year asked for."""
    folder, first, last = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    decisions = yaml.safe_load(DECISIONS.read_text(encoding="utf-8"))
    for year in range(first, last + 1):
        write(folder, year, decisions.get(year))


if __name__ == "__main__":
    main()
