"""Django's own entry for the identity module."""

from functools import cache
from typing import get_type_hints

import fido2.utils
from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Accounts and posts; the label is what AUTH_USER_MODEL names."""

    name = "danso.modules.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """fido2 works the types of its messages out anew for each one: a seventh of the answer to
        a passkey, for what never changes."""
        fido2.utils.get_type_hints = cache(get_type_hints)  # type: ignore[assignment, attr-defined]
