"""A home's `messages.toml`: its SMS gateway and its mail server.

No brand-name SMS provider of Vietnam publishes one shape for all: address, the names of the fields
and the header that carries the token are settings, and a home says for itself what holds.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from danso.kernel.errors import InvalidValue

FILE: Final = "messages.toml"
SMS_SECRET: Final = "sms-token"  # noqa: S105 - where it lies, not what it is
EMAIL_SECRET: Final = "email-password"  # noqa: S105 - where it lies, not what it is
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

Seconds = Annotated[float, Meta(gt=0, le=60)]
Word = Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[\x21-\x7e]+$")]


class SmsFields(Struct, frozen=True, forbid_unknown_fields=True):
    """What the gateway calls the parts of its JSON body."""

    to: Word = "to"
    text: Word = "text"
    sender: Word = "from"
    key: Word = "id"


class Sms(Struct, frozen=True, forbid_unknown_fields=True):
    """An SMS gateway: a POST of JSON to `address`. `country` numbers are written `84912...`."""

    address: str
    sender: Annotated[str, Meta(max_length=11)] = ""
    numbers: Literal["national", "country"] = "national"
    token_header: Word = "Authorization"  # noqa: S105
    token_before: str = "Bearer "  # noqa: S105
    fields: SmsFields = SmsFields()
    timeout: Seconds = 10.0


class Email(Struct, frozen=True, forbid_unknown_fields=True):
    """A mail server that takes messages (RFC 6409)."""

    host: Word
    sender: Word
    port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    timeout: Seconds = 20.0


class Setup(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `contacts`: to whom messages for an agency go, e-mail by its code."""

    sms: Sms | None = None
    email: Email | None = None
    contacts: dict[str, str] = {}


def read_setup(text: str) -> Setup:
    """Raises InvalidValue (`messages_setup`) that says what to mend."""
    try:
        setup = msgspec.toml.decode(text, type=Setup)
    except (msgspec.MsgspecError, ValueError) as error:
        raise _faulty(str(error)) from None
    if setup.sms is not None:
        _check_address(setup.sms.address)
    if setup.email is not None and setup.email.security == "none":
        _check_plain(setup.email.host)
    return setup


def _check_address(address: str) -> None:
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname:
        return
    if parts.scheme == "http" and parts.hostname in _LOOPBACK:
        return
    raise _faulty("[sms] address must begin with https:// (http:// only on this machine)")


def _check_plain(host: str) -> None:
    if host not in _LOOPBACK:
        raise _faulty('[email] security = "none" is only for a mail server on this machine')


def _faulty(why: str) -> InvalidValue:
    return InvalidValue(
        f"{FILE}: {why}", code="messages_setup", fix="Mend it: docs/how-to/send-messages.md."
    )
