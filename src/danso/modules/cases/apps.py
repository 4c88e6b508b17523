"""Django's own entry for the cases module."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Drafts, cases, their papers and steps, the counter of file codes."""

    name = "danso.modules.cases"
    label = "cases"
    default_auto_field = "django.db.models.BigAutoField"
