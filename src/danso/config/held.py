"""A home whose journal is held: said wherever an operator looks, with the exact next command."""

from __future__ import annotations

from pathlib import Path

import psycopg

from danso.config.home import Home
from danso.modules.audit.queries.hold import find_hold

PART = "journal"


def held(home: Home, dsn: str) -> str:
    """Why the journal is held and what to do; "" where it is not, or the database is away."""
    try:
        with psycopg.connect(dsn, connect_timeout=3) as connection:
            reason = find_hold(connection, home.heads)
    except psycopg.Error:
        return ""
    return in_words(home, reason) if reason else ""


def in_words(home: Home, reason: str) -> str:
    """The hold as one line."""
    return (
        f"held: {reason}. Nothing is sealed and the gateway refuses every call. If an older copy "
        "was restored on purpose, start the home and confirm the loss: "
        f"{command(home, 'journal resume --confirm')}; otherwise bring back the newer database."
    )


def command(home: Home, words: str) -> str:
    """The command as it must be typed in this folder to reach this home."""
    is_usual = home.path == Path(".danso").resolve()
    return f"danso {words}" if is_usual else f"danso --home {home.path} {words}"
