"""`danso demo`: what a demo home offers to whoever tries it. A real home has none of this."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console

from danso.config.demo_sign_on import read_sign_on_demo
from danso.config.home import Home
from danso.config.tables import show_table
from danso.kernel.errors import NotFound, Refused
from danso.modules.identity import interface as identity
from danso.modules.identity.data import DemoLogin
from danso.toolkit.platform import platform, province

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def demo() -> None:
    """A demo home's log-ins."""


@app.command()
def logins(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a script.")] = False,
) -> None:
    """List this home's demo log-ins with their random passwords."""
    if not platform().is_demo:
        raise Refused(
            "this is a real home: it has no demo log-ins",
            code="real_home",
            fix="Make accounts with `danso operator create`.",
        )
    found = identity.read_demo_logins(platform().home / "secrets") + _citizen()
    if not found:
        raise NotFound(
            "this home has no demo log-ins yet",
            code="demo_logins_missing",
            fix="They are made by `danso up`.",
        )
    if as_json:
        typer.echo(json.dumps([asdict(login) for login in found], ensure_ascii=False, indent=2))
        return
    headings = ("log-in", "password", "role", "scope")
    rows = ((one.username, one.password, one.role, _named(one.scope)) for one in found)
    show_table(Console(highlight=False), headings, rows, whole=headings[:3])


def _citizen() -> tuple[DemoLogin, ...]:
    """The made-up person with an e-ID, who stands in a file of their own."""
    known = read_sign_on_demo(Home(platform().home))
    if not known:
        return ()
    name = known.get("full_name", "Người dân (thử nghiệm)")
    return (DemoLogin(known["username"], known["password"], "citizen", "", name),)


def _named(scope: str) -> str:
    """The scope, a commune with its name."""
    kind, _, code = scope.partition(":")
    names = {one.code: one.name for one in province().units.communes}
    return f"{scope} ({names[code]})" if kind == "commune" and code in names else scope
