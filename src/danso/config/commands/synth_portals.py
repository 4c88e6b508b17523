"""`danso synth-portals`: an old portal's accounts of a synthetic province, the truth beside it."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from danso import catalogue
from danso.config.commands.catalogue import province_folder
from danso.kernel import clock
from danso.modules.identity.engine.synth_portals import MANIFEST, Wish, write_accounts

app = typer.Typer(add_completion=False)
console = Console(stderr=True, highlight=False)


@app.command(epilog="Example: danso synth-portals out accounts --rows 100000")
def synth_portals(  # noqa: PLR0913 - one argument for each option
    people: Annotated[Path, typer.Argument(metavar="PROVINCE_DIR", help="What danso synth wrote.")],
    folder: Annotated[Path, typer.Argument(metavar="OUT_DIR", help="A new or empty folder.")],
    *,
    rows: Annotated[int, typer.Option(min=1, help="Accounts.")] = 10_000,
    portal: Annotated[str, typer.Option(help="Which portal they are of.")] = "portal.example.vn",
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    province: Annotated[Path | None, typer.Option(help="The province's folder.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Make accounts as an old portal would hand them over: accounts.csv, truth.csv, manifest.json.

    A fifth has a 9-digit number; some are of the dead, of children, under others' numbers. No real
    portal's file was seen: what is wrong and how often is assumed (truth.csv says it of each line,
    true of today: who is 14 by now).
    """
    prefix = catalogue.load(province_folder(province)).numbers.synthetic_prefix
    started = time.monotonic()
    manifest = write_accounts(
        people, folder, Wish(rows, portal, seed, clock.today()), prefix=prefix
    )
    if as_json:
        typer.echo(json.dumps({"folder": str(folder), **manifest}))
        return
    taken = time.monotonic() - started
    console.print(f"{rows:,} accounts in {folder} ({taken:.1f} s). See {MANIFEST}.")
