"""`danso keys`: make an operator's pair, rotate this home's signing keys."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import pyrage
import typer
from rich.console import Console

from danso.config.home import Home, default_home
from danso.config.secrets import SIGNING_KEYS, Secrets
from danso.kernel.errors import Conflict, InvalidValue

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Keys: the backups' pair, rotation."
)
console = Console(highlight=False)


@app.command()
def operator(
    target: Annotated[Path, typer.Argument(help="A new file for the private key.")],
) -> None:
    """Make the pair for backups. Keep the private half off this machine."""
    if target.exists():
        raise Conflict(f"{target} is there already", code="key_exists", fix="Name a new file.")
    identity = pyrage.x25519.Identity.generate()
    public = str(identity.to_public())
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(f"# public key: {public}\n{identity}\n")
    console.print(f"Private key: {target} (keep it off this machine)")
    console.print(f"Public key:  {public}")


@app.command()
def rotate(
    name: Annotated[str, typer.Argument(help=" or ".join(SIGNING_KEYS) + ".")],
) -> None:
    """Replace a signing key; the old public half stays, so that old signatures still check."""
    if name not in SIGNING_KEYS:
        raise InvalidValue(
            f"there is no signing key {name!r}",
            code="key_name",
            fix="Choose " + " or ".join(SIGNING_KEYS) + ".",
        )
    secrets = Secrets(Home(default_home()))
    retired = secrets.rotate(name)
    console.print(f"{name} is new; its old public half is in {retired}.", soft_wrap=True)
    # The supervisor's note goes with its orderly end.
    if (secrets.home.run / "processes.json").exists():
        console.print("The running processes take it within a minute.")
    else:
        console.print("This home is not up; its processes take the key when it starts.")
