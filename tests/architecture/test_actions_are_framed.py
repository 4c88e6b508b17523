"""Whoever acts does so inside the journal's frame: a refusal is then on record by itself.

The frame is `danso.modules.audit.interface.carried_out`. A door's function that takes an `actor`
writes; the few that need no frame stand below with their reason.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "src" / "danso" / "modules"
FRAMES = frozenset(("carried_out", "_carried_out", "refusals_journaled"))
UNFRAMED = {
    "exchange.publish_sandbox": "each person goes through the register's own framed actions",
    "population.add_card": "the door's name for record_card, which is framed",
    "population.import_people": "a stretch journals itself; a file that is refused is reported",
    "sources.list_corrections": "a reading: `decider` is a role to narrow the list by",
}


def functions(module: Path) -> dict[str, ast.FunctionDef]:
    """Every function of a module's actions by its name."""
    return {
        node.name: node
        for file in module.glob("actions/**/*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    }


def calls(function: ast.FunctionDef) -> set[str]:
    """Names that a function calls, without the modules before them."""
    called = {node.func for node in ast.walk(function) if isinstance(node, ast.Call)}
    return {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in called
        if isinstance(node, ast.Attribute | ast.Name)
    }


def is_framed(name: str, known: dict[str, ast.FunctionDef], depth: int = 3) -> bool:
    """Whether an action opens the frame, itself or in what it calls at once."""
    called = calls(known[name])
    if called & FRAMES:
        return True
    return depth > 0 and any(is_framed(one, known, depth - 1) for one in called & known.keys())


def acting(door: Path) -> list[str]:
    """Public functions of a door that are told who acts."""
    return [
        node.name
        for file in ([door] if door.is_file() else sorted(door.glob("*.py")))
        for node in ast.parse(file.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        if {"actor", "officers", "decider"} & {one.arg for one in node.args.kwonlyargs}
    ]


def doors() -> list[tuple[str, Path]]:
    found = []
    for module in sorted(one for one in MODULES.iterdir() if (one / "actions").is_dir()):
        single = module / "interface.py"
        found.append((module.name, single if single.exists() else module / "interface"))
    return found


@pytest.mark.parametrize(("module", "door"), doors(), ids=[name for name, _ in doors()])
def test_every_action_of_a_door_opens_the_frame(module: str, door: Path) -> None:
    known = functions(MODULES / module)
    wanted = [name for name in acting(door) if f"{module}.{name}" not in UNFRAMED]
    assert wanted, "a module that writes has actions"
    bare = [name for name in wanted if name not in known or not is_framed(name, known)]
    assert bare == [], "use audit.carried_out: their refusals leave no trace"


def test_the_search_finds_a_bare_action() -> None:
    """A check that can't fail checks nothing."""
    tree = ast.parse(
        "def pour(*, actor):\n    with carried_out(x):\n        pass\n"
        "def fill(*, actor):\n    return pour(actor=actor)\n"
        "def spill(*, actor):\n    record(actor)\n"
    )
    known = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {name: is_framed(name, known) for name in known} == {
        "pour": True,
        "fill": True,
        "spill": False,
    }
