"""`danso home`: remove a home with its database; find databases whose home is gone."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from danso.config.home import Home
from danso.config.leftovers import Leftover, find_leftovers, get_leftover
from danso.config.postgres import Cluster
from danso.kernel.errors import Conflict, InvalidValue

app = typer.Typer(add_completion=False, no_args_is_help=True)
console = Console(highlight=False)


@app.command()
def remove(
    folder: Annotated[Path, typer.Argument(help="The home.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask (demo homes).")] = False,
    name: Annotated[str, typer.Option(help="A real home's name, instead of typing it.")] = "",
) -> None:
    """Remove a home and its database for ever. Copies kept elsewhere stay."""
    home = Home(folder.resolve())
    if not (home.stamp.exists() or home.restoring.exists()):
        raise InvalidValue(
            f"{home.path} is no home of danso",
            code="home_unknown",
            fix="Name the folder that `danso status` shows as home.",
        )
    with home.lock():
        _ask(home, yes=yes, name=name)
        Cluster(home.path / "postgres", "").remove()
        shutil.rmtree(home.path)
    console.print(f"Removed {home.path} and its database.")


@app.command()
def leftovers(
    *,
    remove: Annotated[str, typer.Option(help="Remove this one.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Databases of homes that are no longer where they were (as root, /var/lib/danso).

    A home that was moved is found again once it was started at its new place: do that first.
    """
    if remove:
        _remove_leftover(get_leftover(remove), yes=yes)
        return
    found = find_leftovers()
    if as_json:
        print(json.dumps([{**asdict(one), "folder": str(one.folder)} for one in found]))
        return
    for one in found:
        home = one.home or "not noted, made by an earlier danso"
        state = "RUNS" if one.runs else f"{one.octets / 1e6:.0f} MB"
        console.print(f"  {one.folder.name}  {state}  home: {home}", soft_wrap=True)
    if not found:
        console.print("None.")


def _ask(home: Home, *, yes: bool, name: str) -> None:
    stamp = home.read_stamp()
    if stamp.get("kind") == "real":
        wanted = home.path.name
        typed = name or typer.prompt(
            f"{home.path} holds a real province. Type the folder's name to remove it for ever"
        )
        if typed != wanted:
            raise InvalidValue(
                "that is not this home's name; nothing was removed",
                code="home_name",
                fix=f"Type {wanted}, or give --name {wanted}.",
            )
    elif not yes and not typer.confirm(f"Remove {home.path} and its database for ever?"):
        raise typer.Abort


def _remove_leftover(one: Leftover, *, yes: bool) -> None:
    if one.runs:
        raise Conflict(
            f"the database in {one.folder} runs",
            code="leftover_runs",
            fix="Stop the danso that uses it, or start and stop its home once.",
        )
    if not yes and not typer.confirm(f"Remove {one.folder} for ever?"):
        raise typer.Abort
    shutil.rmtree(one.folder)
    console.print(f"Removed {one.folder}.")
