"""The text in the QR of a citizen's card, as a reader types it.

Cards of 2021 to June 2024: `number|old number|name|DDMMYYYY|sex|residence|DDMMYYYY`, UTF-8. Cards
since then keep these seven and append more. No public specification was found; nobody signs it.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Final

from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.text import tidy
from danso.modules.identity.data import CardText

_LEAST: Final = 6
_SEXES: Final = {"nam": 1, "nữ": 2}


def looks_like_card(text: str) -> bool:
    """Whether it is a card's text rather than a number typed by hand."""
    return "|" in text


def read_card(text: str) -> CardText:
    """Raises InvalidValue (`card_text`) for anything that a card does not say."""
    cells = [
        tidy(cell) for cell in unicodedata.normalize("NFC", text).strip("\ufeff \r\n").split("|")
    ]
    if len(cells) < _LEAST or not _is_number(cells[0], 12):
        raise _unreadable()
    old = cells[1] if _is_number(cells[1], 9) else ""
    birth = _day(cells[3])
    if birth is None or not cells[2]:
        raise _unreadable()
    issued = _day(cells[6]) if len(cells) > _LEAST else None
    return CardText(
        number=cells[0],
        full_name=cells[2],
        birth=PartialDate.of(birth),
        old_number=old,
        sex=_SEXES.get(cells[4].casefold(), 0),
        issued=issued,
    )


def _is_number(text: str, length: int) -> bool:
    return len(text) == length and text.isascii() and text.isdigit()


def _day(text: str) -> date | None:
    if not _is_number(text, 8):
        return None
    try:
        return date(int(text[4:]), int(text[2:4]), int(text[:2]))
    except ValueError:
        return None


def _unreadable() -> InvalidValue:
    return InvalidValue(
        "This is not the text of a card.",
        code="card_text",
        fix="Scan the QR on the card again, or type the personal number with name and birth date.",
    )
