"""Personal numbers: issuing, re-establishing, cancelling. A number has one row for ever."""

from __future__ import annotations

import secrets
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, Unavailable
from danso.modules.population.actions.amending import (
    Amendment,
    amend,
    comparison_keys,
    locked_person,
)
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.data import (
    EVERYWHERE,
    Grounds,
    NumberIssued,
    Scope,
    number_taken,
)
from danso.modules.population.models import Number, Person
from danso.modules.population.rules import check_may_issue, number_head
from danso.toolkit.platform import platform, province

DRAWS: Final = 100


def issue_number(
    person: UUID,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
    prefix: str | None = None,
) -> str:
    with carried_out("issue_number", actor=actor, grounds=grounds, subject=person) as ledger:
        check_may_issue(platform().register_mode)
        row = locked_person(person, actor=actor, scope=scope)
        if row.number is not None:
            raise Conflict(
                "This person has a number.",
                code="number_exists",
                fix="To replace a wrong one, correct the field 'number'.",
            )
        number = draw_number(row, prefix)
        amendment = Amendment("issue_number", {"number": number}, valid_on=clock.today())
        ledger.fields = amend(row, amendment, actor=actor, grounds=grounds)
        ledger.happened(NumberIssued(person))
    return number


def replace_number(
    row: Person, new: str | None, *, actor: Actor, grounds: Grounds
) -> tuple[str, ...]:
    """Cancel the active number of a locked row and establish another, given or drawn."""
    old = row.number
    if new is None:
        check_may_issue(platform().register_mode)
        new = draw_number(row, None)
    else:
        new = parse_number(new)
        claim_number(row, new)
    if old is not None:
        cancel_number(old, reason=grounds.reason, replaced_by=new)
    amendment = Amendment("replace_number", {"number": new}, valid_on=clock.today())
    return amend(row, amendment, actor=actor, grounds=grounds)


def cancel_number(number: str, *, reason: str, replaced_by: str | None) -> None:
    """The row stays for ever, so the number can never be given again."""
    Number.objects.filter(number=number).update(
        status="cancelled",
        cancelled_on=clock.today(),
        cancel_reason=reason,
        replaced_by=replaced_by,
    )


def parse_number(text: str) -> str:
    """The digits of an acceptable number of this home (demo numbers only in a demo)."""
    rules = province().number_rules(accepts_synthetic=platform().is_demo)
    return str(rules.parse(text))


def claim_number(row: Person, number: str) -> None:
    """Give the number to this person for ever; NumberTaken where it is or was somebody's."""
    if not _insert(row, number):
        raise number_taken()


def draw_number(row: Person, prefix: str | None) -> str:
    """Draw random digits until a free number is found, and claim it.

    A demo draws only numbers that no real person can have.
    """
    numbers = province().numbers
    chosen = numbers.synthetic_prefix if platform().is_demo else prefix or numbers.own_prefix
    born = PartialDate.from_iso(row.birth) if row.birth else None
    head = number_head(chosen, row.sex, born)
    for _ in range(DRAWS):
        number = parse_number(f"{head}{secrets.randbelow(1_000_000):06}")
        if _insert(row, number):
            return number
    raise Unavailable(
        "No free number was found for this place, sex and year.",
        code="numbers_exhausted",
        fix="Try again; if it happens again, the block is nearly used up: tell the national body.",
    )


def _insert(row: Person, number: str) -> bool:
    try:
        with transaction.atomic():
            Number(
                number=number,
                person=row.key,
                status="active",
                recorded_at=clock.now(),
                **comparison_keys(row),
            ).save(force_insert=True)
    except IntegrityError:
        return False
    return True
