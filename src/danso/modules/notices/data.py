"""What passes the door of notices: a message to somebody, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Channel(StrEnum):
    """By which way a message reaches somebody."""

    SMS = "sms"
    EMAIL = "email"


class MessageState(StrEnum):
    """Waiting and sending ones still hold their text; the others have lost it."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address.

    `address` is a phone number of Vietnam (`0912345678`, `+84...`) or an e-mail address, by
    `channel`. `code` says what it is about, for the log (`eid.code`). `text` carries no personal
    number and no name: whoever holds the telephone reads it. After `until` it is of no use and is
    not sent any more. `person` is whom it is for, where that is known.
    """

    channel: Channel
    address: str
    code: str
    text: str
    title: str = ""
    until: datetime | None = None
    person: UUID | None = None


@dataclass(frozen=True, slots=True)
class MessageData:
    """What became of a message. `address` is masked; `text` is kept in a demo home alone."""

    key: UUID
    channel: Channel
    code: str
    state: MessageState
    address: str
    at: datetime
    moved_at: datetime
    tries: int
    fault: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What waits: how many, since when the oldest does, and how many were refused lately."""

    waiting: int
    oldest: datetime | None
    refused: int
