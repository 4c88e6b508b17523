"""What an owner of a database sends when it pushes its records, and what it is answered."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Raw, Struct

from danso.wire.answers import Head

MOST_RECORDS: Final = 1_000
Sequence = Annotated[
    int,
    Meta(ge=1, le=2**53, description="1, 2, 3 ... of this source: the position's `next`"),
]


class PushRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """One numbered batch. The same number and body again are answered alike and change nothing.

    `records`: JSON objects as your own system writes them. `finish`: with it a sweep of everything
    you hold is whole; records that it did not bring are gone at yours.
    """

    sequence: Sequence
    records: Annotated[list[Raw], Meta(max_length=MOST_RECORDS)] = []
    finish: bool = False


class RecordRefused(Struct, frozen=True):
    """A record that was left out: its place in the batch, from 0, and why."""

    index: int
    code: Literal["row_not_object", "row_too_large", "key_missing", "character_wrong"]


class PushAnswer(Struct, frozen=True):
    """The batch is kept, durably, and will be loaded. `taken` records of it; the others are under
    `refused`. Mend those and send them in a later batch."""

    source: str
    sequence: int
    taken: int
    refused: list[RecordRefused]
    next: int
    journal_head: Head = None


class PushPosition(Struct, frozen=True):
    """How far you came: `next` is the number of the batch to send next; of the batches that are
    kept, so many `waiting` are not loaded yet."""

    source: str
    next: int
    waiting: int
    journal_head: Head = None
