"""Django's own entry for the sign-on module."""

from django.apps import AppConfig


class SignonConfig(AppConfig):
    """The OpenID Connect provider."""

    name = "danso.modules.signon"
    label = "signon"
    default_auto_field = "django.db.models.BigAutoField"
