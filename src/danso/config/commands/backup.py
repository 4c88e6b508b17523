"""`danso backup`: a copy of a running home, encrypted to an operator's key."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import pyrage
import typer
from rich.console import Console

from danso.config.backup import copy_home, copy_keys, read_recipient
from danso.config.database import Address, external_url
from danso.config.home import Home, default_home
from danso.config.postgres import Cluster
from danso.config.secrets import Secrets
from danso.kernel import clock
from danso.kernel.errors import InvalidValue
from danso.modules.audit.adapters.head_files import HeadFiles
from danso.modules.audit.data import NotSealedYet
from danso.modules.audit.interface import tree_head

app = typer.Typer(add_completion=False)
console = Console(highlight=False)
OPERATOR_KEY = "operator.pub"
DEMO_KEY = "operator-demo-key"


@app.command()
def backup(
    target: Annotated[Path | None, typer.Argument(help="A new folder for the copy.")] = None,
    *,
    to: Annotated[str, typer.Option(help="The operator's public key, or a file with it.")] = "",
    keys: Annotated[Path | None, typer.Option(help="Where the secrets' copy goes.")] = None,
    before_migration: Annotated[bool, typer.Option("--before-migration", hidden=True)] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For scripts.")] = False,
) -> None:
    """Copy database and files into TARGET, and the secrets apart, each encrypted."""
    home = Home(default_home())
    if before_migration:
        _make_demo_key(home)
    recipient = read_recipient(to or _own_key(home))
    stamp = clock.now().strftime("%Y%m%dT%H%M%SZ")
    place = target or home.backups / f"danso-{stamp}{'-before-migration' * before_migration}"
    password = Secrets(home).get("db-owner" if external_url() else "db-super")
    cluster = Cluster(home.path / "postgres", password)
    manifest = copy_home(home, _address(cluster), cluster, recipient, place, _head(home))
    keys_place = keys or place.with_name(place.name + "-keys")
    copy_keys(home, recipient, keys_place)
    if as_json:
        print(json.dumps({"copy": str(place), "keys": str(keys_place), **asdict(manifest)}))
        return
    size = sum(part.stat().st_size for part in place.iterdir())
    console.print(f"Copied to {place} ({size / 1e6:.1f} MB).")
    console.print(f"The secrets' copy is in {keys_place}: keep it somewhere else.")
    console.print(f"Free space left: {shutil.disk_usage(place).free / 1e9:.0f} GB.")


def _own_key(home: Home) -> str:
    path = home.path / OPERATOR_KEY
    if not path.exists():
        raise InvalidValue(
            "no operator's public key was given",
            code="backup_recipient",
            fix=f"Use --to age1…, or put the key into {path} (`danso keys operator FILE`).",
        )
    return str(path)


def _address(cluster: Cluster) -> Address:
    if url := external_url():
        return Address.from_url(url)
    return Address("127.0.0.1", cluster.port, "danso")


def _make_demo_key(home: Home) -> None:
    """A demo home without an operator can still be moved to a newer danso: its key stays inside.

    Its people are made up. A real home asks for an operator's key.
    """
    if home.read_stamp().get("kind") != "demo" or (home.path / OPERATOR_KEY).exists():
        return
    identity = pyrage.x25519.Identity.generate()
    Secrets(home).write(DEMO_KEY, f"{identity}\n")
    (home.path / OPERATOR_KEY).write_text(f"{identity.to_public()}\n")


def _head(home: Home) -> dict[str, object]:
    """The newest head: as published, so that tables of an older danso need not be understood."""
    published = HeadFiles(home.heads).find_latest()
    try:
        signed = published or tree_head()
    except NotSealedYet:
        return {"note": ""}
    return {"note": signed.note()}
