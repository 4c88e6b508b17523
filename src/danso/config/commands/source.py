"""`danso source`: connected sources: where they stand, loading, matching."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from danso.config.commands.link import match, show
from danso.config.tables import show_table
from danso.kernel.actors import Actor
from danso.modules.sources import interface as sources
from danso.modules.sources.data import LoadRecord, SourceStanding

app = typer.Typer(no_args_is_help=True, add_completion=False)
console = Console(stderr=True, highlight=False)
CONSOLE = Actor(kind="operator", id="console", system="cli")
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Code = Annotated[str, typer.Argument(metavar="SOURCE", help="Its code: danso source list.")]


@app.callback()
def source() -> None:
    """Connected sources."""


@app.command("list")
def list_sources(*, as_json: AsJson = False) -> None:
    """Every source of the province: records held, how they are matched, when loaded last."""
    found = sources.source_standings()
    if as_json:
        print(json.dumps([asdict(one) for one in found], default=str))
        return
    headings = ("source", "records", "faulty", "linked", "clerk", "not found", "facts", "loaded")
    show_table(Console(highlight=False), headings, map(_cells, found), whole=headings)


@app.command(epilog="Example: danso source load insurance from-the-insurer/")
def load(
    code: Code,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where its files are.", file_okay=False)
    ],
    *,
    matching: Annotated[bool, typer.Option("--match/--no-match", help="Match at once.")] = True,
    as_json: AsJson = False,
) -> None:
    """Take in what a source sent and match it. Files that are in are not read again; a load that
    was cut short is continued."""
    connector = sources.files_connector(code, folder)
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:,.0f} rows"),
        TimeElapsedColumn(),
        console=console,
        disable=as_json,
    )
    with bar:
        task = bar.add_task(code, total=None)
        done = sources.load_source(
            code, connector, actor=CONSOLE, progress=lambda rows: bar.update(task, advance=rows)
        )
    matched = match(code, quiet=as_json) if matching else None
    if as_json:
        print(json.dumps({"load": asdict(done), "match": matched and asdict(matched)}, default=str))
        return
    _show(done)
    if matched:
        show(matched)


def _cells(one: SourceStanding) -> tuple[str, ...]:
    matched = one.matched
    links = (matched.linked, matched.clerk, matched.not_found) if matched else (None,) * 3
    when = f"{one.loaded_at:%Y-%m-%d %H:%M}" if one.loaded_at else "–"
    counts = (one.records, one.faulty, *links, one.facts)
    return (one.code, *("–" if n is None else f"{n:,}" for n in counts), when)


def _show(done: LoadRecord) -> None:
    console.print(
        f"{done.rows:,} rows: {done.new:,} new, {done.changed:,} changed, {done.gone:,} gone;"
        f" {done.faulty:,} with faults; lines not read: {sum(done.lines.values()):,}."
    )
    for fault, count in sorted(done.faults.items(), key=lambda found: -found[1])[:12]:
        console.print(f"  {fault:40} {count:>9,}")
