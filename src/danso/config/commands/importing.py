"""`danso import`: files as agencies keep them, into the register."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from danso.config.commands.import_report import as_data, show, show_counts, show_imports
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.population import interface as population
from danso.modules.population.data import (
    EVERYWHERE,
    Grounds,
    ImportOptions,
    ImportReport,
    QuarantineWanted,
)

app = typer.Typer(no_args_is_help=True, add_completion=False)
console = Console(stderr=True, highlight=False)
CONSOLE = Actor(kind="operator", id="console", system="cli")
UPSTREAM = Actor(kind="system", id=population.UPSTREAM, system="cli")


@app.callback()
def importing() -> None:
    """Load files into the register."""


@app.command(epilog="Example: danso import people from-the-communes/ --dry-run")
def people(  # noqa: PLR0913 - one argument for each option
    path: Annotated[
        Path, typer.Argument(metavar="FILE|FOLDER", help="CSV, XLSX, citizen XML, parquet.")
    ],
    *,
    mapping: Annotated[str, typer.Option(help="Use, or remember, columns under this name.")] = "",
    column: Annotated[
        list[str] | None, typer.Option(help="What a heading means: 'Heading=full_name'.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day the file was true on (today)."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check only; write nothing.")] = False,
    from_upstream: Annotated[
        bool,
        typer.Option("--from-upstream", help="The national register's own extract, for a copy."),
    ] = False,
    no_quality: Annotated[
        bool, typer.Option("--no-quality", help="Don't measure the register's quality after.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Load people: good rows enter, bad ones wait in quarantine with a reason and what to do.

    A file that is in already is only reported; an import that was cut short is continued.
    """
    options = ImportOptions(
        as_of=as_of.date() if as_of else None,
        mapping=mapping,
        columns=_pairs(column or []),
        dry_run=dry_run,
        with_quality=not no_quality,
    )
    report = _load(path, options, UPSTREAM if from_upstream else CONSOLE, quiet=as_json)
    if as_json:
        typer.echo(json.dumps(as_data(report), ensure_ascii=False, default=str))
    else:
        show(report, Console(highlight=False))
    if not report.is_complete:
        raise typer.Exit(1)


@app.command()
def quarantine(
    *,
    out: Annotated[
        Path | None, typer.Option(help="Write the rows here as CSV (personal data, 0600).")
    ] = None,
    reason: Annotated[str, typer.Option(help="Only rows with this reason.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Count the rows that wait in quarantine by reason, or write them to a file."""
    if out is not None:
        wanted = QuarantineWanted(reason=reason)
        grounds = Grounds(reason="quarantine worklist")
        rows = population.export_quarantine(
            out, wanted, actor=CONSOLE, grounds=grounds, scope=EVERYWHERE
        )
        typer.echo(json.dumps({"rows": rows, "file": str(out)}) if as_json else f"{rows:,}: {out}")
        return
    counts = population.count_quarantine(EVERYWHERE)
    if as_json:
        typer.echo(json.dumps(counts))
    else:
        show_counts("Lý do chờ xử lý", counts, Console(highlight=False))


@app.command("list")
def list_files(
    *, as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False
) -> None:
    """Files that were loaded, the latest first."""
    records = population.list_imports()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in records], ensure_ascii=False, default=str))
    else:
        show_imports(records, Console(highlight=False))


def _load(path: Path, options: ImportOptions, actor: Actor, *, quiet: bool) -> ImportReport:
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.fields[file]}"),
        TextColumn("{task.completed:,.0f} rows"),
        TimeElapsedColumn(),
        console=console,
        disable=quiet,
    )
    with bar:
        task = bar.add_task("people", total=None, file=path.name)
        return population.import_people(
            path,
            actor=actor,
            options=options,
            progress=lambda name, rows: bar.update(task, advance=rows, file=name),
        )


def _pairs(given: list[str]) -> dict[str, str]:
    """`Heading=column` pairs; the columns are checked by the importer."""
    pairs = {}
    for one in given:
        heading, sign, column = one.rpartition("=")
        if not sign:
            raise InvalidValue(
                f"{one!r} doesn't say which column it is.",
                code="column_pair",
                fix="Write --column 'Heading=full_name'.",
            )
        pairs[heading.strip()] = column.strip()
    return pairs
