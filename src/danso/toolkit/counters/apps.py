"""Django's own entry for the counters."""

from django.apps import AppConfig


class CountersConfig(AppConfig):
    """The table behind Django's cache."""

    name = "danso.toolkit.counters"
    label = "counters"
