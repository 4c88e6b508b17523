"""The messy files of a synthetic province, judged by the truth that was written beside them."""

from __future__ import annotations

from pathlib import Path

import pytest

from danso.modules.population import interface as population
from danso.modules.population.data import ImportOptions
from danso.modules.population.models import Household, Number, Person, PersonVersion
from tests.conftest import Database
from tests.modules.population.accuracy import measure
from tests.modules.population.conftest import OFFICER
from tests.modules.population.files import synthetic


@pytest.mark.clause("I.A.2022.2", partly="cards are issued by the police's own system")
@pytest.mark.timeout(300)
def test_messy_files_are_mended_as_measured(fresh_db: Database, tmp_path: Path) -> None:
    """The shares leave a little room for another seed; docs/how-to/import-people.md tells them."""
    folder = synthetic(tmp_path / "synth", people=9000, messy=True)
    options = ImportOptions(with_quality=False)
    report = population.import_people(folder / "messy", actor=OFFICER, options=options)

    found = measure(folder)

    assert report.total("rows") == found.rows
    assert {one.format for one in report.files} == {"csv", "xlsx", "xml"}
    assert {"tcvn3", "vni", "utf-8", "utf-8-sig"} <= {one.encoding for one in report.files}
    assert found.clean_right >= 0.998 * found.clean, found.wrong
    assert found.repaired >= 0.985 * found.repair, found.wrong
    assert found.refused >= 0.95 * found.refuse, found.wrong
    assert found.accepted >= 0.995 * found.accept, found.wrong
    # Nobody twice: people who stand in two rows, in two files or in a commune they have left.
    assert abs(found.people - found.people_true) <= 0.001 * found.people_true
    assert Person.objects.exclude(number=None).count() == Number.objects.count()
    lonely = Household.objects.exclude(key__in=Person.objects.values("household"))
    assert not lonely.exists()
    assert PersonVersion.objects.count() == report.total("updated")
