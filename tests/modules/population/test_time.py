"""Two times: whatever was recorded in whatever order, any past state equals a replay of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from danso.kernel import clock
from danso.modules.population import interface as population
from danso.modules.population.data import (
    Correction,
    Move,
    NothingChanges,
    PersonNotFound,
    Scope,
)
from danso.toolkit.platform import province
from tests.modules.population.conftest import GROUNDS, OFFICER, enrol

START = datetime(2026, 1, 5, 3, tzinfo=UTC)
FIRST_DAY = date(2020, 1, 1)
DAYS = [FIRST_DAY + timedelta(days=100 * step) for step in range(12)]


@dataclass(frozen=True)
class Step:
    """A wanted change: a move on a day, or a correction of the residence or the name."""

    kind: str
    day: date | None
    value: int


steps = st.lists(
    st.one_of(
        st.builds(Step, st.just("move"), st.sampled_from(DAYS), st.integers(0, 3)),
        st.builds(
            Step,
            st.just("fix_place"),
            st.one_of(st.none(), st.sampled_from(DAYS)),
            st.integers(0, 3),
        ),
        st.builds(Step, st.just("fix_name"), st.none(), st.integers(0, 2)),
        st.builds(Step, st.just("protect"), st.none(), st.integers(0, 1)),
    ),
    max_size=10,
)
NAMES = ["Nguyễn Văn An", "Nguyễn Văn Ân", "Nguyễn Vân An"]
GUARDIAN = Scope(sees_protected=True)


class Model:
    """The plainest way to keep a past: a list of days, each with what was true from then on."""

    def __init__(self, commune: str) -> None:
        self.places: dict[date, str] = {date.min: commune}
        self.name = NAMES[0]
        self.is_protected = False

    def apply(self, step: Step, communes: Sequence[str]) -> None:
        if step.kind == "move":
            assert step.day is not None
            self.places[step.day] = communes[step.value]
        elif step.kind == "fix_place":
            self.places[self._spell(step.day)] = communes[step.value]
        elif step.kind == "fix_name":
            self.name = NAMES[step.value]
        else:
            self.is_protected = bool(step.value)

    def _spell(self, day: date | None) -> date:
        return max(start for start in self.places if day is None or start <= day)

    def seen(self, day: date | None) -> tuple[str, str, bool]:
        return self.places[self._spell(day)], self.name, self.is_protected


def carry_out(key: UUID, step: Step, communes: Sequence[str]) -> bool:
    """Whether the register took it: a move to where one lives already is refused."""
    by: dict[str, Any] = {"actor": OFFICER, "grounds": GROUNDS, "scope": GUARDIAN}
    try:
        if step.kind == "move" and step.day is not None:
            population.record_move(key, Move(step.day, communes[step.value]), **by)
        elif step.kind == "fix_place":
            value = {"commune": communes[step.value]}
            population.correct_field(key, Correction("permanent_place", value, step.day), **by)
        elif step.kind == "fix_name":
            population.correct_field(key, Correction("full_name", NAMES[step.value]), **by)
        elif step.value:
            population.protect(key, **by)
        else:
            population.unprotect(key, **by)
    except NothingChanges:
        return False
    return True


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wanted=steps)
def test_any_past_equals_a_replay(wanted: list[Step]) -> None:
    communes = list(province().units.by_code)[:4]
    model = Model(communes[0])
    with transaction.atomic(), clock.frozen(START) as time:
        key = enrol(NAMES[0], commune=communes[0])
        moments = [(clock.now(), {day: model.seen(day) for day in [None, *DAYS]})]
        for step in wanted:
            time.advance(timedelta(hours=7))
            if carry_out(key, step, communes):
                model.apply(step, communes)
            moments.append((clock.now(), {day: model.seen(day) for day in [None, *DAYS]}))
        for known_at, expected in moments:
            found = {day: population.get_person(key, day, known_at=known_at) for day in expected}
            assert {
                day: (one.commune, one.full_name, one.protected) for day, one in found.items()
            } == expected
        now = population.get_person(key)
        assert (now.commune, now.full_name, now.protected) == moments[-1][1][None]
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_nobody_is_known_before_being_recorded() -> None:
    with clock.frozen(START):
        key = enrol()
    with pytest.raises(PersonNotFound):
        population.get_person(key, known_at=START - timedelta(seconds=1))
    assert population.get_person(key, known_at=START).full_name == "Nguyễn Văn An"


@pytest.mark.django_db
def test_as_of_is_rebuilt_with_everything_else() -> None:
    with clock.frozen(START) as time:
        key = enrol()
        first = population.get_person(key)
        time.advance(timedelta(days=40))
        population.mark_field(key, "birth", "unverified", actor=OFFICER, grounds=GROUNDS)
    assert population.get_person(key).as_of == date(2026, 2, 14)
    assert population.get_person(key, known_at=START) == first
