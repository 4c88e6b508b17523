"""What a copy needs of the national service and no public text describes: a feed of changes, and
wanted changes with their answers. **Assumed; the specification is not public.** This JSON is ours.

Positions rise by one from 1; a hole means that a change is still on its way, and nothing after it
may be applied before it comes.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import Meta, Raw, Struct

from danso.wire.upstream.faults import UpstreamDown

JSON: Final = "application/json"
LONGEST: Final = 4_000_000
Kind = Literal["entered", "corrected", "moved", "died", "missing", "card"]
Shape = TypeVar("Shape")
Code = Annotated[str, Meta(max_length=64)]


class FeedChange(Struct, frozen=True, kw_only=True):
    """One change of one person. `request` is the wanted change that it fulfils, if any.

    `entered`: the new person's columns in `values`, full_name among them. `corrected`: `field` and
    its columns. `moved`: commune, hamlet, address and `valid_on`. `died`, `missing`: `on`.
    `card`: kind, issued, expires, number, status.
    """

    position: Annotated[int, Meta(ge=1)]
    kind: Kind
    number: Annotated[str, Meta(max_length=12)]
    field: Code = ""
    values: dict[str, Any] = {}
    valid_on: Annotated[str, Meta(max_length=10)] = ""
    request: Code = ""


class FeedQuestion(Struct, frozen=True):
    """Changes after a position, at most so many."""

    after: int
    limit: int


class FeedPage(Struct, frozen=True):
    """Changes in any order, some perhaps a second time, and the newest position there is."""

    changes: list[Raw]
    newest: Annotated[int, Meta(ge=0)]


class Place(Struct, frozen=True):
    """Just the position of a change, for one whose rest cannot be read."""

    position: Annotated[int, Meta(ge=1)]


class ChangeWanted(Struct, frozen=True, kw_only=True):
    """A change that a copy may not make itself. The same `request` gets the same receipt."""

    request: Code
    number: str | None
    field: Code
    proposed: Any
    reason: str
    evidence: str


class Receipt(Struct, frozen=True):
    """It was taken in."""

    receipt: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]


class ReceiptQuestion(Struct, frozen=True):
    """What became of it?"""

    receipt: str


class RequestAnswer(Struct, frozen=True):
    """What became of a wanted change; `position` is where the feed carries it, if accepted."""

    state: Literal["waiting", "accepted", "refused"]
    text: Annotated[str, Meta(max_length=1000)] = ""
    position: int | None = None


def read_json(shape: type[Shape], content: bytes) -> Shape:
    """An answer in one of these shapes; an unreadable one is no answer."""
    if len(content) > LONGEST:
        raise UpstreamDown("too_long")
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UpstreamDown("unreadable") from error
