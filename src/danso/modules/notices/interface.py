"""The door of notices: tell somebody something, and see what became of it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.notices import actions, queries, rules
from danso.modules.notices.adapters import port
from danso.modules.notices.adapters.port import Carriers
from danso.modules.notices.data import Channel, Message, MessageData, MessageState, Standing


def tell(message: Message) -> UUID:
    """Write a message down in the caller's transaction; it goes out once that has committed.

    The caller journals why. Address and text are erased as soon as the message is sent, refused or
    out of date. Sent at least once: a process that falls between the call and its note sends it
    again, with the same key. Raises InvalidValue (`phone_shape`, `email_shape`), and ValueError
    where the text is empty, too long for its channel or carries nine or more digits in a row.
    """
    return actions.tell(message)


def can_reach(channel: Channel) -> bool:
    """Whether this home has a way out for a channel; what needs one may refuse early."""
    return port.carriers().find(channel) is not None


def contact_of(agency: str) -> str | None:
    """The e-mail address at which an agency (its code) wants to be told, if the home knows one."""
    return port.carriers().contact(agency)


def use_carriers(carriers: Carriers) -> Callable[[], None]:
    """Say how messages leave this process; the answer takes it back. `config` does it at start."""
    return port.use_carriers(carriers)


def parse_phone(text: str, *, accepts_made_up: bool = False) -> str:
    """A mobile number of Vietnam as ten digits (`+84`, spaces and dots are understood).

    `accepts_made_up` lets pass what synthetic people have. Raises InvalidValue (`phone_shape`).
    """
    return rules.parse_phone(text, accepts_made_up=accepts_made_up)


def parse_email(text: str) -> str:
    """An e-mail address. Raises InvalidValue (`email_shape`)."""
    return rules.parse_email(text)


def masked(channel: Channel, address: str) -> str:
    """Enough of an address for somebody who knows it: `*******678`, `n***@example.vn`."""
    return rules.masked(channel, address)


def send_message(key: UUID) -> None:
    """Send one message if it is due; a carrier that can't take it now is asked again, less and less
    often, for about nine hours."""
    actions.send(key)


def send_waiting(limit: int) -> int:
    """Send up to so many messages that are due; how many were tried."""
    return actions.send_waiting(limit)


def try_message_again(key: UUID, *, actor: Actor) -> None:
    """Try one that waits at once, journaled. Raises Conflict (`message_over`)."""
    actions.try_again(key, actor=actor)


def forget_messages() -> int:
    """Erase the words that a demo home kept for a day, and rows older than 400 days; how many."""
    return actions.forget()


def newest_messages(
    *, states: Collection[MessageState] | None = None, limit: int = 100
) -> tuple[MessageData, ...]:
    """The newest messages first, in these states (all when None)."""
    return queries.newest(states, limit)


def get_message(key: UUID) -> MessageData:
    """What became of one. Raises NotFound (`message_unknown`)."""
    return queries.get_message(key)


def messages_standing() -> Standing:
    """What waits, and what was refused within the last seven days."""
    return queries.standing()


__all__ = [
    "Carriers",
    "can_reach",
    "contact_of",
    "forget_messages",
    "get_message",
    "masked",
    "messages_standing",
    "newest_messages",
    "parse_email",
    "parse_phone",
    "send_message",
    "send_waiting",
    "tell",
    "try_message_again",
    "use_carriers",
]
