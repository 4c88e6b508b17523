"""`danso signon upstream`: other providers whose client this home is (VNeID in a broker's home)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from danso.config import sign_in_home
from danso.config.home import Home, default_home
from danso.config.tables import show_table
from danso.kernel.actors import Actor
from danso.kernel.errors import Unavailable
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out
from danso.modules.signon import interface as signon

app = typer.Typer(no_args_is_help=True, help="Providers whose client this home is, as VNeID.")
CONSOLE = Actor(kind="operator", id="console", system="cli")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
Code = Annotated[str, typer.Argument(help="Its name in sign-in.toml.")]
console = Console(highlight=False)


@app.command()
def add(
    file: Annotated[Path, typer.Argument(help="sign-in.toml; the keys may lie beside it.")],
) -> None:
    """Put these settings in place of those of the home; keys are made where none are given.

    Running pages take them with the next sign-in. Prints what to register at the provider.
    """
    with carried_out(Entry(CONSOLE, "signon.upstreams_set", "done", service="signon")) as ledger:
        made = sign_in_home.install(Home(default_home()), file)
        ledger.detail["upstreams"] = " ".join(one.upstream.code for one in made)
    for one in made:
        typer.echo(f"[{one.upstream.code}] {one.upstream.name}: {one.upstream.issuer}")
        typer.echo(f"  answers go to            {signon.return_address(one.upstream)}")
        typer.echo(f"  ends of sessions go to   {signon.logout_address(one.upstream)}")
        typer.echo(f"  after signing out there  {signon.issuer()}/da-dang-xuat")
        typer.echo(f"  our public key{' (new)' if one.is_new_key else ''}:")
        typer.echo(sign_in_home.as_text(one.public))


@app.command()
def show(*, as_json: AsJson = False) -> None:
    """The providers, and what the levels that they tell are worth here."""
    found = signon.upstreams()
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False))
        return
    if not found:
        typer.echo("This home is no client of another provider.")
        return
    headings = ("provider", "claim", "value", "account level", "authentication level", "basis")
    rows = (
        (one.code, rule.claim, rule.value, str(rule.level), str(rule.authentication), rule.basis)
        for one in found
        for rule in one.levels
    )
    for one in found:
        console.print(f"{one.code}: {one.name}, {one.issuer} (road {one.basis})", soft_wrap=True)
    show_table(console, headings, rows, whole=("provider", "value"))


@app.command()
def check(code: Code, *, as_json: AsJson = False) -> None:
    """Ask a provider about nobody: do address, keys, client and levels hold? Exit 1 if not all."""
    found = signon.check_upstream(signon.get_upstream(code))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False))
    else:
        rows = ((one.what, "holds" if one.holds else "DOES NOT HOLD", one.seen) for one in found)
        show_table(console, ("what", "", "seen"), rows, whole=("what",))
    if wrong := [one.what for one in found if not one.holds]:
        raise Unavailable(
            f"not everything holds: {', '.join(wrong)}",
            code="upstream_check",
            fix="Compare with what was agreed, then check again.",
        )


@app.command()
def new_key(code: Code) -> None:
    """Sign with a new key from now on. Register its public half there at once: until then nobody
    signs in."""
    upstream = signon.get_upstream(code)
    entry = Entry(
        CONSOLE, "signon.upstream_key_made", "done", service="signon", detail={"upstream": code}
    )
    with carried_out(entry):
        public = sign_in_home.renew_key(Home(default_home()), upstream.code)
    typer.echo(sign_in_home.as_text(public))
