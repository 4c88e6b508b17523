"""Cases past their term are destroyed with what belongs to them, on record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from danso.kernel import clock
from danso.modules.cases import interface as cases
from danso.modules.cases.models import Case, CasePaper, CaseStep
from tests.cases_world import family, file_birth
from tests.conftest import Database
from tests.officers import journal

pytestmark = pytest.mark.clause("II.2.5", partly="how long files are kept")


def test_a_case_goes_at_its_term_with_everything(fresh_db: Database) -> None:
    home = family()
    ended, running = file_birth(home).key, file_birth(home, child_name="Nguyễn Văn Áo").key
    cases.withdraw(ended, "nhầm", person=home.mother, actor=home.actor)
    assert cases.destroy_past_term() == {}
    later = clock.now() + timedelta(days=3_700)
    assert cases.destroy_past_term(now=later) == {"cases": 1}
    assert list(Case.objects.values_list("key", flat=True)) == [running]
    assert not CaseStep.objects.filter(case_id=ended).exists()
    assert not CasePaper.objects.filter(case_id=ended).exists()
    row = next(one for one in journal(fresh_db) if one.action == "cases.destroyed")
    assert row.detail == {"retention": "case-file", "count": 1}
