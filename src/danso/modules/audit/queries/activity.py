"""What the journal's counters say: never the journal itself, which is too long for a live page."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from danso.modules.audit.data import Activity

# Codes as the journal's writers use them. A refusal is a call that was known and turned away;
# "not found" and "no match" are answers.
REFUSED: Final = (
    "(outcome LIKE 'refused:%%' OR outcome LIKE 'failed%%' OR outcome = 'too_many_attempts')"
)
# "asked" is the first of two rows of a question that was forwarded: its answer is the other. A
# party of a court's case is verified too, and where the court asks for more, shared; reading the
# record of it again ("told", "record_...") is neither.
_PARTY: Final = "action = 'case-parties' AND outcome <> 'told' AND outcome NOT LIKE 'record_%%'"
VERIFICATION: Final = f"(action IN ('verify', 'batch') AND outcome <> 'asked' OR {_PARTY})"
_MATCHED: Final = "('match', 'match_incomplete', 'shared', 'shared_incomplete')"
_SHARE: Final = (
    "(action = 'share' AND outcome <> 'asked'"
    " OR action = 'case-parties' AND outcome LIKE 'shared%%')"
)
FIGURES: Final = f"""
    coalesce(sum(count) FILTER (WHERE {VERIFICATION} AND NOT {REFUSED}), 0)::bigint,
    coalesce(sum(count) FILTER (
        WHERE {VERIFICATION} AND outcome IN {_MATCHED}), 0)::bigint,
    coalesce(sum(count) FILTER (WHERE {_SHARE} AND NOT {REFUSED}), 0)::bigint,
    coalesce(sum(count) FILTER (
        WHERE action IN ('population.search', 'population.open_person')), 0)::bigint,
    coalesce(sum(count) FILTER (WHERE {REFUSED}), 0)::bigint
"""
_BY_MINUTE: Final = f"""
SELECT minute, {FIGURES} FROM audit_tally
WHERE minute >= %(since)s AND minute < %(until)s GROUP BY minute
"""  # noqa: S608 - only this file's constants
BETWEEN: Final = "day BETWEEN %(first)s AND %(last)s"
_BY_DAY: Final = f"SELECT day, {FIGURES} FROM audit_tally_day WHERE {BETWEEN} GROUP BY day"  # noqa: S608
_BY_PARTNER: Final = f"""
SELECT actor, {FIGURES} FROM audit_tally_day WHERE {BETWEEN} AND actor <> '' GROUP BY actor
"""  # noqa: S608 - only this file's constants
# What was refused: the code behind "refused:", else the action that was turned away.
_REFUSALS: Final = f"""
SELECT CASE WHEN outcome LIKE 'refused:%%' THEN substr(outcome, 9)
            WHEN outcome = 'failed' AND action IN ('verify', 'batch', 'share', 'link-number')
                THEN 'upstream_down'
            WHEN outcome LIKE 'failed%%' THEN action
            ELSE outcome END, sum(count)::bigint
FROM audit_tally_day WHERE {BETWEEN} AND {REFUSED} GROUP BY 1 ORDER BY 2 DESC, 1
"""  # noqa: S608 - only this file's constants
_EPOCH: Final = date(1970, 1, 1)


def activity_by_minute(since: datetime, until: datetime) -> dict[datetime, Activity]:
    bounds = {"since": _minute(since), "until": _minute(until)}
    return {
        datetime.fromtimestamp(row[0] * 60, UTC): Activity(*row[1:])
        for row in _rows(_BY_MINUTE, bounds)
    }


def activity_by_day(first: date, last: date) -> dict[date, Activity]:
    return {
        _EPOCH + timedelta(days=row[0]): Activity(*row[1:])
        for row in _rows(_BY_DAY, _days(first, last))
    }


def activity_by_partner(first: date, last: date) -> dict[str, Activity]:
    return {row[0]: Activity(*row[1:]) for row in _rows(_BY_PARTNER, _days(first, last))}


def refusals(first: date, last: date) -> dict[str, int]:
    return dict(_rows(_REFUSALS, _days(first, last)))


def _days(first: date, last: date) -> dict[str, int]:
    return {"first": (first - _EPOCH).days, "last": (last - _EPOCH).days}


def _minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


def _rows(statement: str, parameters: dict[str, int]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Any] = cursor.fetchall()
    return found
