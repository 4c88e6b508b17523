"""`danso upstream`: the link to the national service, and what a copy could not take in."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from danso.config.tables import show_table
from danso.kernel.actors import Actor
from danso.modules.population import interface as population

app = typer.Typer(no_args_is_help=True, add_completion=False)
console = Console(highlight=False)
OPERATOR = Actor(kind="operator", id="console", system="cli")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]


@app.command()
def state(*, as_json: AsJson = False) -> None:
    """Whether it answers, since when, and what waits. Nobody's data."""
    found = asdict(population.upstream_state())
    if as_json:
        print(json.dumps(found, default=str))
        return
    for name, value in found.items():
        console.print(f"  {name:14} {'–' if value is None or value == '' else value}")


@app.command()
def check() -> None:
    """Ask the service about nobody: do address, account and secret hold?"""
    population.check_upstream()
    console.print("The national service answers this home.")


@app.command()
def begin(
    position: Annotated[int, typer.Argument(min=0, help="Where the first extract was made.")],
) -> None:
    """Follow the feed from after this position. Once, before the first change was followed."""
    population.begin_feed_at(position, actor=OPERATOR)
    console.print(f"The feed is followed from after {position}.")


@app.command()
def aside(*, as_json: AsJson = False) -> None:
    """Changes of the feed that could not be carried out here: position and why."""
    found = population.list_aside()
    if as_json:
        print(json.dumps([asdict(one) for one in found], default=str))
        return
    if not found:
        console.print("Nothing is set aside.")
        return
    headings = ("position", "why", "since")
    rows = ((str(one.position), one.code, f"{one.set_aside_at:%Y-%m-%d %H:%M}") for one in found)
    show_table(console, headings, rows, whole=headings)


@app.command()
def settle(
    position: Annotated[int, typer.Argument(help="Of the change that was set aside.")],
    note: Annotated[str, typer.Option(help="What was done about it; nobody's data.")],
) -> None:
    """Note that somebody dealt with a change that was set aside. Journaled."""
    population.settle_aside(position, actor=OPERATOR, note=note)
    console.print(f"Change {position} is settled.")
