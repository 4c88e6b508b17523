"""Pure decisions of notices: addresses, what a text may carry, when to try again."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from danso.kernel.errors import InvalidValue
from danso.modules.notices.data import Channel, Message

# Mobile numbers of Vietnam since 2018: ten digits, beginning with 03, 05, 07, 08 or 09; those of
# made-up people begin with the province's own mark, which a real network has not.
_PHONE: Final = re.compile(r"0[35789]\d{8}")
_MADE_UP: Final = re.compile(r"0[0-9]{9}")
_EMAIL: Final = re.compile(r"[^\s@<>\",;:\\()\[\]]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_BETWEEN: Final = re.compile(r"[ .()-]")
# Nine or twelve digits in a row are somebody's number.
_NUMBER: Final = re.compile(r"\d{9,}")

# Three parts of an SMS in UCS-2, as Vietnamese letters need.
MOST_LETTERS: Final = {Channel.SMS: 201, Channel.EMAIL: 20_000}
PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (10, 30, 120, 600, 1800, 3600, 7200, 14_400)
)


def parse_phone(text: str, *, accepts_made_up: bool = False) -> str:
    """A mobile number of Vietnam in its one spelling: ten digits.

    `accepts_made_up` lets numbers of synthetic people pass (a demo home).
    """
    digits = _BETWEEN.sub("", text.strip())
    if digits.startswith("+84"):
        digits = f"0{digits[3:]}"
    elif digits.startswith("84") and len(digits) == 11:
        digits = f"0{digits[2:]}"
    if not (_MADE_UP if accepts_made_up else _PHONE).fullmatch(digits):
        raise InvalidValue(
            "this is no mobile number",
            code="phone_shape",
            fix="Write ten digits, as 0912 345 678.",
        )
    return digits


def parse_email(text: str) -> str:
    """An e-mail address without what could end a header."""
    address = text.strip()
    if len(address) > 254 or not _EMAIL.fullmatch(address):
        raise InvalidValue(
            "this is no e-mail address", code="email_shape", fix="Write it as name@example.vn."
        )
    return address


def parse_address(channel: Channel, text: str, *, accepts_made_up: bool) -> str:
    """The address in its one spelling, by its channel."""
    if channel is Channel.EMAIL:
        return parse_email(text)
    return parse_phone(text, accepts_made_up=accepts_made_up)


def check_text(message: Message) -> None:
    """Raises ValueError where the words themselves are a fault of ours."""
    if _NUMBER.search(message.text) or _NUMBER.search(message.title):
        raise ValueError(f"a message {message.code} would carry a number of nine or more digits")
    if not 0 < len(message.text) <= MOST_LETTERS[message.channel]:
        raise ValueError(f"a message {message.code} is empty or too long for {message.channel}")
    if "\n" in message.title or "\r" in message.title:
        raise ValueError(f"a message {message.code} has a title of several lines")


def masked(channel: Channel, address: str) -> str:
    """Enough of an address for somebody who knows it: `*******678`, `n***@example.vn`."""
    if channel is Channel.SMS:
        return "*" * (len(address) - 3) + address[-3:]
    name, _, host = address.partition("@")
    return f"{name[:1]}***@{host}"


def pause_after(tries: int) -> timedelta | None:
    """How long to wait after so many tries; None when it was the last."""
    return PAUSES[tries - 1] if tries <= len(PAUSES) else None
