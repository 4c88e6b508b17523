"""What one partner asked, by day: from the counters that the sealer keeps, never the journal."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import connection

from danso.kernel import clock
from danso.modules.audit.data import CallCount

_CALLS = """
SELECT ((to_timestamp(minute * 60) AT TIME ZONE 'UTC') + interval '7 hours')::date AS day,
       action, outcome, sum(count)::bigint
FROM audit_tally
-- A forwarded question has two rows; the call is counted by its end.
WHERE actor = %(actor)s AND outcome <> 'asked' AND minute >= %(since)s AND minute < %(until)s
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def calls_of(actor: str, first: date, last: date) -> list[CallCount]:
    since, until = _minute(first), _minute(last + timedelta(days=1))
    with connection.cursor() as cursor:
        cursor.execute(_CALLS, {"actor": actor, "since": since, "until": until})
        return [CallCount(*row) for row in cursor.fetchall()]


def _minute(day: date) -> int:
    return int(datetime.combine(day, time(), clock.VIETNAM).timestamp()) // 60
