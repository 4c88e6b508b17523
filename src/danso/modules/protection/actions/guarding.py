"""Whose thing it is, and who may not decide it: checks that requests and complaints share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.identity import interface as identity
from danso.modules.protection import rules
from danso.modules.protection.models import Complaint, DataRequest

# As notices judge it: nine or more digits in a row are somebody's number.
_NUMBER: Final = re.compile(r"\d{9,}")


def person_of(account: UUID) -> UUID:
    """The person behind an account. Raises Refused (`no_person`)."""
    person = identity.get_account(account).person
    if person is None:
        raise Refused(
            "This account belongs to nobody of the register.",
            code="no_person",
            fix="Go to the commune police with your card.",
        )
    return person


def checked_text(text: str) -> str:
    """What somebody wrote, without the space around it. Raises InvalidValue (`text_shape`)."""
    written = text.strip()
    if not written or len(written) > rules.LONGEST_TEXT:
        raise InvalidValue(
            "The text is empty or too long.",
            code="text_shape",
            fix="Write something, up to 4,000 letters.",
        )
    return written


def check_nobody_named(*texts: str) -> None:
    """No text that leaves this house, or stays in a register of no people, holds a number."""
    if any(_NUMBER.search(text) for text in texts):
        raise InvalidValue(
            "The text holds a number of nine or more digits.",
            code="text_names_somebody",
            fix="Leave out personal numbers and telephones.",
        )


def check_not_own(actor: Actor, person: UUID) -> None:
    """Nobody handles what they asked for themselves."""
    account = identity.get_account(UUID(actor.id))
    if account.person == person:
        raise Refused(
            "Nobody handles their own request.",
            code="own_matter",
            fix="Leave it to a colleague.",
        )


def check_open(row: DataRequest | Complaint, states: Sequence[str]) -> None:
    """It still stands where this can be done. Raises Conflict (`matter_moved`)."""
    if row.state not in states:
        raise Conflict(
            "It was handled meanwhile, or is not taken yet.",
            code="matter_moved",
            fix="Open it again and see where it stands.",
        )


def unknown() -> NotFound:
    """One answer for what is not there and what is somebody else's."""
    return NotFound(
        "There is no such request or complaint.",
        code="matter_unknown",
        fix="Open it from the list.",
    )
