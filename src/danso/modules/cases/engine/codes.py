"""File codes: `{agency}.{unit}-{yyMMdd}-{NNNN}`, counted by unit and day (domain.md 6.4). Pure."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

# As typed or read by a scanner: older generations have three groups before the province's.
FILE_CODE: Final = re.compile(
    r"(?:\d{3}\.\d{2}\.\d{2}\.)?[A-Z]\d{2}(?:\.[0-9A-Z]{1,8}){0,3}-\d{6}-\d{4,}"
)


def mark_of(agency: str, unit: str) -> str:
    """What the codes of a unit begin with. A commune's part is its code. An agency's are its
    initials: the national list of the agencies' own codes was not found."""
    if unit.isdigit():
        return f"{agency}.{unit}"
    return f"{agency}.{''.join(part[0] for part in unit.split('-')).upper()}"


def file_code(mark: str, day: date, count: int) -> str:
    """The code of the `count`th file of a day; from 10,000 on it grows longer."""
    return f"{mark}-{day:%y%m%d}-{count:04}"
