"""Whether what somebody told is one living person's who may hold the account: decided once.

The same statements run whoever is meant, and the answer goes into no page.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.modules.audit.interface import record
from danso.modules.identity import rules
from danso.modules.identity.actions import eids
from danso.modules.identity.actions.enrolments import answers_of, keep_answers, live_enrolment
from danso.modules.identity.data import Answers, EnrolmentKind
from danso.modules.identity.models import Citizen, Enrolment
from danso.modules.identity.queries.acting import is_parent
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.population.data import Scope as Reach
from danso.toolkit.platform import platform
from danso.wire.keys import name_key

FITS: Final = "fits"
FIELDS: Final = ("number", "full_name", "birth", "card")


def give_birth(key: UUID, birth: PartialDate) -> None:
    """See interface."""
    with transaction.atomic():
        row = live_enrolment(key)
        answers = replace(answers_of(row), birth=birth.iso)
        if not answers.number or not answers.full_name:
            raise InvalidValue("Steps are missing.", code="enrolment_steps", fix="Begin anew.")
        age = rules.age_on(birth, clock.today())
        if row.kind == EnrolmentKind.OPEN and age < rules.OWN_FROM:
            # What was typed decides, so that saying so tells nothing about anybody.
            raise InvalidValue(
                "Under 14 an account is opened through a parent.",
                code="child_through_parent",
                fix="A parent with level 2 opens it from their own page.",
            )
        keep_answers(row, answers)
        row.save(update_fields=["answers", "number_key"])
    if platform().register_mode == "absent":
        _judge_above(key, answers)
    else:
        _judge_here(key, answers)


@transaction.atomic
def _judge_here(key: UUID, answers: Answers) -> None:
    row = live_enrolment(key)
    found = population.find_by_number(answers.number, Reach(sees_protected=True))
    person = found.people[0] if found.people else None
    outcome = _of_register(found.outcome, person, answers, row)
    _decide(row, outcome, person.key if person else None)


def _judge_above(key: UUID, answers: Answers) -> None:
    """The asking is on record before the question leaves, its outcome before anybody hears it."""
    actor = Actor("citizen", str(key), system="pages")
    with transaction.atomic():
        record(replace(eids.entry(actor, "verified"), outcome="asked", fields=FIELDS[:3]))
    matches = population.verify_upstream(
        answers.number, answers.full_name, answers.birth, asked_by=str(key)
    )
    with transaction.atomic():
        _decide(live_enrolment(key), FITS if matches else "wrong", None)


def _decide(row: Enrolment, outcome: str, person: UUID | None) -> None:
    """What stands in the way besides the register; kept, and journaled once."""
    answers = answers_of(row)
    held = eids.find_citizen(answers.number)
    today = (
        Enrolment.objects.filter(
            number_key=row.number_key, created_at__gt=clock.now() - timedelta(days=1)
        )
        .exclude(key=row.key)
        .exclude(kind=EnrolmentKind.COUNTER.value)
    )
    is_many = today.count() >= rules.NUMBER_A_DAY
    if outcome == FITS:
        outcome = _of_accounts(row, held)
    row.outcome = "limited" if is_many else outcome
    row.person = person
    row.save(update_fields=["outcome", "person"])
    actor = Actor("citizen", str(row.key), system="pages")
    told = eids.entry(actor, "verified", subject=person, kind=row.kind)
    record(replace(told, outcome="match" if outcome == FITS else "no_match", fields=FIELDS))


def _of_register(number: str, person: PersonRecord | None, answers: Answers, row: Enrolment) -> str:
    if person is None:
        return "unknown"
    if number != "active":
        return "not_active"
    if not tells(person, answers):
        return "wrong"
    if row.kind == EnrolmentKind.RECOVER:
        return FITS if person.status == "alive" else "not_alive"
    return _of_holder(person, row)


def _of_holder(person: PersonRecord, row: Enrolment) -> str:
    is_child = row.kind == EnrolmentKind.CHILD
    standing = standing_of(person)
    fault = rules.check_holder(1, standing, through_parent=is_child)
    if not fault and is_child and standing.age >= rules.OWN_FROM:
        return "not_a_child"
    if not fault and is_child and not is_parent(row.account_id, person):
        return "not_the_parent"
    return fault or FITS


def _of_accounts(row: Enrolment, held: Citizen | None) -> str:
    if row.kind == EnrolmentKind.RECOVER:
        if held is None:
            return "no_account"
        row.account = held.account
        return FITS if held.account.level == 1 else "level_2"
    return "has_account" if held is not None else FITS


def tells(person: PersonRecord, answers: Answers) -> bool:
    """Whether name and birth are the register's."""
    is_named = name_key(person.full_name) == name_key(answers.full_name)
    return rules.matches_birth(person.birth, answers.birth) and is_named


def standing_of(person: PersonRecord) -> rules.Standing:
    """What decides which account this person may hold."""
    today = clock.today()
    has_card = person.card_kind not in (None, "cmnd") and person.card_status == "valid"
    expires = person.card_expires
    born = person.born
    return rules.Standing(
        age=rules.age_on(born, today) if born else 0,
        life=person.status,
        has_card=has_card and (expires is None or expires >= today),
    )
