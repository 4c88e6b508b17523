"""`danso status`: ready, or what is missing; where everything is."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from danso import catalogue
from danso.config.database import Address, external_url
from danso.config.held import PART, command, held
from danso.config.home import Home, default_home
from danso.config.postgres import Cluster
from danso.config.readiness import Readiness, ask
from danso.config.secrets import Secrets
from danso.config.upstream_home import read_state
from danso.kernel.errors import DansoError
from danso.wire.upstream.setup import FILE

app = typer.Typer(add_completion=False)


@app.command()
def status(
    *, as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False
) -> None:
    """Say whether this home is up, and its addresses. Exit code 1 when something is missing."""
    home = Home(default_home())
    port_file = home.run / "port"
    port = int(port_file.read_text()) if port_file.exists() else 8000
    ready = Readiness({**ask(port).parts, **_processes(home), **_held(home)})
    stamp = home.read_stamp()
    partners = sorted(str(key) for key in (home.secrets / "partners").glob("*.jwk"))
    answer = {
        "ready": ready.all,
        "parts": ready.parts,
        "home": str(home.path),
        "kind": stamp.get("kind"),
        "register": stamp.get("register"),
        "identity": identity_of(stamp),
        "province": _province(stamp),
        "upstream": _upstream(home) if stamp.get("register") in ("copy", "absent") else None,
        "pages": f"http://127.0.0.1:{port}/",
        "gateway": f"http://127.0.0.1:{port + 1}/",
        "openapi": f"http://127.0.0.1:{port + 1}/v1/openapi.json",
        "users": _users(home),
        "partner_keys": partners,
    }
    if as_json:
        print(json.dumps(answer, indent=2))
    else:
        _show(home, ready, answer)
    raise typer.Exit(0 if ready.all else 1)


def identity_of(stamp: Mapping[str, object]) -> str | None:
    """Whose identities; a home stamped before this was asked goes by its kind."""
    if not stamp:
        return None
    return str(stamp.get("identity") or ("provider" if stamp.get("kind") == "demo" else "broker"))


def _province(stamp: Mapping[str, object]) -> list[str] | None:
    """What is wrong in the province's files; None where they are sound."""
    if "province" not in stamp:
        return None
    try:
        catalogue.load(str(stamp["province"]))
    except DansoError as error:
        return [*error.message.splitlines(), error.fix, catalogue.MEANWHILE]
    return None


def _processes(home: Home) -> dict[str, str]:
    """Sealer and jobs answer no requests: whether they live, where our supervisor started them."""
    known = _noted(home)
    return {
        name: "ready" if _is_alive(known[name]) else "does not run"
        for name in ("sealer", "worker")
        if name in known
    }


def _held(home: Home) -> dict[str, str]:
    """The journal, only where a published head holds it back."""
    dsn = _dsn(home)
    behind = held(home, dsn) if dsn else ""
    return {PART: behind} if behind else {}


def _dsn(home: Home) -> str | None:
    """Of this home's database; None where it does not run."""
    secrets = Secrets(home)
    address = external_url()
    if address is None:
        cluster = Cluster(home.path / "postgres", secrets.find("db-super") or "")
        if not cluster.is_running():
            return None
        address = f"postgresql://127.0.0.1:{cluster.port}/danso"
    return Address.from_url(address).dsn("app", secrets.find("db-app") or "")


def _noted(home: Home) -> dict[str, int]:
    note = home.run / "processes.json"
    found: dict[str, int] = json.loads(note.read_text()) if note.exists() else {}
    return found


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _users(home: Home) -> dict[str, str]:
    """As whom each process runs; one that has gone is left out."""
    return {
        name: place.owner()
        for name, pid in _noted(home).items()
        if (place := Path("/proc") / str(pid)).exists()
    }


def _upstream(home: Home) -> str | None:
    """The national service as the home notes it. A province is up while it is down."""
    if not (home.files / FILE).exists():
        return "not configured (danso up --upstream FILE)"
    dsn = _dsn(home)
    state = read_state(dsn) if dsn else None
    return state.in_words() if state else None


def _show(home: Home, ready: Readiness, answer: dict[str, object]) -> None:
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if behind := ready.parts.get(PART):
        console.print(f"Not ready. The journal is {behind}", style="bold red")
    elif not ready.all and _noted(home):
        console.print(f"Not ready: {'; '.join(ready.missing())}", style="bold red")
        console.print(f"  It was started; its logs are in {home.logs}.")
    elif not ready.all:
        start = "danso up" if command(home, "") == "danso " else f"danso up --home {home.path}"
        console.print(f"Not ready. Start it with `{start}` (or `make up`).", style="bold red")
    for name, value in answer.items():
        if isinstance(value, dict):
            lines = [f"{part:10} {state}" for part, state in value.items()]
        elif isinstance(value, list):
            lines = [str(one) for one in value]
        else:
            lines = [] if value is None else [str(value)]
        for number, line in enumerate(lines):
            console.print(f"  {'' if number else name:13} {line}")
