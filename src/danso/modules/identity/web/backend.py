"""Whose session it is, read anew for each request: a lock or a new round counts at once."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from danso.modules.identity.models import Account
from danso.toolkit import statements


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, with one statement that is planned once."""

    def get_user(self, user_id: Any) -> Account | None:
        """The account, unless it is closed."""
        return statements.find(Account, "id = %s AND is_active", [user_id])
