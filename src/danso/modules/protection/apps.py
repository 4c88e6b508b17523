"""Django's own entry for the protection module."""

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    """Requests, complaints, copies, breaches."""

    name = "danso.modules.protection"
    label = "protection"
    default_auto_field = "django.db.models.BigAutoField"
