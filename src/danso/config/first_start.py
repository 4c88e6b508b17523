"""From whatever is on disk to a home whose database runs and fits this danso."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg

from danso import __version__
from danso.catalogue import MEANWHILE, CatalogueError, keep_standing, kept_of, only_province
from danso.config import database
from danso.config.database import Address, external_url
from danso.config.home import Home
from danso.config.identities import stand_apart
from danso.config.postgres import Cluster
from danso.config.secrets import Secrets
from danso.config.supervisor import end_with_parent
from danso.kernel import clock
from danso.kernel.errors import Conflict, NotFound, Unavailable
from danso.modules.linkage.engine.scratch import sweep

MOVING_FROM = "moving_from"
CHECKOUT = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Wishes:
    """What the caller wants of a home that does not exist yet."""

    people: int
    province: Path | None
    kind: str
    register: str
    # provider, broker, or empty: as it stands, and as the kind suggests for a new home.
    identity: str = ""


@dataclass(frozen=True)
class Prepared:
    """A home whose database is up and migrated."""

    home: Home
    cluster: Cluster | None
    address: Address
    people: int
    # Whether root starts each process as a system user of its own.
    apart: bool = False


def server_options() -> dict[str, str]:
    """PostgreSQL settings for this machine: a quarter of the memory, at most 2 GiB, durable."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    buffers = min(memory // 4, 2 * 1024**3) // 1024**2
    return {
        "shared_buffers": f"{buffers}MB",
        "max_connections": "100",
        # A call holds a lock for each number it asks about: 1,000 in a batch (exchange_compare).
        "max_locks_per_transaction": "256",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "off",
        "random_page_cost": "1.1",
        "jit": "off",
        "autovacuum_naptime": "10s",  # the journal's inbox and the job queue turn over all the time
        "log_min_error_statement": "panic",  # statements hold personal data: never in the log
        "log_parameter_max_length_on_error": "0",
        "log_error_verbosity": "terse",
        "password_encryption": "scram-sha-256",
    }


def prepare_home(home: Home, wishes: Wishes, *, say: Callable[[str], None]) -> Prepared:
    """Secrets, stamp, PostgreSQL, roles, tables. Each step can be repeated after a kill."""
    home.make()
    _refuse_half_restored(home)
    sweep(home.run / "work")
    stamp = home.read_stamp()
    refuse_newer(stamp)
    _keep_province(home, Path(str((stamp or new_stamp(wishes))["province"])), say)
    secrets = Secrets(home)
    secrets.make_missing()
    cluster, address = _database(home, secrets, say)
    os.environ["DANSO_DB_ADDRESS"] = f"postgresql://{address.host}:{address.port}/{address.name}"
    if not stamp:
        stamp = new_stamp(wishes)
        home.write_stamp(stamp)
    elif stamp.get("danso") != __version__:
        stamp = _begin_move(home, stamp, say)
    if wishes.identity and stamp.get("identity") != wishes.identity:
        stamp = {**stamp, "identity": wishes.identity}
        home.write_stamp(stamp)
        say(f"Identities of citizens: {wishes.identity}.")
    say("Bringing tables up to date …")
    _run("migrate")
    if stamp.pop(MOVING_FROM, None):
        home.write_stamp(stamp)
    apart = stand_apart(home, Path(str(stamp["province"])), say)
    return Prepared(home, cluster, address, int(str(stamp.get("people", 0))), apart)


def _keep_province(home: Home, province: Path, say: Callable[[str], None]) -> None:
    """A copy of sound files, for while they have faults; a home that never had sound ones is not
    begun."""
    try:
        keep_standing(province, home.files)
    except (CatalogueError, NotFound) as faulty:
        if kept_of(province, home.files) is None:
            raise
        say(f"{faulty.message}\n  {faulty.fix}\n  {MEANWHILE}")


