"""How identity tells people something: the port that the composition root binds."""

from __future__ import annotations

from collections.abc import Callable

from danso.modules.identity.data import Message

# Called inside the caller's transaction: what it writes goes out once that has committed.
Sender = Callable[[Message], None]
_bound: list[Sender] = []


def use_messages(sender: Sender) -> Callable[[], None]:
    """Bind the way out; the answer takes it back."""
    _bound.append(sender)
    return lambda: _bound.remove(sender)


def bound_sender() -> Sender | None:
    """The way out of this home, if there is one."""
    return _bound[-1] if _bound else None
