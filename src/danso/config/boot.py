"""Set Django up for a command, with the home and the role that the command needs."""

from __future__ import annotations

import os
from pathlib import Path

import django

from danso.config.home import Home, default_home
from danso.config.postgres import Cluster
from danso.config.secrets import Secrets
from danso.kernel.errors import Unavailable


def connect_home(path: Path | None = None) -> Home:
    """Point the environment at a running home's database; say what to do when it is not up."""
    home = Home(path.resolve() if path else default_home())
    os.environ["DANSO_HOME"] = str(home.path)
    if "DANSO_DATABASE_URL" in os.environ or "DANSO_DB_ADDRESS" in os.environ:
        return home
    password = Secrets(home).find("db-super")
    cluster = Cluster(home.path / "postgres", password or "")
    if password is None or not cluster.is_running():
        raise Unavailable(
            f"no danso is up in {home.path}",
            code="home_not_up",
            fix="Start it with `danso up` (or `make up`) in another terminal, or name its --home.",
        )
    os.environ["DANSO_DB_ADDRESS"] = f"postgresql://127.0.0.1:{cluster.port}/danso"
    return home


def django_ready(*, role: str = "app", process: str = "cli") -> None:
    """Load settings and apps once, with the named database role."""
    os.environ.setdefault("DANSO_DB_ROLE", role)
    os.environ.setdefault("DANSO_PROCESS", process)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "danso.config.settings")
    django.setup()
