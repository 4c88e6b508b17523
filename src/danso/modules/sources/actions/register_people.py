"""Whose number a clerk has before them: the name alone, within reach. And how many numbers one
officer may ask in vain in a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

from django.db import connection

from danso.kernel import clock
from danso.kernel.errors import Refused
from danso.modules.population import interface as population
from danso.modules.population.data import Scope, Wanted
from danso.modules.sources.actions.registers import carried_out
from danso.modules.sources.data import Keeper
from danso.modules.sources.queries import registers as queries

# A day's work of one clerk; no text sets it (assumed).
MOST_ASKED: Final = 200
# Lines of files that asked about people in vain: numbers tried out rather than a list gone wrong.
MOST_FAILED: Final = 2_000
IN_VAIN: Final = frozenset(
    {"already_open", "person_dead", "person_not_found", "person_not_here", "person_other"}
)
_FORGET: Final = "DELETE FROM sources_registerasked WHERE day < %(today)s"
_COUNT: Final = """
INSERT INTO sources_registerasked (by, day, asked) VALUES (%(by)s, %(today)s, 1)
ON CONFLICT (by, day) DO UPDATE SET asked = sources_registerasked.asked + 1
RETURNING asked
"""


# The same file looked at again, page by page, is counted once.
_FAILED: Final = """
INSERT INTO sources_registerasked AS a (by, day, failed, files)
VALUES (%(by)s, %(today)s, %(lines)s, jsonb_build_array(%(digest)s::text))
ON CONFLICT (by, day) DO UPDATE SET
    failed = a.failed + CASE WHEN a.files ? %(digest)s THEN 0 ELSE excluded.failed END,
    files = CASE WHEN a.files ? %(digest)s THEN a.files ELSE a.files || excluded.files END
RETURNING failed
"""


def name_of_number(code: str, number: str, *, keeper: Keeper) -> str | None:
    with carried_out("who", keeper, code) as ledger:
        register = queries.register_for(code, keeper, "enter")
        _count(keeper)
        scope = Scope(
            communes=keeper.reach(register, "enter"), sees_protected=keeper.sees_protected
        )
        found = population.search(
            Wanted(number=number), actor=keeper.actor, grounds=keeper.grounds, scope=scope
        )
        ledger.detail["hits"] = len(found.people)
        return found.people[0].full_name if found.people else None


def _count(keeper: Keeper) -> None:
    """One more of today's, in the caller's transaction; yesterday's counts are forgotten."""
    asked: dict[str, str | date] = {"by": keeper.actor.id, "today": clock.today()}
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, asked)
        cursor.execute(_COUNT, asked)
        (count,) = cursor.fetchone() or (0,)
    if count > MOST_ASKED:
        raise Refused(
            f"Nobody looks up more than {MOST_ASKED} numbers a day while entering records.",
            code="register_asked_enough",
            fix="Enter the records without looking first, or go on tomorrow.",
        )


def count_failed(keeper: Keeper, digest: str, faults: Iterable[str]) -> None:
    """Add a file's lines that asked in vain to today's. Refused `register_failed_enough` before
    any of them is told."""
    lines = sum(fault in IN_VAIN for fault in faults)
    if not lines:
        return
    asked: dict[str, str | int | date] = {"by": keeper.actor.id, "today": clock.today()}
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, asked)
        cursor.execute(_FAILED, asked | {"lines": lines, "digest": digest})
        (count,) = cursor.fetchone() or (0,)
    if count > MOST_FAILED:
        raise Refused(
            f"More than {MOST_FAILED} lines of today's files asked about people in vain.",
            code="register_failed_enough",
            fix="Check the numbers against their papers and send the file tomorrow.",
        )
