"""Django's own entry for the documents module."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Papers of people, kept once and used again."""

    name = "danso.modules.documents"
    label = "documents"
    default_auto_field = "django.db.models.BigAutoField"
