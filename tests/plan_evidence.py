"""A pytest plugin: writes which clauses of the plan this run's passing tests prove."""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

EVIDENCE = Path(__file__).resolve().parents[1] / "build" / "plan-evidence.json"
PROPERTY = "plan clause"
_proofs: dict[str, list[dict[str, Any]]] = defaultdict(list)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Where the test runs: put its clauses on the report, which travels to the controller."""
    report = (yield).get_result()
    for marker in item.iter_markers("clause"):
        for clause in marker.args:
            report.user_properties.append((PROPERTY, f"{clause}|{marker.kwargs.get('partly', '')}"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Where results are gathered: a failing set-up or tear-down counts as much as the test."""
    if report.when != "call" and report.outcome == "passed":
        return
    for name, value in report.user_properties:
        if name == PROPERTY:
            clause, _, partly = str(value).partition("|")
            _proofs[clause].append(
                {"test": report.nodeid, "outcome": report.outcome, "partly": partly}
            )


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not _proofs or hasattr(session.config, "workerinput"):
        return
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
        cwd=EVIDENCE.parents[1],
    ).stdout.strip()
    kept = _earlier_proofs(commit)
    for clause, proofs in _proofs.items():
        seen = {proof["test"] for proof in proofs}
        kept[clause] = [p for p in kept.get(clause, []) if p["test"] not in seen] + proofs
    EVIDENCE.parent.mkdir(exist_ok=True)
    EVIDENCE.write_text(
        json.dumps(
            {"commit": commit, "at": datetime.now(UTC).isoformat(), "clauses": kept},
            indent=1,
            sort_keys=True,
        )
        + "\n"
    )


def _earlier_proofs(commit: str) -> dict[str, list[dict[str, Any]]]:
    """Proofs of other suites at the same commit stay; those of another commit prove nothing."""
    if not EVIDENCE.exists():
        return {}
    earlier = json.loads(EVIDENCE.read_text())
    return dict(earlier["clauses"]) if earlier["commit"] == commit else {}
