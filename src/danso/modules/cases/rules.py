"""Pure decisions about cases: whose unit, which duty, what makes two applications one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from danso.catalogue.shapes.procedures import Duty, Procedure
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.cases.data import PartyData, Reach
from danso.wire import keys

# Drafts are kept so long, counted from the last change.
DRAFT_DAYS: Final = 30
# More open drafts than anybody needs: a script.
MOST_DRAFTS: Final = 50
MOST_PAPERS: Final = 60
LONGEST_WORDS: Final = 2_000
# How long an applicant has to bring what was asked for, where the officer names no day.
SUPPLEMENT_DAYS: Final = 30


def roles_of(procedure: Procedure, *duties: Duty) -> frozenset[str]:
    """Roles whose duty any of these steps is; every role of the procedure where none is named, or
    where it has no such step (a short one that is received and decided)."""
    named = frozenset(step.role for step in procedure.steps if step.duty in duties)
    return named or frozenset(step.role for step in procedure.steps)


def check_duty(procedure: Procedure, reach: Reach, unit: str, *duties: Duty) -> None:
    """Whoever acts holds a role whose duty this is, at that unit."""
    if not roles_of(procedure, *duties) & reach.roles_at(unit):
        raise Refused(
            "This step is another role's.",
            code="not_your_step",
            fix="Leave it to whom the procedure names, or assign the file to them.",
        )


def check_version(held: int, shown: int) -> None:
    """What an officer acts on is what they saw."""
    if held != shown:
        raise Conflict(
            "Somebody changed this file since you opened it.",
            code="case_changed",
            fix="Open it again and look at what was done.",
        )


def checked_words(words: str) -> str:
    """A reason or request, without the space around it. Raises InvalidValue (`words_shape`)."""
    written = words.strip()
    if not written or len(written) > LONGEST_WORDS:
        raise InvalidValue(
            "The text is empty or too long.",
            code="words_shape",
            fix="Write what the applicant must know, up to 2,000 letters.",
        )
    return written


def case_unknown() -> NotFound:
    """One answer for what is not there and what is out of reach."""
    return NotFound(
        "There is no such file.",
        code="case_unknown",
        fix="Open it from your list, or check the code.",
    )


def draft_unknown() -> NotFound:
    """One answer for what is not there, another's, and past its days."""
    return NotFound(
        "There is no such draft.",
        code="draft_unknown",
        fix="Drafts are kept for 30 days; start again from the service's page.",
    )


def double_key(
    procedure: Procedure, parties: Mapping[str, PartyData], values: Mapping[str, str]
) -> str:
    """The same for two applications about the same people.

    Whoever of the register it is about; where it is about somebody new (a child), that one's name
    and birth and the named parties, so that the other parent's application is the same one and a
    twin's is not. Whoever applies counts only where nobody else is named.
    """
    is_new = any(party.found == "new" for party in procedure.parties)
    named = [party.code for party in procedure.parties if party.found == "number"]
    asks_applicant = not is_new or not any(code in parties for code in named)
    counted = {
        code: str(one.person or one.number)
        for code, one in parties.items()
        if code in named or asks_applicant
    }
    text = json.dumps([procedure.code, sorted(counted.items()), _newcomer(procedure, values)])
    return hashlib.sha256(text.encode()).hexdigest()


def _newcomer(procedure: Procedure, values: Mapping[str, str]) -> list[str]:
    """Name and birth of somebody the register does not know yet, as the effect names them."""
    for effect in procedure.effects:
        if effect.kind == "record-birth":
            name = values.get(effect.fields.get("full_name", ""), "")
            return [keys.name_key(name), values.get(effect.fields.get("birth", ""), "")]
    return []


def own_case() -> Refused:
    """Nobody handles a file of their own."""
    return Refused(
        "Nobody handles a file that is about themselves.",
        code="own_case",
        fix="Leave it to a colleague.",
    )


def commune_field(procedure: Procedure) -> str:
    """The field that says in which commune the effect takes place; empty where none does."""
    named = (effect.fields.get("commune", "") for effect in procedure.effects)
    return next((code for code in named if code in procedure.fields), "")


def concerns(parties: Mapping[str, PartyData], person: UUID | None) -> bool:
    """Whether somebody is one of the parties."""
    return person is not None and any(one.person == person for one in parties.values())
