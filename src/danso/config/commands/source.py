"""`danso source`: connected sources: where they stand, loading, matching."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from danso.config import source_connectors, source_homes
from danso.config.commands import source_runs
from danso.config.commands.link import match, show
from danso.config.home import Home, default_home
from danso.config.tables import show_table
from danso.kernel.actors import Actor
from danso.kernel.text import fold
from danso.modules.sources import interface as sources
from danso.modules.sources.adapters.places import PushPlace
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.data import LoadRecord, SourceStanding
from danso.toolkit.platform import province

app = typer.Typer(no_args_is_help=True, add_completion=False)
FIRST_LINES = 5
console = Console(stderr=True, highlight=False)
CONSOLE = Actor(kind="operator", id="console", system="cli")
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Code = Annotated[str, typer.Argument(metavar="SOURCE", help="Its code: danso source list.")]


@app.callback()
def source() -> None:
    """Connected sources."""


@app.command("list", epilog="Example: danso source list bao hiem --loaded")
def list_sources(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORD]...",
            help="Only those with these words in code, name, database or owner, marks or not.",
        ),
    ] = None,
    *,
    loaded: Annotated[
        bool | None, typer.Option("--loaded/--never-loaded", help="Only those that were, or not.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Every source of the province: records held, how they are matched, when loaded last."""
    found = [one for one in sources.source_standings() if _is_asked(one, words or [], loaded)]
    if as_json:
        print(json.dumps([asdict(one) for one in found], default=str))
        return
    headings = ("source", "records", "faulty", "linked", "clerk", "not found", "facts", "loaded")
    show_table(Console(highlight=False), headings, map(_cells, found), whole=("source",))


@app.command(epilog="Example: danso source load insurance from-the-insurer/")
def load(
    code: Code,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[FOLDER]", help="Its files, if not where sources.toml says."),
    ] = None,
    *,
    matching: Annotated[
        bool, typer.Option("--match/--no-match", help="Match its people at once.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Take in what a source sent and match it. Files that are in are not read again; a load that
    was cut short is continued."""
    connector = sources.files_connector(code, folder) if folder else _connector(code)
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
    is_wanted = matching and province().source(code).is_matched
    matched = match(code, quiet=as_json) if is_wanted else None
    if as_json:
        print(json.dumps({"load": asdict(done), "match": matched and asdict(matched)}, default=str))
        return
    _show(done)
    if matched:
        show(matched)


@app.command()
def check(code: Code) -> None:
    """Look at a source without taking anything: reachable, allowed in, its columns as described."""
    checked = _connector(code).check()
    for problem in checked.problems:
        console.print(f"{problem.message}\n  {problem.fix}", soft_wrap=True)
    for what, names in (("missing", checked.missing), ("not described", checked.unknown)):
        if names:
            console.print(f"Columns {what}: {', '.join(names)}", soft_wrap=True)
    console.print("It can be pulled." if checked.ok else "It can't be pulled.")
    if not checked.ok:
        raise typer.Exit(1)


@app.command(epilog="Example: danso source setup sources.toml")
def setup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A sources.toml, secrets beside.")],
) -> None:
    """Say where this home's sources are (docs/how-to/connect-a-source.md)."""
    places = source_homes.install(Home(default_home()), file)
    console.print(f"Installed: {', '.join(places)}. Sources with a schedule run by themselves.")
    if sent := [code for code, place in places.items() if isinstance(place, PushPlace)]:
        told = f"Sent to the gateway by their owners from the next start on: {', '.join(sent)}."
        console.print(told, soft_wrap=True)


source_runs.register(app)


def _connector(code: str) -> Connector:
    return source_connectors.connector_of(Home(default_home()), province().source(code))


def _is_asked(one: SourceStanding, words: list[str], loaded: bool | None) -> bool:
    if loaded is not None and loaded != (one.loaded_at is not None):
        return False
    known = province().source(one.code)
    owner, database = province().owner(known), province().database(known.database)
    named = (known, owner, database)
    told = fold(
        " ".join((one.code, known.owner, database.code, *(f"{it.vi} {it.en}" for it in named)))
    )
    return all(fold(word) in told for word in words)


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
    for reason, count in sorted(done.lines.items()):
        console.print(f"  not read, {reason:30} {count:>9,}")
    for file, line, why in done.broken[:FIRST_LINES]:
        console.print(f"    {file} line {line}: {why}", soft_wrap=True)
    for fault, count in sorted(done.faults.items(), key=lambda found: -found[1])[:12]:
        console.print(f"  {fault:40} {count:>9,}")
    if any(alert.kind == "shrunk" for alert in sources.source_alerts(done.source)):
        console.print(
            f"Many records that {done.source} had are missing, so none was ended. Load the whole"
            f" again, or say that it is so: danso source let-end {done.source}",
            soft_wrap=True,
        )