def _begin_move(
    home: Home, stamp: dict[str, object], say: Callable[[str], None]
) -> dict[str, object]:
    """Copy first; then the home is this version's, before its first table changes.

    Killed from here on, the next start goes on without another copy, since nothing ran in between;
    and no older danso starts on tables that are half-way.
    """
    say(f"This home was last used by danso {stamp['danso']}: backing up before migrating …")
    _run("backup", "--before-migration")
    moved = {**stamp, "danso": __version__, MOVING_FROM: stamp["danso"]}
    home.write_stamp(moved)
    return moved


def new_stamp(wishes: Wishes) -> dict[str, object]:
    """What a home is for ever; also written into the database by the first load."""
    province = wishes.province or only_province(CHECKOUT / "provinces")
    return {
        "kind": wishes.kind,
        "register": wishes.register,
        "identity": wishes.identity or ("provider" if wishes.kind == "demo" else "broker"),
        "province": str(province.resolve()),
        "people": wishes.people if wishes.kind == "demo" else 0,
        "danso": __version__,
        "made": clock.now().isoformat(timespec="seconds"),
    }


def _refuse_half_restored(home: Home) -> None:
    if home.restoring.exists():
        raise Conflict(
            f"a restore into {home.path} was cut short",
            code="home_half_restored",
            fix="Remove it (`danso home remove`) and restore the copy again.",
        )


def refuse_newer(stamp: dict[str, object]) -> None:
    """An older danso never touches what a newer one has used."""
    made_by = str(stamp.get("danso", "0"))
    if _numbers(made_by) > _numbers(__version__):
        raise Conflict(
            f"this home was last used by danso {made_by}, this is {__version__}",
            code="home_newer",
            fix=f"Use danso {made_by} or a later one. To go back, restore the copy made before the "
            "move (backups/…-before-migration) into a new home with the version that made it.",
        )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _database(
    home: Home, secrets: Secrets, say: Callable[[str], None]
) -> tuple[Cluster | None, Address]:
    if url := external_url():
        address = Address.from_url(url)
        _require_roles(address, secrets)
        return None, address
    cluster = Cluster(home.path / "postgres", secrets.get("db-super"), server_options())
    say("Starting PostgreSQL …")
    cluster.initialise()
    cluster.start()
    address = Address("127.0.0.1", cluster.port, "danso")
    administrator = Address("127.0.0.1", cluster.port, "postgres").dsn("super", cluster.password)
    database.create_roles(
        administrator, {role: secrets.get(f"db-{role}") for role in database.ROLES}
    )
    database.create_database(administrator, address.name)
    database.set_rights(address.dsn("super", cluster.password))
    return cluster, address


def _require_roles(address: Address, secrets: Secrets) -> None:
    """The operator made the roles (`docs/how-to/run-in-production.md`); say which one fails."""
    for role in database.ROLES:
        try:
            psycopg.connect(address.dsn(role, secrets.get(f"db-{role}")), connect_timeout=5).close()
        except psycopg.OperationalError as error:
            raise Unavailable(
                f"role danso_{role} cannot sign in at {address.host}:{address.port}",
                code="database_role",
                fix="Create it with the password in this home's secrets folder "
                "(docs/how-to/run-in-production.md).",
            ) from error


def settle(prepared: Prepared, stop: threading.Event) -> None:
    """Stamp the database and fill a demo, once; its progress goes to the terminal."""
    if prepared.home.settled.exists():
        return
    command = [sys.executable, "-m", "danso.config.main", "settle"]
    with subprocess.Popen(
        [*command, f"--people={prepared.people}"], preexec_fn=end_with_parent
    ) as process:
        while process.poll() is None:
            if stop.wait(0.1):
                process.terminate()
                return
    if process.returncode:
        raise Unavailable(
            "the new home could not be filled",
            code="first_start",
            fix="See above; start again, it goes on where it stopped.",
        )


def _run(*arguments: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "danso.config.main", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        preexec_fn=end_with_parent,
    )
    if done.returncode:
        raise Unavailable(
            f"`danso {arguments[0]}` failed:\n{done.stdout.strip()[-1500:]}",
            code="first_start",
            fix="Nothing was half-done; mend the cause and start again.",
        )
