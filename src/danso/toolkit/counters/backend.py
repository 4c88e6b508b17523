"""Django's cache in a table of its own: every process of the pages sees the same counters."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from danso.toolkit import statements

_GET: Final = """
    SELECT value FROM counters_counter WHERE digest = %s AND until > clock_timestamp()
"""
_SET: Final = """
    INSERT INTO counters_counter (digest, value, until)
    VALUES (%s, %s, coalesce(clock_timestamp() + make_interval(secs => %s), 'infinity'))
    ON CONFLICT (digest) DO UPDATE SET value = excluded.value, until = excluded.until
"""
# Nobody's yet, or nobody's any more: of several that add at once, one has done it.
_ADD: Final = _SET + " WHERE counters_counter.until <= clock_timestamp()"
_TOUCH: Final = """
    UPDATE counters_counter
    SET until = coalesce(clock_timestamp() + make_interval(secs => %s), 'infinity')
    WHERE digest = %s AND until > clock_timestamp()
"""
_DELETE: Final = """
    WITH gone AS (DELETE FROM counters_counter WHERE digest = %s RETURNING until)
    SELECT until > clock_timestamp() FROM gone
"""
_CLEAR: Final = "DELETE FROM counters_counter"
_SWEEP: Final = "DELETE FROM counters_counter WHERE until <= clock_timestamp()"


class SharedCounters(BaseCache):
    """Values are what JSON holds; names are kept by their hash, for they tell addresses."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        del location
        super().__init__(params)

    def add(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        given = [self._digest(key, version), json.dumps(value), self._seconds(timeout)]
        return statements.run(_ADD, given) == 1

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        found = statements.row(_GET, [self._digest(key, version)])
        return default if found is None else json.loads(found[0])

    def set(
        self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        given = [self._digest(key, version), json.dumps(value), self._seconds(timeout)]
        statements.run(_SET, given)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return statements.run(_TOUCH, [self._seconds(timeout), self._digest(key, version)]) == 1

    def delete(self, key: Any, version: int | None = None) -> bool:
        return statements.row(_DELETE, [self._digest(key, version)]) == (True,)

    def clear(self) -> None:
        statements.run(_CLEAR)

    def _digest(self, key: Any, version: int | None) -> str:
        return hashlib.sha256(str(self.make_key(key, version)).encode()).hexdigest()

    def _seconds(self, timeout: Any) -> float | None:
        """None: for ever. A time that is over deletes, as everywhere in Django."""
        return self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout


def sweep() -> int:
    """Delete what has expired; how many."""
    return statements.run(_SWEEP)
