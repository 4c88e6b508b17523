"""A paper brought once and looked at proves in the next case: nobody is asked for it again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from danso.modules.cases import interface as cases
from danso.modules.cases.data import NewPaper
from danso.modules.documents import interface as documents
from danso.modules.documents.data import Grounds, PaperState, Reach
from danso.modules.documents.data import NewPaper as PaperFile
from danso.modules.population.models import Person
from tests.cases_world import Family, commune, family, officer, step
from tests.conftest import Database
from tests.modules.documents.test_telling_forms import PDF

pytestmark = pytest.mark.clause("II.2.5", partly="papers of cases kept once and used again")
KIND, NEED = "dwelling-proof", "lawful_dwelling"


@pytest.fixture
def home(fresh_db: Database, settings: Any, tmp_path: Path) -> Family:
    settings.PAPERS_ADDRESS = (tmp_path / "papers").as_uri()
    made = family()
    Person.objects.filter(key=made.mother).update(commune=commune())
    return made


def moved(home: Family, to: int, *papers: NewPaper) -> Any:
    """A draft of a move, filled in; what became of it."""
    key = cases.start_draft("permanent-residence", home.mother, channel="online", actor=home.actor)
    answers = {
        "commune": commune(to),
        "hamlet": "Thôn 1",
        "moved_on": f"0{to}/10/2026",
        "relation": "CH01",
    }
    cases.save_answers(key, actor=home.actor, answers=answers, papers=papers)
    return cases.prepare(key, actor=home.actor)


def staying(home: Family) -> Any:
    """A draft of a stay, which needs the same proof."""
    key = cases.start_draft("temporary-residence", home.mother, channel="online", actor=home.actor)
    answers = {
        "commune": commune(2),
        "hamlet": "Thôn 2",
        "since": "01/11/2026",
        "until": "01/11/2027",
    }
    cases.save_answers(key, actor=home.actor, answers=answers)
    return cases.prepare(key, actor=home.actor)


def brought(home: Family) -> NewPaper:
    """The paper, in the store as an applicant hands it in."""
    file = PaperFile(home.mother, KIND, PDF, "nha.pdf", commune(1), "applicant")
    key = documents.keep_paper(file, actor=home.actor, grounds=Grounds("residence"))
    kept = documents.get_paper(key, reach=Reach(person=home.mother))
    return NewPaper(NEED, KIND, kept.sha256, "nha.pdf")


def test_an_unchecked_paper_is_asked_for_and_a_checked_one_is_used_again(home: Family) -> None:
    paper = brought(home)
    before = moved(home, 1)
    assert before.faults == {f"requirement:{NEED}": "paper_missing"}
    first = moved(home, 1, paper)
    assert first.faults == {}
    assert first.reused == ()
    case = cases.submit(first.draft.key, actor=home.actor)
    police = officer("commune_police", f"commune:{commune(1)}")
    step(cases.receive, case.key, police)
    kept = documents.find_kept(home.mother, KIND, paper.digest)
    assert kept is not None
    assert kept.state is PaperState.CHECKED
    second = staying(home)
    assert second.faults == {}
    assert [one.kind for one in second.reused] == [KIND]
    again = cases.submit(second.draft.key, actor=home.actor)
    (used,) = cases.get_own_case(again.key, home.mother).papers
    assert (used.digest, used.reused_from) == (paper.digest, kept.key)
    assert documents.count_reuse()[KIND] == (1, 1)


def test_a_paper_that_was_withdrawn_since_is_asked_for_again(home: Family) -> None:
    paper = brought(home)
    kept = documents.find_kept(home.mother, KIND, paper.digest)
    assert kept is not None
    police = officer("commune_police", f"commune:{commune(1)}")
    reach, grounds = Reach(person=home.mother), Grounds("residence")
    documents.check_paper(kept.key, kept.index, reach=reach, actor=police.actor, grounds=grounds)
    assert moved(home, 1).faults == {}
    documents.revoke_paper(kept.key, reach=reach, actor=police.actor, grounds=grounds)
    assert moved(home, 1).faults == {f"requirement:{NEED}": "paper_missing"}


def test_what_was_rejected_at_the_desk_stays_unproven(home: Family) -> None:
    paper = brought(home)
    first = moved(home, 1, paper)
    case = cases.submit(first.draft.key, actor=home.actor)
    police = officer("commune_police", f"commune:{commune(1)}")
    step(cases.receive, case.key, police, papers_checked=())
    kept = documents.find_kept(home.mother, KIND, paper.digest)
    assert kept is not None
    assert kept.state is PaperState.UNCHECKED
