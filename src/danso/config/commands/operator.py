"""`danso operator`: officers' accounts and posts, from the console of whoever runs the home."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from danso.config.tables import show_table
from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.identity import interface as identity
from danso.modules.identity.data import AccountData, NewAccount, PostData
from danso.modules.population import interface as population
from danso.modules.population.data import Scope as Reach

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Officers' accounts and posts.")

CONSOLE = Actor(kind="operator", id="console", system="cli")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]
PasswordFile = Annotated[
    Path | None,
    typer.Option(help="Write the one-time password here (0600) instead of printing it."),
]
Role = Annotated[str, typer.Option(help="A role, such as steward or commune_police.")]
Scope = Annotated[str, typer.Option(help="province, commune:CODE, agency:CODE or partner:CODE.")]


@app.command(
    epilog="Example: danso operator create tran.thi --role commune_police --scope commune:CODE"
)
def create(  # noqa: PLR0913 - each is an option of the command
    username: str,
    role: Role,
    scope: Scope = "province",
    name: Annotated[str, typer.Option(help="The officer's name as pages show it.")] = "",
    unit: Annotated[str, typer.Option(help="Code of the work unit.")] = "",
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Make an account with one post; its one-time password is shown once."""
    wanted_role, wanted_scope = identity.parse_role(role), identity.parse_scope(scope)
    identity.check_post(wanted_role, wanted_scope)
    made = identity.create_account(
        username=username, name=name or username, unit=unit, actor=CONSOLE
    )
    identity.grant_post(made.account.id, wanted_role, wanted_scope, actor=CONSOLE)
    _tell(made, password_file, as_json=as_json)


Number = Annotated[
    str, typer.Option(prompt="Personal number", help="12 digits; asked for if left out.")
]


@app.command(
    name="create-person",
    epilog="Example: danso operator create-person tran.thi --role steward   (asks for the number)",
)
def create_person(
    username: str,
    role: Role,
    number: Number,
    scope: Scope = "province",
    name: Annotated[str, typer.Option(help="The officer's name as pages show it.")] = "",
    unit: Annotated[str, typer.Option(help="Code of the work unit.")] = "",
) -> None:
    """Make an account with one post that a person opens with an e-ID of level 2: no password."""
    wanted_role, wanted_scope = identity.parse_role(role), identity.parse_scope(scope)
    identity.check_post(wanted_role, wanted_scope)
    made = identity.create_held_account(
        username=username, name=name or username, unit=unit, number=number, actor=CONSOLE
    )
    post = identity.grant_post(made.id, wanted_role, wanted_scope, actor=CONSOLE)
    typer.echo(f"{made.username} holds {_words(post)}; the person opens it at /vi-tri/.")


@app.command(
    name="hand-over", epilog="Example: danso operator hand-over tran.thi   (asks for the number)"
)
def hand_over(username: str, number: Number) -> None:
    """A person opens the posts of this account with an e-ID from now on; its password ends."""
    account = identity.hand_over(_get(username).username, number, actor=CONSOLE)
    typer.echo(f"{account.username} has no password any more; its person opens it at /vi-tri/.")


@app.command(name="take-back")
def take_back(username: str) -> None:
    """The person opens the account no longer. `reset` gives it a password again."""
    account = identity.take_back(_get(username).username, actor=CONSOLE)
    typer.echo(f"{account.username} is nobody's; `danso operator reset` gives it a password.")


@app.command()
def reset(
    username: str,
    password_file: PasswordFile = None,
    as_json: AsJson = False,
) -> None:
    """Give a new one-time password, remove every factor, lift a lock, end open sessions."""
    _tell(identity.reset_account(username, actor=CONSOLE), password_file, as_json=as_json)


