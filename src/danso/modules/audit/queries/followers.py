"""How far each follower of events has come: read from their cursors, so any process may ask."""

from django.db import connection

from danso.modules.audit.data import Follower

_CURSORS = """
SELECT c.consumer, greatest(s.size - c.position, 0), c.moved_at
FROM audit_cursor c, audit_state s ORDER BY c.consumer
"""


def followers() -> list[Follower]:
    with connection.cursor() as cursor:
        cursor.execute(_CURSORS)
        return [Follower(*row) for row in cursor.fetchall()]
