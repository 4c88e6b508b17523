"""Checks of the calendar: days once each, exchanges in pairs, no year left out."""

from danso.catalogue.province import Province
from danso.catalogue.shapes.calendar import Year
from danso.catalogue.shaping import Reader

SATURDAY = 5


def check_calendar(province: Province, reader: Reader) -> None:
    """Every year is whole and no gap lies between years."""
    for year in province.years:
        _check_days(year, reader)
        _check_exchanges(year, reader)
    years = sorted(year.year for year in province.years)
    for year_number in sorted(set(range(years[0], years[-1] + 1)) - set(years)) if years else ():
        fix = "Add it; leave decided_by null when no decision is known"
        file, item = "calendar", str(year_number)
        reader.note(file, (), item=item, wrong="the year is left out", fix=fix)


def _check_days(year: Year, reader: Reader) -> None:
    seen = set()
    for index, day in enumerate(year.days_off):
        if day.date in seen:
            where = ("days_off", index)
            item, fix = str(day.date), "Keep one entry for each day"
            reader.note(_file(year), where, item=item, wrong="the day stands twice", fix=fix)
        seen.add(day.date)


def _check_exchanges(year: Year, reader: Reader) -> None:
    off = {day.date for day in year.days_off}
    for index, worked in enumerate(year.working_saturdays):
        where, item = ("working_saturdays", index), str(worked.date)
        if worked.date.weekday() < SATURDAY or worked.date in off:
            wrong, fix = "it is no weekend day, or a day off", "Compare with the decision"
            reader.note(_file(year), where, item=item, wrong=wrong, fix=fix)
        if worked.instead_of not in off and worked.instead_of.year == year.year:
            wrong = f"{worked.instead_of} is not among the days off"
            fix = "Add the day off that it makes up for"
            reader.note(_file(year), where, item=item, wrong=wrong, fix=fix)


def _file(year: Year) -> str:
    return f"calendar/{year.year}.yaml"
