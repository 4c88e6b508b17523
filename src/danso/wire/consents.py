"""What bodies outside the state ask holders for: a request for consent, and where it stands."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from danso.wire.answers import Head
from danso.wire.envelope import IN, Envelope, FieldCode, KnownPerson, check_visible

LONGEST_DAYS: Final = 366
_KEY: Final = r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(?!\n)$"
# What a holder reads leads nowhere else and names no number.
_LEADS_AWAY: Final = re.compile(r"://|www\.|[0-9][0-9 .-]{7,}[0-9]|@")


class ConsentRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Ask somebody for consent to be told these fields about them. `fields` go together; each of
    `optional` is the holder's to tick. The answer is the same whoever has the number."""

    envelope: Envelope
    person: KnownPerson
    fields: Annotated[list[FieldCode], Meta(max_length=20)] = []
    optional: Annotated[list[FieldCode], Meta(max_length=20)] = []
    days: Annotated[int, Meta(ge=1, le=LONGEST_DAYS, description="How long the consent is to last")]
    reason: Annotated[
        str,
        Meta(
            min_length=10,
            max_length=300,
            description="Why, in plain Vietnamese: the holder reads it. No links, no numbers",
        ),
    ]

    def __post_init__(self) -> None:
        check_visible(reason=self.reason)
        if _LEADS_AWAY.search(self.reason):
            raise ValueError(f"Expected plain words without links or long numbers{IN}`reason`")
        if not self.fields and not self.optional:
            raise ValueError(f"Expected at least one field{IN}`fields`")


class ConsentStatusRequest(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where does this request stand?"""

    envelope: Envelope
    request: Annotated[str, Meta(pattern=_KEY, description="The key you were given")]


class ConsentRequestAnswer(Struct, frozen=True):
    """That it is asked; the same one again while it is open is `asked_already`. It says nothing
    about whether anybody reads it."""

    request: str
    state: Literal["open"]
    code: Literal["asked", "asked_already"]
    open_until: str
    journal_head: Head = None


class ConsentState(Struct, frozen=True):
    """Where a request stands. `given`: share is answered within `fields` until `until`. `ended`: it
    was given and holds no longer (withdrawn, run out, or nobody is there to withdraw it).
    `not_given`: nobody agreed in time; why is not told."""

    request: str
    state: Literal["open", "given", "ended", "not_given"]
    asked_at: str
    open_until: str
    consent: str | None
    fields: list[str] | None
    given_at: str | None
    until: str | None
    journal_head: Head = None
