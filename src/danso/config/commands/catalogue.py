"""`danso catalogue check`: is a province's folder sound, and what must be mended."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from danso import catalogue
from danso.catalogue.shapes.people import Field, Purpose
from danso.catalogue.shapes.registers import Agency
from danso.catalogue.shapes.sources import FactKind
from danso.config.tables import show_table

app = typer.Typer(add_completion=False, no_args_is_help=True)
console = Console(highlight=False, markup=False, soft_wrap=True)
CHECKOUT = Path(__file__).resolve().parents[4]


@app.callback()
def group() -> None:
    """Work with a province's files."""


def province_folder(path: Path | None) -> Path:
    """The folder named, else DANSO_PROVINCE, else the only province of this checkout."""
    named = path or os.environ.get("DANSO_PROVINCE")
    return Path(named) if named else catalogue.only_province(CHECKOUT / "provinces")


@app.command()
def check(
    path: Annotated[Path | None, typer.Argument(help="The province's folder.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Read and cross-check a province; each fault says file, line, item and what to do."""
    folder = province_folder(path)
    faults = catalogue.find_faults(folder)
    if as_json:
        found = [dataclasses.asdict(fault) for fault in faults]
        typer.echo(json.dumps({"sound": not faults, "faults": found}, ensure_ascii=False))
    elif faults:
        for fault in faults:
            console.print(f"{fault.file}:{fault.line}: {fault.item}: {fault.wrong}")
            console.print(f"    {fault.fix}", style="dim")
        console.print(f"{len(faults)} to mend in {folder}", style="bold red")
    else:
        _say_sound(catalogue.load(folder))
    if faults:
        raise typer.Exit(1)


class Kind(StrEnum):
    """What of a province has codes that other commands ask for."""

    PURPOSES = "purposes"
    AGENCIES = "agencies"
    FIELDS = "fields"


@app.command(name="list")
def list_codes(
    kind: Annotated[Kind, typer.Argument(help="purposes, agencies or fields.")],
    path: Annotated[Path | None, typer.Argument(help="The province's folder.")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """The codes that partners and agreements are made of, each with its name."""
    province = catalogue.load(province_folder(path))
    found: dict[Kind, Mapping[str, Purpose | Agency | Field | FactKind]] = {
        Kind.PURPOSES: province.purposes,
        Kind.AGENCIES: province.agencies,
        Kind.FIELDS: {**province.fields, **province.facts},
    }
    rows = [(one.code, one.vi, one.en) for one in found[kind].values()]
    if as_json:
        plain = [{"code": code, "vi": vi, "en": en} for code, vi, en in rows]
        typer.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        show_table(Console(highlight=False), ("code", "name", "in English"), rows, whole=("code",))


def _say_sound(province: catalogue.Province) -> None:
    units = province.units
    undecided = [str(year.year) for year in province.years if not year.decided]
    unresolved = sum(found.kind == "unresolved" for found in units.successors.values())
    console.print(f"{province.name}: sound", style="bold green")
    console.print(
        f"  {len(units.communes)} communes, {len(units.old_communes)} before "
        f"({unresolved} with unknown successor), {len(province.agencies)} agencies"
    )
    console.print(
        f"  {len(province.clauses)} clauses, {len(province.databases)} databases "
        f"({sum(d.counted for d in province.databases.values())} counted by the plan, "
        f"{len({s.database for s in province.sources.values()})} described by "
        f"{len(province.sources)} sources), "
        f"{len(province.purposes)} purposes, {len(province.fields)} fields"
    )
    if undecided:
        console.print(f"  working days not decided: {', '.join(undecided)}")
