"""`danso up`: one command from an empty folder to a running province."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from danso.config.assets import assets_fault, built_folder
from danso.config.first_start import Wishes, prepare_home, settle
from danso.config.held import PART, command, held
from danso.config.home import Home, default_home
from danso.config.readiness import PATIENCE, Readiness, wait_until_ready
from danso.config.running import children_of
from danso.config.secrets import Secrets
from danso.config.supervisor import Supervisor
from danso.config.upstream_home import install as install_upstream
from danso.kernel.errors import InvalidValue

app = typer.Typer(add_completion=False)
console = Console(highlight=False)
HELD_PATIENCE = 15.0


@app.command()
def up(  # noqa: PLR0913 - each is an option of the command
    *,
    home: Annotated[
        Path | None, typer.Option(help="The home (default: DANSO_HOME or .danso).")
    ] = None,
    port: Annotated[int, typer.Option(help="The pages; the gateway takes the next one.")] = 8000,
    people: Annotated[int, typer.Option(help="People of a new demo home.")] = 37_000,
    province: Annotated[Path | None, typer.Option(help="A new home's province folder.")] = None,
    real: Annotated[bool, typer.Option("--real", help="A new home for real people.")] = False,
    register: Annotated[
        str, typer.Option(help="A new home's register: authority, copy or absent.")
    ] = "authority",
    identity: Annotated[
        str,
        typer.Option(
            help="Whose identities: provider (own e-IDs; a demo's default) or broker (VNeID alone)."
        ),
    ] = "",
    upstream: Annotated[
        Path | None,
        typer.Option(help="upstream.toml of the national service (for a copy or absent register)."),
    ] = None,
) -> None:
    """Start this home and keep it running until Ctrl-C."""
    if register not in ("authority", "copy", "absent"):
        raise InvalidValue(
            f"there is no register mode {register!r}",
            code="register_mode",
            fix="Choose authority, copy or absent.",
        )
    if identity not in ("", "provider", "broker"):
        raise InvalidValue(
            f"there is no identity mode {identity!r}",
            code="identity_mode",
            fix="Choose provider or broker.",
        )
    began = time.monotonic()
    place = Home(home.resolve() if home else default_home())
    os.environ["DANSO_HOME"] = str(place.path)
    wishes = Wishes(
        people=people,
        province=province,
        kind="real" if real else "demo",
        register=register,
        identity=identity,
    )
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with place.lock():
        if upstream is not None:
            setup = install_upstream(place, upstream)
            console.print(f"National service: {setup.service.address}", soft_wrap=True)
        _run(place, wishes, port, stop, began)


def _run(home: Home, wishes: Wishes, port: int, stop: threading.Event, began: float) -> None:
    prepared = prepare_home(home, wishes, say=console.print)
    dsn = prepared.address.dsn("app", Secrets(home).get("db-app"))
    behind = held(home, dsn)
    if behind:
        console.print(f"The journal is {behind}", style="bold red", soft_wrap=True)
    if fault := assets_fault(built_folder()):
        console.print(f"{fault} Stop, then start with `make up`.", style="bold red", soft_wrap=True)
    supervisor = Supervisor(home, prepared.cluster, stopping=stop)
    try:
        children_of(supervisor, prepared, port)
        sealer, *others = supervisor.children
        supervisor.start(sealer)
        settle(prepared, stop)
        for child in others:
            supervisor.start(child)
        watcher = threading.Thread(target=supervisor.watch)
        watcher.start()
        # A held journal waits for an operator: no use in waiting long for it.
        ready = wait_until_ready(home, port, stop, patience=HELD_PATIENCE if behind else PATIENCE)
        if behind and (behind := held(home, dsn)):
            ready = Readiness({**ready.parts, PART: behind})
        _tell(home, ready, port, time.monotonic() - began, stopping=stop.is_set())
        stop.wait()
        watcher.join()
    finally:
        stop.set()
        console.print("Stopping …")
        supervisor.stop()
        console.print("Stopped. Everything is on disk.")


def _tell(home: Home, ready: Readiness, port: int, seconds: float, *, stopping: bool) -> None:
    if stopping:
        return
    if not ready.all:
        # Stay: what is down may come back, or waits for an operator (a journal held).
        console.print("\n[bold red]danso runs, but not everything is ready[/]\n")
        for one in ready.missing():
            console.print(f"  {one}", soft_wrap=True)
        tells = command(home, "status")
        words = f"\nLook into {home.logs}; `{tells}` tells when it is ready.\n"
        console.print(words, soft_wrap=True)
        return
    console.print(f"\n[bold]danso is up[/] ({seconds:.1f} s)\n")
    # Not 127.0.0.1: browsers give passkeys to names only.
    console.print(f"  Pages      http://localhost:{port}/")
    console.print(f"  Gateway    http://127.0.0.1:{port + 1}/v1/openapi.json")
    if home.read_stamp().get("kind") == "demo":
        logins = command(home, "demo logins")
        console.print(f"  Log-ins    {logins}   (in another terminal)", soft_wrap=True)
    console.print(f"  State      {command(home, 'status')}", soft_wrap=True)
    console.print("\nCtrl-C stops everything cleanly.\n")
