"""Django's entry for the sources module."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    name = "danso.modules.sources"
    label = "sources"
