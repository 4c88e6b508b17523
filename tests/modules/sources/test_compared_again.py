"""Records are compared again as soon as their people changed, by whatever way: without waiting for
their source's next match."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from danso.kernel.actors import Actor
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds, Scope
from danso.modules.sources import interface as sources
from tests.modules.population.conftest import enrol
from tests.modules.population.files import csv_file, person
from tests.modules.sources.conftest import STEWARD
from tests.modules.sources.test_mismatches import NUMBER, OPEN, follow, home, load

assert home and follow and load, "every test here has them"  # noqa: PT018

GROUNDS = Grounds(reason="test")
TWO = (STEWARD, Actor("officer", "steward-2", "province"))


@pytest.fixture
def insured() -> UUID:
    """Whose sex the register does not hold; the insurer says a man."""
    return enrol("Trương Quý Khoát", number=NUMBER, sex=0)


def fields() -> list[str]:
    """The fields on which a mismatch is open."""
    found, _ = sources.list_mismatches(sources=None, states=OPEN)
    return sorted(one.field for one in found)


def test_somebody_whom_a_file_completed_is_compared_again(
    insured: UUID, load: Callable[..., None], follow: Callable[[], None], tmp_path: Path
) -> None:
    load("21/03/1984")
    assert fields() == []
    listed = person(**{"Họ và tên": "Trương Quý Khoát", "Số định danh": NUMBER, "Giới tính": "Nữ"})
    report = population.import_people(csv_file(tmp_path, [listed]), actor=STEWARD)
    assert report.total("updated") == 1
    follow()
    assert fields() == ["sex"]


def test_an_undone_merge_compares_both_again(
    insured: UUID, load: Callable[..., None], follow: Callable[[], None]
) -> None:
    load("12/03/1984")
    assert fields() == ["birth"]
    other = enrol("Trương Quý Khoát", sex=1)
    population.merge_people(other, insured, officers=TWO, grounds=GROUNDS)
    follow()
    assert fields() == []
    population.unmerge(insured, officers=TWO, grounds=GROUNDS)
    follow()
    assert fields() == ["birth"]


def test_who_becomes_protected_is_in_no_queue_any_more(
    insured: UUID, load: Callable[..., None], follow: Callable[[], None]
) -> None:
    load("12/03/1984")
    population.protect(insured, actor=STEWARD, grounds=GROUNDS, scope=Scope(sees_protected=True))
    follow()
    assert fields() == []
