"""`danso identity`: the old portals' accounts, brought to the people they were opened for."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from danso.config.tables import show_table
from danso.kernel.actors import Actor
from danso.modules.identity import interface as identity
from danso.modules.identity.data import (
    PORTAL_ADVICE,
    PORTAL_REASONS,
    WRONG_ADVICE,
    WRONG_ROWS,
    PortalReason,
    Reconciliation,
)

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Accounts of the old portals.")
console = Console(stderr=True, highlight=False)
CONSOLE = Actor(kind="operator", id="console", system="cli")
AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.callback()
def identities() -> None:
    """Accounts of the old portals."""


@app.command(
    epilog="Example: danso identity reconcile accounts.csv --portal dichvucong.tinh.example.vn"
)
def reconcile(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX or parquet.")],
    *,
    portal: Annotated[
        str, typer.Option(help="The portal's address, where the file has no such column.")
    ] = "",
    report: Annotated[
        Path | None, typer.Option(help="What became of each line, CSV (FILE.report.csv), 0600.")
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="Judge what waits anew, in a file that is done.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Verify a portal's old accounts against the register and link them to their people.

    Columns: login, number (9 or 12 digits), full_name, birth, phone, portal. A run that was cut
    short is continued; a file that is done is only reported again.
    """
    target = report or path.with_name(f"{path.name}.report.csv")
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=as_json,
    )
    with bar:
        task = bar.add_task("accounts", total=None)
        done = identity.reconcile(
            path,
            portal,
            target,
            actor=CONSOLE,
            again=again,
            say=lambda rows, total: bar.update(task, completed=rows, total=total),
        )
    if as_json:
        typer.echo(json.dumps(_row(done) | {"report": str(target)}, ensure_ascii=False))
        return
    _show(done)
    console.print(f"What became of each line: {target} (personal data, 0600)")


@app.command(name="list")
def listed(*, as_json: AsJson = False) -> None:
    """Files that were reconciled, and accounts by portal and state."""
    runs, portals = identity.reconciliations(), identity.count_portal_accounts()
    if as_json:
        told = {"files": [_row(run) for run in runs], "portals": portals}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    plain = Console(highlight=False)
    rows = [
        (
            f"{run.opened_at:%Y-%m-%d %H:%M}",
            run.portal,
            f"{run.done:,}",
            "done" if run.finished_at else "cut short",
        )
        for run in runs
    ]
    show_table(plain, ("begun", "portal", "rows", "state"), rows, whole=("begun",))
    states = [
        (portal, state, f"{n:,}") for portal, of in portals.items() for state, n in of.items()
    ]
    show_table(plain, ("portal", "state", "accounts"), states, whole=("portal",))


def _row(run: Reconciliation) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(asdict(run), default=str))
    return plain


def _show(done: Reconciliation) -> None:
    rows = []
    for code, n in sorted(done.reasons.items(), key=lambda one: -one[1]):
        if code in WRONG_ROWS:
            rows.append((f"{n:,}", gettext(WRONG_ROWS[code]), gettext(WRONG_ADVICE)))
        else:
            reason = PortalReason(code)
            rows.append((f"{n:,}", gettext(PORTAL_REASONS[reason]), gettext(PORTAL_ADVICE[reason])))
    show_table(Console(highlight=False), ("rows", "why", "what to do"), rows, whole=("rows",))
    states = ", ".join(f"{state} {n:,}" for state, n in done.counts.items())
    typer.echo(f"{done.rows:,} rows: {states}")
