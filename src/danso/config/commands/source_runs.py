"""`danso source schedule`, `pause`, `resume`, `run`: sources that run by themselves."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from danso.config.tables import show_table
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.sources import interface as sources
from danso.modules.sources.data import RunRecord

console = Console(stderr=True, highlight=False)
CONSOLE = Actor(kind="operator", id="console", system="cli")
Code = Annotated[str, typer.Argument(metavar="SOURCE", help="Its code: danso source list.")]
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


def register(app: typer.Typer) -> None:
    """Put these commands beside the others of `danso source`."""
    for command in (schedule, pause, resume):
        app.command()(command)
    app.command("let-end")(let_end)
    app.command("run")(run_now)


def schedule(*, as_json: AsJson = False) -> None:
    """When each source runs next, what it is at, how often it failed in a row, and what needs
    somebody."""
    runs, alerts = sources.source_runs(), sources.source_alerts()
    if as_json:
        told = {"runs": [asdict(run) for run in runs.values()], "alerts": list(map(asdict, alerts))}
        print(json.dumps(told, default=str))
        return
    headings = ("source", "next run", "state", "failed", "problem")
    show_table(Console(highlight=False), headings, map(_cells, runs.values()), whole=("source",))
    for alert in alerts:
        columns = ", ".join((*alert.missing, *alert.unknown))
        console.print(f"{alert.source}: {alert.kind} ({alert.code}) {columns}", soft_wrap=True)


def pause(code: Code) -> None:
    """Let a source not run by itself until it is resumed."""
    sources.pause_source(code, actor=CONSOLE)
    console.print(f"{code} is paused. Go on: danso source resume {code}")


def resume(code: Code) -> None:
    """Let a paused source run again."""
    sources.resume_source(code, actor=CONSOLE)
    console.print(f"{code} runs again by its schedule.")


def let_end(code: Code) -> None:
    """Say that the records which the owner's latest delivery lacks have really ended, where so many
    are missing that the load has held their end (alert `shrunk`)."""
    gone = sources.let_end(code, actor=CONSOLE)
    console.print(f"{gone} records of {code} have ended.")


def run_now(code: Code) -> None:
    """Have the jobs run a source at once: look, load, match, tell."""
    sources.run_source_now(code, actor=CONSOLE)
    console.print(f"{code} runs as soon as a worker is free: danso source schedule")


def _cells(run: RunRecord) -> tuple[str, ...]:
    when = f"{clock.local(run.next_at):%Y-%m-%d %H:%M}" if run.next_at else "–"
    return (run.source, when, _state(run), str(run.tries or "–"), run.problem or "–")


def _state(run: RunRecord) -> str:
    if run.phase:
        return run.phase
    if run.paused_at:
        return "paused"
    return "waits" if run.is_placed else "no place yet"
