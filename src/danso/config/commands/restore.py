"""`danso restore`: a copy into an empty home. All or nothing."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import psycopg
import typer
from rich.console import Console

from danso.config import database
from danso.config.backup import (
    DATABASE,
    FILES,
    KEYS,
    MANIFEST,
    digest,
    read_identity,
    restore_database,
    unpack,
)
from danso.config.database import Address
from danso.config.first_start import refuse_newer, server_options
from danso.config.held import held
from danso.config.home import Home, default_home
from danso.config.postgres import Cluster
from danso.config.secrets import Secrets
from danso.kernel.errors import Conflict, InvalidValue
from danso.wire.head import parse_note

app = typer.Typer(add_completion=False)
console = Console(highlight=False)
LATEST_HEAD = "latest.txt"


@app.command()
def restore(
    copy: Annotated[Path, typer.Argument(help="The copy's folder.")],
    *,
    identity: Annotated[Path, typer.Option(help="The operator's private key.")],
    keys: Annotated[Path, typer.Option(help="The folder with the secrets' copy.")],
    home: Annotated[Path | None, typer.Option(help="The empty home to restore into.")] = None,
    published_head: Annotated[
        Path | None, typer.Option(help="The newest tree head anybody outside has.")
    ] = None,
    no_published_head: Annotated[
        bool, typer.Option("--no-published-head", help="Nobody has a newer head.")
    ] = False,
) -> None:
    """Restore COPY into an empty home; `danso up --home …` then starts it."""
    if (published_head is None) != no_published_head:
        raise InvalidValue(
            "it must be known whether the journal lost rows since this copy",
            code="restore_head",
            fix="Give --published-head FILE with the newest tree head anybody has, "
            "or --no-published-head.",
        )
    place = Home(home.resolve() if home else default_home())
    manifest = read_manifest(copy)
    refuse_newer(dict(manifest["stamp"]))
    head = _read_head(published_head) if published_head else manifest["tree_head"]["note"]
    read_identity(identity)
    refuse_missing(keys / KEYS)
    refuse_used(place)
    with place.lock():
        behind = _restore(copy, identity, keys, place, manifest, head)
    console.print(f"Restored the copy of {manifest['at']} into {place.path}.", soft_wrap=True)
    if behind:
        console.print(f"Its journal is {behind}", style="yellow", soft_wrap=True)
    console.print(f"Start it with: danso up --home {place.path}", soft_wrap=True)


def read_manifest(copy: Path) -> dict[str, dict[str, str]]:
    """The copy's manifest, after its parts were found whole."""
    if not (copy / MANIFEST).exists():
        raise InvalidValue(
            f"{copy} is no copy of a home",
            code="restore_no_manifest",
            fix="Name the folder that `danso backup` wrote (a .part folder was cut short).",
        )
    try:
        manifest: dict[str, dict[str, str]] = json.loads((copy / MANIFEST).read_text())
        digests = {name: manifest["digests"][name] for name in (DATABASE, FILES)}
        dict(manifest["stamp"], **manifest["tree_head"])
    except (ValueError, KeyError, TypeError) as error:
        raise _changed(MANIFEST) from error
    for name, expected in digests.items():
        refuse_missing(copy / name)
        if digest(copy / name) != expected:
            raise _changed(name)
    return manifest


def refuse_missing(path: Path) -> None:
    """A copy lacks none of its parts."""
    if not path.is_file():
        raise InvalidValue(
            f"{path} is missing",
            code="restore_part_missing",
            fix="A copy is database.age, files.age and manifest.json, and keys.age in the folder "
            "of its own that --keys names.",
        )


def _changed(name: str) -> InvalidValue:
    return InvalidValue(
        f"{name} of this copy was changed or cut short",
        code="restore_digest",
        fix="Fetch the copy again, or use another one.",
    )


def _read_head(path: Path) -> str:
    """A published head as text; refused where it is none."""
    try:
        note = path.read_text()
        parse_note(note)
    except (OSError, UnicodeDecodeError, InvalidValue) as error:
        raise InvalidValue(
            f"{path} is no signed tree head",
            code="restore_head",
            fix="Give the text that `danso journal head` prints, or a file of files/heads.",
        ) from error
    return note


def refuse_used(home: Home) -> None:
    """A restore never writes over anything."""
    if home.path.exists() and any(path.name != "lock" for path in home.path.iterdir()):
        raise Conflict(
            f"{home.path} is not empty",
            code="restore_home_used",
            fix="Name a new folder with --home.",
        )


def _restore(
    copy: Path,
    identity: Path,
    keys: Path,
    home: Home,
    manifest: dict[str, dict[str, str]],
    head: str,
) -> str:
    """Everything or nothing; returns why the journal is held, if it is."""
    key = read_identity(identity)
    home.make()
    home.restoring.touch()
    cluster: Cluster | None = None
    try:
        unpack(keys / KEYS, key, home.secrets)
        unpack(copy / FILES, key, home.files)
        cluster = _restore_cluster(copy, identity, home)
        if head:
            home.heads.mkdir(parents=True, exist_ok=True)
            (home.heads / LATEST_HEAD).write_text(head)
        address = Address("127.0.0.1", cluster.port, "danso")
        behind = held(home, address.dsn("super", cluster.password))
        if manifest.get("settled"):
            home.settled.touch()
        home.write_stamp(dict(manifest["stamp"]))
    except BaseException:
        if cluster is not None:
            cluster.remove()
        for path in home.path.iterdir():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != "lock":
                path.unlink()
        raise
    cluster.stop()
    home.restoring.unlink()
    return behind


def _restore_cluster(copy: Path, identity: Path, home: Home) -> Cluster:
    secrets = Secrets(home)
    cluster = Cluster(home.path / "postgres", secrets.get("db-super"), server_options())
    cluster.initialise()
    cluster.start()
    try:
        administrator = Address("127.0.0.1", cluster.port, "postgres").dsn(
            "super", cluster.password
        )
        database.create_roles(
            administrator, {role: secrets.get(f"db-{role}") for role in database.ROLES}
        )
        address = Address("127.0.0.1", cluster.port, "danso")
        database.create_database(administrator, address.name)
        with tempfile.TemporaryDirectory(dir=home.run) as scratch:
            key = read_identity(identity)
            restore_database(copy / DATABASE, key, cluster, address, Path(scratch))
        # A copy holds no statistics; without them the first hours' plans would be guesses.
        with psycopg.connect(address.dsn("super", cluster.password), autocommit=True) as connection:
            connection.execute("ANALYZE")
    except BaseException:
        cluster.remove()
        raise
    return cluster
