"""The national service of a home: its settings and secret put into place, its state read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from danso.config.home import Home
from danso.config.secrets import Secrets
from danso.kernel.errors import InvalidValue
from danso.wire.upstream.setup import FILE, SECRET_FILE, Setup, read_setup

_STATE = """
SELECT is_up, since, fault, waiting, unanswered, aside, newest - position
FROM population_v1.upstream
"""


@dataclass(frozen=True)
class LinkState:
    """Whether the national service answers, and what waits for it. Counts and times only."""

    is_up: bool | None
    since: datetime | None
    fault: str
    waiting: int
    unanswered: int
    aside: int
    behind: int

    def in_words(self) -> str:
        """One line for people."""
        if self.is_up is None:
            return "not asked yet"
        since = f"{self.since:%Y-%m-%d %H:%M:%S %Z}" if self.since else ""
        state = f"answers since {since}" if self.is_up else f"down since {since} ({self.fault})"
        counts = {
            "changes behind": self.behind,
            "wanted changes to send": self.waiting,
            "unanswered": self.unanswered,
            "set aside": self.aside,
        }
        waits = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        return f"{state}; {waits}" if waits else state


def install(home: Home, file: Path) -> Setup:
    """Check `upstream.toml` and put it, with the secret beside it, into the home.

    A home that has the secret already (or gets it by environment) needs none beside the file.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidValue(
            f"{file} cannot be read", code="upstream_setup", fix="Name an upstream.toml."
        ) from error
    setup = read_setup(text)
    if setup.service.ca_file and not Path(setup.service.ca_file).is_file():
        raise InvalidValue(
            f"{FILE}: there is no {setup.service.ca_file}",
            code="upstream_setup",
            fix="ca_file is the absolute path of the certificates that the service is known by.",
        )
    secrets = Secrets(home)
    beside = file.parent / SECRET_FILE
    if beside.is_file():
        secrets.write(SECRET_FILE, beside.read_text(encoding="utf-8").strip())
    elif secrets.find(SECRET_FILE) is None:
        raise InvalidValue(
            "the secret shared with the national service is missing",
            code="upstream_secret",
            fix=f"Put it beside the settings as {SECRET_FILE} (0600), or set "
            "DANSO_SECRET_UPSTREAM_SECRET_FILE.",
        )
    draft = home.files / f"{FILE}.new"
    draft.write_text(text, encoding="utf-8")
    draft.replace(home.files / FILE)
    return setup


def read_state(dsn: str) -> LinkState | None:
    """The link as the home notes it; None where the database does not answer."""
    try:
        with psycopg.connect(dsn, connect_timeout=3) as connection:
            row = connection.execute(_STATE).fetchone()
    except psycopg.Error:
        return None
    return None if row is None else LinkState(*row)
