"""`danso signon`: the services that people sign in to through here, and the provider's key."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from danso.config.commands.signon_upstream import app as upstream
from danso.config.demo_sign_on import read_sign_on_demo
from danso.config.home import Home, default_home
from danso.config.secrets import SIGN_ON_KEY, Secrets
from danso.config.sign_in_home import write_stand_in
from danso.config.tables import show_table
from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out
from danso.modules.signon import interface as signon
from danso.modules.signon.data import CLAIM_NAMES, ClientData, ClientSettings

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Sign-in for partners' services."
)
client = typer.Typer(no_args_is_help=True, help="Partners as clients of the provider.")
app.add_typer(client, name="client")
app.add_typer(upstream, name="upstream")

CONSOLE = Actor(kind="operator", id="console", system="cli")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
Redirects = Annotated[list[str], typer.Option("--redirect", help="Where answers go; repeatable.")]
Purpose = Annotated[str, typer.Option(help="What the data is for, in words people are shown.")]
Claims = Annotated[
    str, typer.Option(help="Approved claims, with commas: " + ", ".join(CLAIM_NAMES))
]
Lefts = Annotated[
    list[str] | None, typer.Option("--post-logout", help="Where to after signing out; repeatable.")
]
Logout = Annotated[str, typer.Option(help="Where the end of a session is told (back-channel).")]
Sector = Annotated[str, typer.Option(help="Clients of one sector know a person by one sub.")]


@client.command(
    epilog="Example: danso signon client add my-office --redirect https://portal.my.office/back "
    "--purpose 'Để điền sẵn hồ sơ' --claims name,birthdate"
)
def add(  # noqa: PLR0913 - each is an option of the command
    partner: str,
    redirect: Redirects,
    purpose: Purpose,
    claims: Claims = "",
    post_logout: Lefts = None,
    logout_uri: Logout = "",
    sector: Sector = "",
    as_json: AsJson = False,
) -> None:
    """Make a partner of the exchange a client; it signs with the keys it has registered there."""
    given = _settings(partner, redirect, purpose, claims, post_logout, logout_uri, sector)
    _tell(signon.add_client(given, actor=CONSOLE), as_json=as_json)


@client.command(name="set")
def change(  # noqa: PLR0913 - each is an option of the command
    partner: str,
    redirect: Redirects,
    purpose: Purpose,
    claims: Claims = "",
    post_logout: Lefts = None,
    logout_uri: Logout = "",
    sector: Sector = "",
    as_json: AsJson = False,
) -> None:
    """Replace a client's settings, all of them; a disabled one is enabled again."""
    given = _settings(partner, redirect, purpose, claims, post_logout, logout_uri, sector)
    _tell(signon.change_client(given, actor=CONSOLE), as_json=as_json)


@client.command(name="list")
def list_clients(as_json: AsJson = False) -> None:
    """Every client."""
    found = signon.list_clients()
    if as_json:
        typer.echo(json.dumps([_row(one) for one in found], indent=2, ensure_ascii=False))
        return
    headings = ("client", "redirects", "claims", "sector", "state")
    rows = (
        (
            one.settings.partner,
            "\n".join(one.settings.redirect_uris),
            " ".join(one.settings.claims),
            one.settings.sector,
            "disabled" if one.disabled_at else "in use",
        )
        for one in found
    )
    show_table(Console(highlight=False), headings, rows, whole=("client",))


@client.command()
def disable(partner: str) -> None:
    """Disable a client: its tokens end now, nobody signs in to it."""
    made = signon.disable_client(partner, actor=CONSOLE)
    typer.echo(f"{made.settings.partner} is disabled.")


@app.command()
def rotate_keys() -> None:
    """Sign with a new key; the old public half stays published for a day.

    Running processes take it with the next signature.
    """
    opening = Entry(CONSOLE, "signon.key_rotated", "done", service="signon")
    with carried_out(opening):
        retired = Secrets(Home(default_home())).rotate(SIGN_ON_KEY)
    typer.echo(f"{SIGN_ON_KEY} is new; its old public half is in {retired}.")


CONSENTED = ("purpose", "consent", "number", "full_name", "birth")


@app.command()
def demo(as_json: AsJson = False) -> None:
    """What a demo home offers to try: a client with its key, a person's log-in and consent."""
    home = Home(default_home())
    found = read_sign_on_demo(home)
    if not found:
        raise NotFound(
            "this home has nothing to try signing in with",
            code="sign_on_demo_missing",
            fix="Only demo homes have; they make it when `danso up` fills them.",
        )
    told = {
        "issuer": signon.issuer(),
        "client": found["client"],
        "key": str(home.secrets / "partners" / f"{found['client']}.jwk"),
        "username": found["username"],
        "password": found["password"],
    }
    # Whom that client may share: the same made-up person, who has agreed to it.
    told |= {name: found[name] for name in CONSENTED if name in found}
    if as_json:
        typer.echo(json.dumps(told, indent=2))
        return
    show_table(Console(highlight=False), ("what", "value"), list(told.items()), whole=("what",))


@app.command(
    epilog="Example: danso --home A signon stand-in http://localhost:8105/sso /tmp/vneid, then "
    "danso --home B signon upstream add /tmp/vneid/sign-in.toml"
)
def stand_in(
    broker: Annotated[str, typer.Argument(help="The other home's issuer: its pages and /sso.")],
    folder: Annotated[Path, typer.Argument(help="Where its sign-in.toml and key are written.")],
) -> None:
    """Have this demo home stand for VNeID to another home that is a broker."""
    home = Home(default_home())
    file = write_stand_in(home, broker.rstrip("/"), folder, actor=CONSOLE)
    typer.echo(f"{signon.issuer()} stands for VNeID to {broker}.")
    typer.echo(f"There: danso signon upstream add {file}")


def _settings(  # noqa: PLR0913 - as the commands' options
    partner: str,
    redirect: list[str],
    purpose: str,
    claims: str,
    post_logout: list[str] | None,
    logout_uri: str,
    sector: str,
) -> ClientSettings:
    return ClientSettings(
        partner=partner,
        redirect_uris=tuple(redirect),
        purpose=purpose,
        claims=tuple(part.strip() for part in claims.split(",") if part.strip()),
        post_logout_uris=tuple(post_logout or ()),
        logout_uri=logout_uri,
        sector=sector,
    )


def _row(one: ClientData) -> dict[str, Any]:
    row = asdict(one.settings) | {"added_at": one.added_at, "disabled_at": one.disabled_at}
    plain: dict[str, Any] = json.loads(json.dumps(row, default=str))
    return plain


def _tell(one: ClientData, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(_row(one), indent=2, ensure_ascii=False))
        return
    typer.echo(f"{one.settings.partner} is a client of {signon.issuer()}")
    for uri in one.settings.redirect_uris:
        typer.echo(f"  answers go to {uri}")
