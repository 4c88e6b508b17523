"""What is told of a person as of a day, in SQL, against the register's own past."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings

from danso.kernel import clock
from danso.kernel.errors import InvalidValue
from danso.modules.population import interface as population
from danso.modules.population.data import Correction, NothingChanges, PersonRecord
from tests.modules.population.conftest import GROUNDS, OFFICER, enrol
from tests.modules.population.test_time import DAYS, FIRST_DAY, NAMES, Step, steps

pytestmark = pytest.mark.django_db
HELD_SINCE = datetime(2019, 12, 1, tzinfo=UTC)


def told(person: UUID, day: date) -> dict[str, Any]:
    """Fields that are known of that day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT field, value::text FROM population_v1.told_on(%s, %s)", [person, day]
        )
        return {field: json.loads(value or "null") for field, value in cursor.fetchall()}


def place_of(record: PersonRecord) -> dict[str, Any]:
    return {
        "commune": record.commune,
        "as_recorded": record.recorded_commune,
        "map": record.code_version,
        "hamlet": record.hamlet,
        "detail": record.address,
    }


def carry_out(person: UUID, step: Step) -> None:
    by: dict[str, Any] = {"actor": OFFICER, "grounds": GROUNDS}
    if step.kind == "move":
        marital = {"marital_status": {"marital_status": str(step.value + 1)}}
        population.record_civil_change(person, marital, step.day or FIRST_DAY, **by)
    elif step.kind == "fix_place":
        value = {"address": f"số {step.value}"}
        correction = Correction("permanent_place", value, valid_on=step.day)
        population.correct_field(person, correction, **by)
    elif step.kind == "fix_name":
        population.correct_field(person, Correction("full_name", NAMES[step.value]), **by)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(done=steps)
def test_told_on_a_day_is_what_the_register_held_as_true_then(
    db: None, done: Sequence[Step]
) -> None:
    with transaction.atomic():
        with clock.frozen(HELD_SINCE):
            person = enrol()
        for step in done:
            try:
                with transaction.atomic():
                    carry_out(person, step)
            except (NothingChanges, InvalidValue):
                continue
        for day in [clock.today(), *DAYS]:
            past, now = population.get_person(person, day), told(person, day)
            assert now["birth"] == past.birth
            assert now["full_name"] == past.full_name
            assert now["marital_status"] == past.marital_status
            assert now["permanent_place"] == place_of(past)
        transaction.set_rollback(True)


def test_before_the_register_held_somebody_what_may_change_is_unknown(db: None) -> None:
    person = enrol()
    before = clock.today() - timedelta(days=400)
    assert told(person, before).keys() & {"full_name", "permanent_place", "death"} == set()
    assert "permanent_place" in told(person, clock.today())


def test_a_recorded_beginning_makes_it_known_from_that_day(db: None) -> None:
    person = enrol()
    day = clock.today() - timedelta(days=400)
    population.record_civil_change(
        person,
        {"marital_status": {"marital_status": "3"}, "spouse": {"spouse_name": None}},
        day,
        actor=OFFICER,
        grounds=GROUNDS,
    )
    assert told(person, day)["marital_status"] == "3"
    assert "marital_status" not in told(person, day - timedelta(days=1))


def test_a_civil_change_is_no_way_round_other_actions(db: None) -> None:
    with pytest.raises(InvalidValue) as refused:
        population.record_civil_change(
            enrol(), {"death": {"status": "dead"}}, clock.today(), actor=OFFICER, grounds=GROUNDS
        )
    assert refused.value.code == "field_not_civil"
