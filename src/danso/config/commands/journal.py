"""`danso journal`: verify, export, the latest head, health, and going on after a loss."""

from __future__ import annotations

import getpass
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from danso.client.records import check_record
from danso.config.held import in_words
from danso.config.home import Home, default_home
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.audit.adapters.head_files import HeadFiles
from danso.modules.audit.data import Entry, VerifyReport
from danso.modules.audit.interface import (
    Progress,
    export_journal,
    journal_health,
    journal_hold,
    public_keys,
    record,
    resume_after_loss,
    tree_head,
    verify_journal,
)
from danso.wire.head import parse_note, verifier_key

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The journal: check, export, keep a head."
)
console = Console(highlight=False)
Json = Annotated[bool, typer.Option("--json", help="For scripts.")]


@app.command()
def verify(
    *,
    against: Annotated[
        list[Path] | None, typer.Option(help="A head that was kept earlier. May be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Find altered, removed, reordered, back-dated or added rows, and heads that don't fit."""
    kept = HeadFiles(Home(default_home()).heads).published()
    kept += [parse_note(_read(path)) for path in against or []]
    with _bar("Verifying", hidden=as_json) as progress:
        report = verify_journal(kept, progress=progress)
    if as_json:
        root = None if report.root is None else report.root.hex()
        print(json.dumps({**asdict(report), "root": root, "sound": report.is_sound}))
    else:
        _tell(report)
    if not report.is_sound:
        raise typer.Exit(1)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")], *, as_json: Json = False
) -> None:
    """Write every entry and head for tools/check_journal.py. For the auditor: it holds all."""
    if folder.exists() and any(folder.iterdir()):
        raise InvalidValue(f"{folder} is not empty", code="export_folder", fix="Name a new folder.")
    record(Entry(actor=_operator(), action="journal.exported", outcome="done"))
    with _bar("Exporting", hidden=as_json) as progress:
        size = export_journal(folder, progress=progress)
    if as_json:
        print(json.dumps({"folder": str(folder), "size": size}))
    else:
        console.print(f"{size} positions are in {folder}. Check them anywhere with Python alone:")
        console.print(f"  python3 tools/check_journal.py {folder}", soft_wrap=True)


@app.command()
def head(*, as_json: Json = False) -> None:
    """The latest signed tree head and the keys that check it. Keep it: it can't be taken back."""
    signed = tree_head()
    keys = [verifier_key(signed.head.origin, public) for public in public_keys().values()]
    if as_json:
        print(json.dumps({"note": signed.note(), "size": signed.head.size, "keys": keys}))
    else:
        print(signed.note(), end="")


@app.command()
def health(*, as_json: Json = False) -> None:
    """How old the oldest unsealed row is, what waits, the last head. Exit code 1 when held."""
    home = Home(default_home())
    now, reason = journal_health(), journal_hold(home.heads)
    oldest = now.oldest_unsealed_at
    age = 0.0 if oldest is None else (clock.now() - oldest).total_seconds()
    figures = {
        "oldest_unsealed_seconds": round(max(age, 0.0), 3),
        "backlog": now.backlog,
        "sealed_size": now.sealed_size,
        "swept_at": now.swept_at.isoformat(),
        "head_size": None if now.head is None else now.head.head.size,
        "head_at": None if now.head is None else now.head.head.at.isoformat(),
        "held": in_words(home, reason) if reason else None,
    }
    if as_json:
        print(json.dumps(figures))
    else:
        for name, value in figures.items():
            console.print(f"{name:24} {'–' if value is None else value}", soft_wrap=True)
    if reason:
        raise typer.Exit(1)


@app.command()
def resume(
    *,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Yes, these positions are lost.")
    ] = False,
) -> None:
    """After restoring an older copy: journal which positions were lost, and let sealing go on."""
    if not confirm:
        raise InvalidValue(
            "positions that were published are missing here, and others will take their numbers",
            code="resume_unconfirmed",
            fix="If the newer database can't be had back, repeat with --confirm.",
        )
    signed = resume_after_loss(Home(default_home()).heads, actor=_operator())
    console.print(
        f"Lost up to position {signed.head.size - 1}; the journal says so. Sealing resumes."
    )


@app.command("check-record")
def check_record_file(
    file: Annotated[Path, typer.Argument(help="A court's verification record, as JSON.")],
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(help="A verifier key that you kept; without it, this home's own keys."),
    ] = None,
) -> None:
    """Check a court's verification record: unaltered, in the journal, signed. Exit code 1 if not.

    A court without a home checks the same with `python -m danso.client.records FILE KEY`.
    """
    try:
        sealed = json.loads(_read(file))
    except ValueError:
        sealed = None
    if not isinstance(sealed, dict):
        raise InvalidValue(
            f"{file} holds no record",
            code="record_file",
            fix="Give the JSON of `record` as /v1/case-records answered it.",
        )
    faults = check_record(sealed, key or _own_keys())
    for fault in faults:
        console.print(f"[red]{fault}[/]")
    if faults:
        raise typer.Exit(1)
    record = sealed["record"]
    console.print(
        f"[green]Genuine.[/] Case {record['case']['number']}, {len(record['parties'])} parties,"
        f" asked {record['asked_at']}, position {sealed['seal']['position']}.",
        soft_wrap=True,
    )


def _own_keys() -> list[str]:
    origin = tree_head().head.origin
    return [verifier_key(origin, public) for public in public_keys().values()]


def _tell(report: VerifyReport) -> None:
    for one in report.findings:
        console.print(f"[red]{one['code']}[/] at {one['position']}: {one['message']}")
    console.print(
        f"{report.entries} of {report.size} positions read, {report.destroyed} entries destroyed "
        f"by law, {report.heads_checked} signed heads compared."
    )
    if report.is_sound:
        root = "" if report.root is None else report.root.hex()
        console.print(f"[green]Sound.[/] Root {root}", soft_wrap=True)
    else:
        console.print("[red]Not sound.[/] Keep everything as it is and call the auditor.")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidValue(
            f"{path} can't be read", code="head_file", fix="Name the file of a kept tree head."
        ) from error


def _operator() -> Actor:
    return Actor(kind="operator", id=getpass.getuser(), system="danso")


@contextmanager
def _bar(text: str, *, hidden: bool) -> Iterator[Progress]:
    with Bar(console=Console(stderr=True), transient=True, disable=hidden) as bar:
        task = bar.add_task(text, total=None)
        yield lambda done, size: bar.update(task, completed=done, total=size)
