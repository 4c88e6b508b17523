"""`danso break-glass`: one operator for an hour, when nobody can sign in. On the host alone."""

from __future__ import annotations

import json
import os
import pwd
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from danso.config.home import default_home
from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Refused
from danso.modules.identity import interface as identity
from danso.toolkit.platform import platform

app = typer.Typer(
    add_completion=False,
    help="When nobody can sign in: one operator for an hour, on record, with an alert.",
)
console = Console(stderr=True, highlight=False)
CONSOLE = Actor(kind="operator", id="console", system="cli")
Reason = Annotated[
    str, typer.Option(prompt="What happened", help="A sentence for the auditor; no names.")
]


@app.command(epilog="Example: danso break-glass start --reason 'VNeID is down, a steward must go'")
def start(
    reason: Reason,
    minutes: Annotated[int, typer.Option(help="How long it lasts, at most 240.")] = 60,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a script.")] = False,
) -> None:
    """Make the account and show its code once; named contacts, auditors and operators are told."""
    _check_owner(default_home())
    made = identity.break_glass(reason, minutes=minutes, who=host_user(), actor=CONSOLE)
    address = platform().sign_on_url.removesuffix("/sso") + "/tai-khoan/khan-cap/"
    if as_json:
        known = asdict(made) | {"address": address}
        typer.echo(json.dumps(known, default=str, ensure_ascii=False))
        return
    typer.echo(f"Open {address} and type, once, before {clock.local(made.glass.until):%H:%M}:")
    typer.echo(made.code)
    console.print(f"Told {made.told} of {made.contacts} named contacts.")
    if not made.told:
        console.print("Nobody was told: tell the auditor yourself (DANSO_BREAK_GLASS_CONTACTS).")


@app.command()
def end() -> None:
    """End it now: the account closes, its session ends with the next request."""
    _check_owner(default_home())
    identity.end_glass(actor=CONSOLE)
    typer.echo("It is over.")


def host_user() -> str:
    """Who sits at the console, and who they were before sudo."""
    name = pwd.getpwuid(console_user()).pw_name
    before = os.environ.get("SUDO_USER", "")
    return f"{before} ({name})" if before else name


def console_user() -> int:
    """The user that this process acts as."""
    return os.geteuid()


def _check_owner(home: Path) -> None:
    """Whoever may read the database's password could do all of this: the owner, and root."""
    if console_user() not in (0, home.stat().st_uid):
        raise Refused(
            "This is for the owner of the home.",
            code="not_the_owner",
            fix="Run it on the host as the user who runs danso.",
        )
