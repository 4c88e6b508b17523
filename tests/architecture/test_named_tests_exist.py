"""The tables of ASVS and of the conformance suite name tests as `path::name`; all of them exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("docs/reference/asvs.md", "docs/reference/conformance.md")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
ROW = re.compile(r"^\| [\d.]+ \| [12] \| [^|]+ \| \**(\w[\w ]*?)\** \|", re.MULTILINE)


def functions_of(path: Path) -> set[str]:
    """Names of the test functions of a file; none where there is no file."""
    if not path.exists():
        return set()
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {one.name for one in tree.body if isinstance(one, functions)}


@pytest.mark.parametrize("page", PAGES)
def test_every_named_test_exists(page: str) -> None:
    named = set(NAMED.findall((ROOT / page).read_text(encoding="utf-8")))
    assert len(named) > 30
    missing = [f"{path}::{name}" for path, name in named if name not in functions_of(ROOT / path)]
    assert sorted(missing) == []


def test_what_is_met_by_code_names_a_test_or_says_that_there_is_none() -> None:
    lines = (ROOT / PAGES[0]).read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if ROW.match(line)]
    silent = [
        row.split(" | ")[0]
        for row in rows
        if not (
            NAMED.search(row)
            or "no test" in row
            or "documentation" in row.split(" | ")[-1]
            or re.search(r"\| (not applicable|\*\*not\*\*) \|", row)
        )
    ]
    assert len(rows) == 86
    assert silent == []


def test_the_sums_under_the_table_are_those_of_its_rows() -> None:
    text = (ROOT / PAGES[0]).read_text(encoding="utf-8")
    states = ROW.findall(text)
    told = re.search(r"(\d+) requirements: (\d+) met, (\d+) partly, (\d+) not, (\d+) not app", text)
    assert told is not None
    counted = [states.count(one) for one in ("met", "partly", "not", "not applicable")]
    assert [int(one) for one in told.groups()] == [len(states), *counted]
