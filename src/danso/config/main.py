"""The `danso` command: one program for people and scripts. Each group loads when it is called."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Literal, NoReturn

import typer
from django.db import InterfaceError, OperationalError
from rich.console import Console
from typer.core import TyperGroup
from typer.main import get_command

from danso import __version__
from danso.config.boot import connect_home, django_ready
from danso.kernel.errors import DansoError
from danso.toolkit.logs import WithoutValues

Needs = Literal["nothing", "django", "home", "owner"]


@dataclass(frozen=True)
class Command:
    """Where a command lives, and what must stand before it is imported."""

    module: str
    help: str
    needs: Needs = "home"
    hidden: bool = False


DISK_FULL = "53100"  # PostgreSQL's SQLSTATE
_AT = "danso.config.commands."
COMMANDS: dict[str, Command] = {
    "up": Command(_AT + "up", "Start this home: database, journal, gateway, pages.", "nothing"),
    "status": Command(_AT + "status", "Ready, or what is missing; addresses.", "nothing"),
    "catalogue": Command(_AT + "catalogue", "Check a province's files.", "nothing"),
    "plan": Command(_AT + "plan", "Each clause of the plan and what carries it out.", "nothing"),
    "procedure": Command(
        _AT + "procedure", "Procedures: what is asked, given, cut; forms.", "nothing"
    ),
    "import": Command(_AT + "importing", "Load people from files as agencies keep them."),
    "synth": Command(_AT + "synth", "Make a synthetic province.", "nothing"),
    "synth-sources": Command(
        _AT + "synth_sources", "Make a synthetic province's sources.", "nothing"
    ),
    "synth-portals": Command(
        _AT + "synth_portals", "Make an old portal's accounts, for trying.", "nothing"
    ),
    "population": Command(_AT + "population", "Record and read people in the register."),
    "source": Command(_AT + "source", "Connected sources: load and match them."),
    "register": Command(_AT + "register", "Hosted registers: files in and out, graduation."),
    "link": Command(_AT + "link", "Match records of people to the register."),
    "upstream": Command(_AT + "upstream", "The link to the national population service."),
    "corrections": Command(_AT + "corrections", "List and answer reported mismatches."),
    "verify": Command(_AT + "verify", "Verify one person through the gateway."),
    "partner": Command(_AT + "partner", "Create partners, keys and agreements."),
    "messages": Command(_AT + "messages", "Messages to people: the way out, what became of them."),
    "signon": Command(_AT + "signon", "Sign-in for partners' services: clients, keys."),
    "identity": Command(_AT + "identity", "Accounts of the old portals: reconcile, list."),
    "operator": Command(_AT + "operator", "Create and reset officers' accounts."),
    "break-glass": Command(
        _AT + "break_glass", "When nobody can sign in: one operator for an hour."
    ),
    "demo": Command(_AT + "demo", "A demo home's log-ins."),
    "journal": Command(_AT + "journal", "Verify and export the journal."),
    "keys": Command(_AT + "keys", "Make the backups' key pair; rotate signing keys.", "nothing"),
    "backup": Command(_AT + "backup", "Copy a home, encrypted to an operator's key."),
    "restore": Command(_AT + "restore", "Restore a copy into an empty home.", "nothing"),
    "home": Command(_AT + "home", "Remove a home; find databases without one.", "nothing"),
    "bench": Command(_AT + "bench", "Measure, side by side in one run.", "nothing"),
    "migrate": Command(_AT + "migrate", "Bring tables up to date.", "owner", hidden=True),
    "web": Command(_AT + "web", "The pages' process.", "nothing", hidden=True),
    "worker": Command(_AT + "worker", "The jobs' process.", "home", hidden=True),
    "sealer": Command(_AT + "sealer", "The journal's process.", "nothing", hidden=True),
    "gateway": Command(_AT + "gateway", "The gateway.", "nothing", hidden=True),
    "stand-in": Command(
        _AT + "stand_in", "A made-up national service, for trying.", "nothing", hidden=True
    ),
    "stand-in-ecase": Command(
        _AT + "stand_in_ecase",
        "A made-up court's e-case system, for trying.",
        "nothing",
        hidden=True,
    ),
    "stand-in-id-database": Command(
        _AT + "stand_in_id_database", "A made-up ID database, for trying.", "nothing", hidden=True
    ),
    "stand-in-number": Command(
        _AT + "stand_in_number", "A made-up number service, for trying.", "nothing", hidden=True
    ),
    "stand-in-source": Command(
        _AT + "stand_in_source", "A made-up source, for trying.", "nothing", hidden=True
    ),
    "settle": Command(_AT + "settle", "Stamp and fill a new home.", "home", hidden=True),
}


class LazyGroup(TyperGroup):
    """Imports a command's file only when that command runs: `danso --help` stays instant."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [name for name, command in COMMANDS.items() if not command.hidden]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        command = COMMANDS.get(cmd_name)
        if command is None:
            return None
        if _only_listing(cmd_name):
            return get_command(_placeholder(cmd_name, command))
        if home := ctx.params.get("home"):
            os.environ["DANSO_HOME"] = str(Path(home).resolve())
        prepare(command.needs, only_help=bool({"--help", "-h"} & set(sys.argv)))
        return get_command(import_module(command.module).app)


def _only_listing(name: str) -> bool:
    """`danso --help` asks every command for its line; only the named one needs its file."""
    return name not in sys.argv[1:]


def _placeholder(name: str, command: Command) -> typer.Typer:
    app = typer.Typer()
    app.command(name, help=command.help)(lambda: None)
    return app


def prepare(needs: Needs, *, only_help: bool) -> None:
    """Set up what a command needs; its help never needs a running home."""
    if needs == "nothing":
        return
    if needs in ("home", "owner") and not only_help:
        connect_home()
    django_ready(role="owner" if needs == "owner" else "app")


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # its frames print local values, which may be people
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(*, wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def options(
    home: Annotated[
        str | None, typer.Option(help="The home to use (default: DANSO_HOME or .danso).")
    ] = None,
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Say the version.",
            is_eager=True,
            callback=lambda wanted: _say_version(wanted=wanted),
        ),
    ] = False,
) -> None:
    """danso carries out Project 06 for one province: register, e-ID, exchange, journal."""


def tell_fault(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """A fault of danso's own: where it happened, without the values that may be somebody's data."""
    print(WithoutValues().formatException((kind, error, trace)), file=sys.stderr)
    print("danso: this is a fault in danso; please report the lines above.", file=sys.stderr)


def main() -> None:
    """Entry point: every refusal is one clear line and what to do next."""
    sys.excepthook = tell_fault
    try:
        app()
    except DansoError as error:
        _refuse(error.message, error.fix)
    except (OperationalError, InterfaceError) as error:
        _refuse(*_about_database(error))


def _refuse(message: str, fix: str) -> NoReturn:
    console = Console(stderr=True, highlight=False, markup=False)
    console.print(f"danso: {message}", style="bold red", soft_wrap=True)
    if fix:
        console.print(f"  {fix}", soft_wrap=True)
    sys.exit(1)


def _about_database(error: Exception) -> tuple[str, str]:
    """What the database could not do, without its own text, which may quote people's values."""
    whole = "Nothing is half-written; repeat the command, it goes on where it stopped."
    if getattr(error.__cause__, "sqlstate", None) == DISK_FULL:
        return "the database's disk is full", f"Free some space. {whole}"
    return "the database does not answer", f"Look at `danso status`. {whole}"


if __name__ == "__main__":
    main()
