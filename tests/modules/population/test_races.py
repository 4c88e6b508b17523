"""Two officers at once: nobody gets another's number, no change is lost, no merge waits for
ever."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connections

from danso.kernel.errors import DansoError
from danso.modules.population import interface as population
from danso.modules.population.data import Correction
from tests.conftest import Database
from tests.modules.population.conftest import GROUNDS, OFFICER, SECOND, enrol


def at_once(actions: Sequence[Callable[[], object]]) -> list[object]:
    """What each action answered, or the code of its refusal, all started together."""
    barrier = Barrier(len(actions))

    def run(action: Callable[[], object]) -> object:
        barrier.wait(timeout=10)
        try:
            return action()
        except DansoError as refusal:
            return refusal.code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_one_number_goes_to_one_of_two(fresh_db: Database) -> None:
    answers = at_once([lambda: enrol(number="099084000123")] * 4)
    assert sorted(answers, key=str).count("number_taken") == 3
    assert len(population.find_by_number("099084000123").people) == 1


def test_changes_of_one_person_follow_one_another(fresh_db: Database) -> None:
    key = enrol(number="099084000123")
    fields = {"religion": "02", "ethnicity": "06", "occupation": "thợ mộc", "blood_group": "00"}
    answers = at_once(
        [
            lambda field=field, value=value: population.correct_field(  # type: ignore[misc]
                key, Correction(field, value), actor=OFFICER, grounds=GROUNDS
            )
            for field, value in fields.items()
        ]
    )
    assert sorted(one.version for one in answers if hasattr(one, "version")) == [1, 2, 3, 4]
    person = population.get_person(key)
    assert {field: getattr(person, field) for field in fields} == fields
    assert [entry.seq for entry in population.history_of(key)] == [1, 2, 3, 4]


def test_two_merges_of_the_same_pair_do_not_wait_for_each_other(fresh_db: Database) -> None:
    first, second = enrol(number="099084000123"), enrol(number="099084000124")
    answers = at_once(
        [
            lambda: population.merge_people(first, second, officers=(OFFICER,), grounds=GROUNDS),
            lambda: population.merge_people(second, first, officers=(SECOND,), grounds=GROUNDS),
        ]
    )
    assert [one for one in answers if isinstance(one, str)] == ["person_merged"]
    assert sum(population.count_alive().values()) == 1
