"""What a carrier promises, and which ones this process was told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

from danso.modules.notices.data import Channel


@dataclass(frozen=True)
class Letter:
    """What a carrier is given. `key` stays the same when a message is tried again, so that a
    gateway which knows it sends it once."""

    key: UUID
    channel: Channel
    address: str
    title: str
    text: str


class NotNowError(Exception):
    """The carrier can't take it at the moment; later it may."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class NeverError(NotNowError):
    """The carrier will never take it: a number that does not exist, words it refuses."""


class Carrier(Protocol):
    """One way out."""

    @property
    def keeps_text(self) -> bool:
        """Whether what went out may be read again afterwards: in a demo home alone."""

    def send(self, letter: Letter) -> None:
        """Hand it over; returns when the carrier has taken it. Raises NotNowError, NeverError."""


class Carriers(Protocol):
    """The carriers of one home."""

    def find(self, channel: Channel) -> Carrier | None:
        """The way out for a channel, or None where the home has none."""

    def contact(self, code: str) -> str | None:
        """The e-mail address at which an agency wants to be told, if the home knows one."""


class _Nobody:
    def find(self, channel: Channel) -> Carrier | None:
        del channel
        return None

    def contact(self, code: str) -> str | None:
        del code
        return None


_told: Final[list[Carriers]] = [_Nobody()]


def use_carriers(carriers: Carriers) -> Callable[[], None]:
    _told.append(carriers)
    return lambda: _told.remove(carriers)


def carriers() -> Carriers:
    """Those that were told last."""
    return _told[-1]
