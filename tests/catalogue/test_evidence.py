"""The state of a clause comes from tests alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from danso.catalogue import Province
from danso.catalogue.coverage import counts, markdown
from danso.catalogue.evidence import ClauseState, clause_states, read_evidence, strangers


def proof(outcome: str = "passed", partly: str = "", test: str = "tests/x.py::test_a") -> Any:
    return {"test": test, "outcome": outcome, "partly": partly}


@pytest.fixture
def states(tmp_path: Path, teahouse: Province) -> Any:
    def read(clauses: dict[str, list[Any]]) -> dict[str, ClauseState]:
        file = tmp_path / "evidence.json"
        file.write_text(json.dumps({"commit": "abc", "at": "now", "clauses": clauses}))
        found = clause_states(teahouse, read_evidence(file))
        return {state.clause.id: state for state in found}

    return read


def test_passing_tests_that_leave_nothing_open_carry_a_clause_out(states: Any) -> None:
    state = states({"T.1": [proof(), proof(test="tests/x.py::test_b")]})["T.1"]
    assert (state.state, state.left_open) == ("carried-out", ())
    assert len(state.tests) == 2


def test_one_open_thing_makes_it_partly(states: Any) -> None:
    state = states({"T.1": [proof(), proof(partly="no cups yet")]})["T.1"]
    assert (state.state, state.left_open) == ("partly", ("no cups yet",))


@pytest.mark.parametrize("outcome", ["failed", "skipped"])
def test_a_test_that_did_not_pass_carries_nothing_out(outcome: str, states: Any) -> None:
    alone = states({"T.1": [proof(outcome)]})["T.1"]
    beside = states({"T.1": [proof(), proof(outcome, test="tests/x.py::test_b")]})["T.1"]
    assert alone.state == "not-built"
    assert beside.state == "partly"
    assert outcome in beside.left_open[0]


def test_without_a_test_the_reason_is_told(states: Any) -> None:
    found = states({})
    assert found["V.1"].state == found["T.1"].state == "not-built"
    assert found["V.1"].reason == "Nobody writes reports yet"
    assert found["T.1"].reason == "no test shows it yet"


def test_no_evidence_claims_nothing(tmp_path: Path, teahouse: Province) -> None:
    assert read_evidence(tmp_path / "gone.json") is None
    assert counts(clause_states(teahouse, None)) == {
        "carried-out": 0,
        "partly": 0,
        "not-built": len(teahouse.clauses),
    }


def test_a_misspelt_mark_is_told(tmp_path: Path, teahouse: Province) -> None:
    file = tmp_path / "evidence.json"
    file.write_text(json.dumps({"commit": "a", "at": "b", "clauses": {"T.77": [proof()]}}))
    evidence = read_evidence(file)
    assert evidence is not None
    assert strangers(teahouse, evidence) == ("T.77",)


def test_the_page_has_every_clause_once_and_says_who_shows_it(
    states: Any, teahouse: Province
) -> None:
    found = states({"T.1": [proof(test="t.py::test_a[1]")], "T.2": [proof(partly="cold | tea")]})
    page = markdown(teahouse, tuple(found.values()))
    assert "1 carried out, 1 partly, 5 not built, of 7." in page
    assert "| T.1 | Every guest has a cup | carried out | `t.py::test_a` |" in page
    assert "open: cold \\| tea" in page
    for clause_id in teahouse.clauses:
        assert page.count(f"\n| {clause_id} |") == 1
