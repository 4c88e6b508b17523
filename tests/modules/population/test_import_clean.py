"""danso's own clean file: loaded whole, loaded once, continued where it stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from danso.modules.population import interface as population
from danso.modules.population.models import Household, Number, OldNumber, Person
from tests.conftest import Database
from tests.modules.population.conftest import OFFICER, Inbox
from tests.modules.population.files import clean_file


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clean_file(tmp_path_factory.mktemp("synth"), people=600)


def test_a_clean_file_is_loaded_whole_and_once(
    fresh_db: Database, clean: Path, inbox: Callable[[], Inbox]
) -> None:
    report = population.import_people(clean, actor=OFFICER)

    assert report.total("rows") == report.total("loaded") == 600
    assert Person.objects.count() == Number.objects.count() == 600
    assert OldNumber.objects.count() == Person.objects.exclude(old_number=None).count()
    assert Household.objects.exclude(head=None).count() == Household.objects.count()
    assert sum(figures.people for figures in report.quality) > 500
    journal = inbox()
    assert journal.actions == [("population.import_people", "done", None)]
    assert journal.entries[0]["detail"]["digest"] == report.files[0].digest
    assert journal.kinds == ["population.people_imported"]

    again = population.import_people(clean, actor=OFFICER)

    assert again.files[0].state == "already_done"
    assert Person.objects.count() == 600
    assert len(inbox().entries) == 1
