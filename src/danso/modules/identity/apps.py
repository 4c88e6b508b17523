"""Django's own entry for the identity module."""

from django.apps import AppConfig


class IdentityConfig(AppConfig):
    """Accounts and posts; the label is what AUTH_USER_MODEL names."""

    name = "danso.modules.identity"
    label = "identity"
    default_auto_field = "django.db.models.BigAutoField"
