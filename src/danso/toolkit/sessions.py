"""Sessions in the database as Django keeps them; only that reading one costs less."""

from __future__ import annotations

from django.contrib.sessions.backends.db import SessionStore as InDatabase
from django.contrib.sessions.models import Session

from danso.toolkit import statements


class SessionStore(InDatabase):
    """Django's SESSION_ENGINE asks for this name."""

    def _get_session_from_db(self) -> Session | None:
        live = "session_key = %s AND expire_date > clock_timestamp()"
        found = statements.find(Session, live, [self.session_key])
        if found is None:
            self._session_key = None
        return found
