"""Whether the journal keeps up, and how much of what it counted."""

from datetime import datetime

from django.db import connection

from danso.modules.audit.data import JournalHealth, Tally
from danso.modules.audit.queries.tree import signed_head

_HEALTH = """
SELECT oldest_unsealed_at, backlog, sealed_size, swept_at,
       origin, head_size, head_root, head_at, head_key_id, head_signature
FROM audit_v1.health
"""
_TALLY = """
SELECT to_timestamp(minute * 60), action, actor, outcome, count FROM audit_tally
WHERE minute >= extract(epoch FROM %(since)s::timestamptz)::bigint / 60
  AND (%(action)s = '' OR action = %(action)s)
ORDER BY minute, action, actor, outcome
"""


def tally(since: datetime, *, action: str = "") -> list[Tally]:
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, {"since": since, "action": action})
        return [Tally(*row) for row in cursor.fetchall()]


def journal_health() -> JournalHealth:
    with connection.cursor() as cursor:
        cursor.execute(_HEALTH)
        oldest, backlog, size, swept_at, *head = cursor.fetchone()
    return JournalHealth(
        oldest_unsealed_at=oldest,
        backlog=backlog,
        sealed_size=size,
        swept_at=swept_at,
        head=None if head[1] is None else signed_head(*head),
    )
