"""Sessions in the database as Django keeps them, by statements that are planned once."""

from __future__ import annotations

from typing import Final

from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.contrib.sessions.models import Session

from danso.toolkit import statements

_EXISTS: Final = "SELECT 1 FROM django_session WHERE session_key = %s"
_INSERT: Final = """
    INSERT INTO django_session (session_key, session_data, expire_date) VALUES (%s, %s, %s)
    ON CONFLICT DO NOTHING
"""
_UPDATE: Final = """
    UPDATE django_session SET session_data = %s, expire_date = %s WHERE session_key = %s
"""
_DELETE: Final = "DELETE FROM django_session WHERE session_key = %s"


class SessionStore(InDatabase):
    """Django's SESSION_ENGINE asks for this name."""

    def exists(self, session_key: str) -> bool:
        return statements.row(_EXISTS, [session_key]) is not None

    def save(self, must_create: bool = False) -> None:
        """Raises CreateError for a key that is taken, UpdateError for a session that is gone."""
        if self.session_key is None:
            self.create()
            return
        kept = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        row = self.create_model_instance(kept)
        if must_create:
            if not statements.run(_INSERT, [row.session_key, row.session_data, row.expire_date]):
                raise CreateError
        elif not statements.run(_UPDATE, [row.session_data, row.expire_date, row.session_key]):
            raise UpdateError

    def delete(self, session_key: str | None = None) -> None:
        if key := session_key or self.session_key:
            statements.run(_DELETE, [key])

    def _get_session_from_db(self) -> Session | None:
        live = "session_key = %s AND expire_date > clock_timestamp()"
        found = statements.find(Session, live, [self.session_key])
        if found is None:
            self._session_key = None
        return found