@app.command(epilog="Example: danso operator link tran.thi   (asks for the number)")
def link(
    username: str,
    number: Number,
) -> None:
    """Say whose account it is, so that looks at oneself and one's own household are noticed.

    Only the link is kept, never the number. See `unlink`.
    """
    account = _get(username)
    asked = Entry(
        actor=CONSOLE, action="account.linked", outcome="done", detail={"account": str(account.id)}
    )
    with audit.refusals_journaled(asked):
        found = population.find_by_number(number, Reach(sees_protected=True)).people
        if len(found) != 1:
            raise NotFound(
                "nobody in the register has this number",
                code="number_unknown",
                fix="Check the 12 digits with the officer.",
            )
    identity.link_person(account.username, found[0].key, actor=CONSOLE)
    typer.echo(f"{account.username} is linked.")


@app.command()
def unlink(username: str) -> None:
    """The account is no longer linked to anybody."""
    identity.link_person(_get(username).username, None, actor=CONSOLE)
    typer.echo(f"{username} is not linked.")


@app.command()
def close(username: str) -> None:
    """End an account's posts and sessions for good."""
    closed = identity.close_account(username, actor=CONSOLE)
    typer.echo(f"{closed.username} is closed.")


@app.command()
def grant(username: str, role: Role, scope: Scope = "province") -> None:
    """Give an account one more post."""
    account = _get(username)
    post = identity.grant_post(
        account.id, identity.parse_role(role), identity.parse_scope(scope), actor=CONSOLE
    )
    typer.echo(f"{account.username} holds {_words(post)} from now on.")


@app.command()
def revoke(username: str, role: Role, scope: Scope = "province") -> None:
    """End a post of an account, effective with its next request."""
    account = _get(username)
    wanted = identity.parse_role(role), identity.parse_scope(scope)
    for post in identity.posts_of(account.id):
        if (post.role, post.scope) == wanted:
            identity.revoke_post(post.id, actor=CONSOLE)
            typer.echo(f"{account.username} no longer holds {_words(post)}.")
            return
    raise NotFound(
        f"{account.username} holds no such post",
        code="post_unknown",
        fix="See its posts with `danso operator list`.",
    )


@app.command(name="list")
def list_accounts(as_json: AsJson = False) -> None:
    """Every account with its posts."""
    rows = [(account, identity.posts_of(account.id)) for account in identity.accounts()]
    if as_json:
        typer.echo(json.dumps([_row(account, posts) for account, posts in rows], indent=2))
        return
    cells = (
        (
            account.username,
            account.name,
            account.unit,
            "\n".join(_words(post) for post in posts),
            "open" if account.is_active else "closed",
        )
        for account, posts in rows
    )
    headings = ("log-in", "name", "unit", "posts", "state")
    show_table(Console(highlight=False), headings, cells, whole=("log-in", "unit", "posts"))


def _tell(made: NewAccount, password_file: Path | None, *, as_json: bool) -> None:
    """Show the password once, or put it where only its owner can read it."""
    if password_file is not None:
        password_file.touch(mode=0o600, exist_ok=False)
        password_file.write_text(made.password + "\n", encoding="utf-8")
    shown = "" if password_file else made.password
    if as_json:
        typer.echo(json.dumps({"username": made.account.username, "password": shown}))
    elif password_file:
        typer.echo(f"{made.account.username}: one-time password written to {password_file}")
    else:
        typer.echo(f"{made.account.username}: one-time password {shown}")
        typer.echo(
            "It is not kept anywhere. It lapses in 7 days and must be changed when first used.",
            err=True,
        )


def _get(username: str) -> AccountData:
    found = identity.find_account(username)
    if found is None:
        raise NotFound(
            f"there is no account {username}",
            code="account_unknown",
            fix="List accounts with `danso operator list`.",
        )
    return found


def _words(post: PostData) -> str:
    return f"{post.role.value} in {post.scope.text}"


def _row(account: AccountData, posts: tuple[PostData, ...]) -> dict[str, object]:
    return {
        "username": account.username,
        "name": account.name,
        "unit": account.unit,
        "open": account.is_active,
        "posts": [{"role": post.role.value, "scope": post.scope.text} for post in posts],
    }
