"""What carries out each clause of the plan, as tests show it; nobody types a state."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from danso.catalogue.province import Province
from danso.catalogue.shapes.plan import Clause, Section

State = Literal["carried-out", "partly", "not-built"]
NO_TEST = "no test shows it yet"


@dataclass(frozen=True)
class Proof:
    """One test's word about one clause; `partly` says what it leaves open."""

    test: str
    outcome: str
    partly: str = ""

    @property
    def passed(self) -> bool:
        """Whether the test passed."""
        return self.outcome == "passed"

    @property
    def left_open(self) -> str:
        """What this proof leaves open, '' for nothing."""
        return self.partly if self.passed else f"{self.outcome}: {self.test}"


@dataclass(frozen=True)
class Evidence:
    """What one test run at one commit showed."""

    commit: str
    at: str
    proofs: Mapping[str, tuple[Proof, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ClauseState:
    """A clause, its state, the tests behind it, what is open, and why when nothing is built."""

    section: Section
    clause: Clause
    state: State
    tests: tuple[str, ...] = ()
    left_open: tuple[str, ...] = ()
    reason: str = ""


def read_evidence(file: Path) -> Evidence | None:
    """The evidence a test run wrote, or None when this tree has none (an installed danso)."""
    if not file.is_file():
        return None
    raw = json.loads(file.read_text(encoding="utf-8"))
    proofs = {
        clause: tuple(Proof(p["test"], p["outcome"], p.get("partly", "")) for p in listed)
        for clause, listed in raw["clauses"].items()
    }
    return Evidence(raw["commit"], raw["at"], proofs)


def clause_states(province: Province, evidence: Evidence | None) -> tuple[ClauseState, ...]:
    """Every clause with its state, in the plan's order.

    Carried out: at least one test and all passed, none leaving anything open. Partly: some passed.
    Not built: the rest, with the reason of plan/not_built.yaml.
    """
    proofs = evidence.proofs if evidence else {}
    return tuple(
        _state(province, section, clause, proofs.get(clause.id, ()))
        for section, _, clause in province.plan.walk()
    )


def _state(
    province: Province, section: Section, clause: Clause, proofs: tuple[Proof, ...]
) -> ClauseState:
    tests = tuple(sorted(proof.test for proof in proofs if proof.passed))
    left_open = tuple(sorted({proof.left_open for proof in proofs} - {""}))
    if tests and not left_open:
        return ClauseState(section, clause, "carried-out", tests)
    reason = province.not_built.get(clause.id, NO_TEST)
    if tests:
        return ClauseState(section, clause, "partly", tests, left_open, reason)
    return ClauseState(section, clause, "not-built", (), left_open, reason)


def strangers(province: Province, evidence: Evidence) -> tuple[str, ...]:
    """Clause ids that tests claim and the plan does not have (a misspelt mark)."""
    return tuple(sorted(set(evidence.proofs) - set(province.clauses)))
