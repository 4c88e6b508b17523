"""`danso corrections`: list and answer reported mismatches from the console, as an operator."""

from __future__ import annotations

import json
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from danso.config.tables import show_table
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.sources import interface as sources
from danso.modules.sources.interface import Decider

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Reported mismatches.")
console = Console(highlight=False)
OPERATOR = Actor(kind="operator", id="console")


@app.command(name="list")
def list_them(
    *,
    state: Annotated[
        str, typer.Option(help="open, sent_up, accepted, rejected or withdrawn.")
    ] = "open",
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Corrections by deadline. What was claimed is personal and is not shown here."""
    found = sources.list_corrections(communes=None, state=state, limit=200)
    if as_json:
        print(
            json.dumps(
                [{"key": str(one.key), "field": one.field, "due": str(one.due)} for one in found]
            )
        )
        return
    if not found:
        console.print("No corrections in this state.")
        return
    headings = ("key", "field", "commune", "decider", "due", "late")
    rows = (
        (
            str(one.key),
            one.field,
            one.commune,
            one.decider,
            str(one.due or "–"),
            "late" if one.is_late(clock.today()) else "",
        )
        for one in found
    )
    show_table(console, headings, rows, whole=headings)


@app.command(
    epilog="Example: danso corrections answer KEY --accept --reason 'seen on the birth certificate'"
)
def answer(
    key: Annotated[UUID, typer.Argument(help="The correction's key.")],
    *,
    accept: Annotated[bool, typer.Option("--accept/--reject", help="What was found.")],
    reason: Annotated[str, typer.Option(help="What the asker is told.")],
    value: Annotated[str, typer.Option(help="What is right, if neither was.")] = "",
) -> None:
    """Answer one; accepting changes the register in the same transaction. Journaled."""
    roles = frozenset({"commune_police", "provincial_police"})
    decider = Decider(OPERATOR, roles, None)
    state = sources.answer_correction(
        key, accept=accept, answer=reason, decider=decider, value=value
    )
    console.print(f"Correction {key}: {state}.")
