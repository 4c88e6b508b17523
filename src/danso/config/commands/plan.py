"""`danso plan`: each clause of the plan and what carries it out, as tests show it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from danso import catalogue
from danso.catalogue.coverage import WORDS, counts, markdown
from danso.catalogue.evidence import (
    ClauseState,
    Evidence,
    clause_states,
    read_evidence,
    strangers,
)
from danso.config.commands.catalogue import CHECKOUT, province_folder

app = typer.Typer(add_completion=False)
console = Console(highlight=False, soft_wrap=True)
COLOURS = {"carried-out": "green", "partly": "yellow", "not-built": "red"}


@app.command()
def plan(
    path: Annotated[Path | None, typer.Argument(help="The province's folder.")] = None,
    *,
    clause: Annotated[str | None, typer.Option(help="Only this clause, in full.")] = None,
    evidence_file: Annotated[
        Path, typer.Option("--evidence", help="What a test run wrote.")
    ] = CHECKOUT / "build" / "plan-evidence.json",
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
    as_markdown: Annotated[bool, typer.Option("--markdown", help="The reference page.")] = False,
) -> None:
    """Say of each clause: carried out, partly (and what is open), or not built (and why)."""
    province = catalogue.load(province_folder(path))
    evidence = read_evidence(evidence_file)
    states = clause_states(province, evidence)
    if clause is not None:
        wanted = province.clause(clause).id
        states = tuple(state for state in states if state.clause.id == wanted)
    if as_json:
        typer.echo(json.dumps(_plain(states, evidence), ensure_ascii=False, indent=1))
    elif as_markdown:
        sys.stdout.write(markdown(province, states))
    else:
        # Without evidence all stands as not built: that must be read first, not after 125 rows.
        if evidence is None:
            _say_evidence(province, evidence)
        _show_one(states[0]) if clause is not None else _show(states)
        if evidence is not None:
            _say_evidence(province, evidence)


def _plain(states: tuple[ClauseState, ...], evidence: Evidence | None) -> dict[str, Any]:
    return {
        "evidence": {"commit": evidence.commit, "at": evidence.at} if evidence else None,
        "counts": counts(states),
        "clauses": [
            {
                "id": state.clause.id,
                "section": state.section,
                "what": state.clause.title,
                "state": state.state,
                "tests": state.tests,
                "open": state.left_open,
                "reason": state.reason,
            }
            for state in states
        ],
    }


def _show(states: tuple[ClauseState, ...]) -> None:
    table = Table(box=None, pad_edge=False, show_edge=False)
    for heading in ("clause", "state", "what", "shown by, open or why not"):
        table.add_column(heading, overflow="fold", no_wrap=heading in ("clause", "state"))
    for state in states:
        colour = COLOURS[state.state]
        what = state.clause.title
        table.add_row(
            state.clause.id,
            f"[{colour}]{WORDS[state.state]}[/]",
            escape(what if len(what) <= 70 else what[:67] + "..."),
            escape(_short(state)),
        )
    console.print(table)
    found = counts(states)
    console.print(", ".join(f"{number} {WORDS[name]}" for name, number in found.items()))


def _short(state: ClauseState) -> str:
    if state.state == "carried-out":
        return f"{len(state.tests)} test(s)"
    return "; ".join(state.left_open) if state.left_open else state.reason


def _show_one(state: ClauseState) -> None:
    console.print(f"[bold]{state.clause.id}[/] {WORDS[state.state]}")
    console.print(f"  {state.clause.title}", markup=False)
    for name in state.tests:
        console.print(f"  shown by {name}", markup=False)
    for item in state.left_open:
        console.print(f"  open: {item}", markup=False)
    if state.reason and state.state != "carried-out":
        console.print(f"  {state.reason}", markup=False)


def _say_evidence(province: catalogue.Province, evidence: Evidence | None) -> None:
    if evidence is None:
        console.print(
            "No test evidence in this tree (an installed danso has none): nothing is claimed as "
            "carried out. In a checkout, run `make test` first: it writes the evidence.",
            style="yellow",
        )
        return
    console.print(f"Evidence: commit {evidence.commit[:12]}, {evidence.at}", style="dim")
    if (head := _head()) and head != evidence.commit:
        console.print(f"This tree is at {head[:12]}: `make test` renews it.", style="yellow")
    for unknown in strangers(province, evidence):
        console.print(f"A test names {unknown}, no clause of the plan", style="red")


def _head() -> str:
    """The commit of this checkout; '' where there is none."""
    asked = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip()
