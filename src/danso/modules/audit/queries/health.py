"""Whether the journal keeps up."""

from django.db import connection

from danso.modules.audit.data import JournalHealth
from danso.modules.audit.queries.tree import signed_head

_HEALTH = """
SELECT oldest_unsealed_at, backlog, sealed_size, swept_at,
       origin, head_size, head_root, head_at, head_key_id, head_signature
FROM audit_v1.health
"""


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
