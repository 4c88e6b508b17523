"""Django's entry for the linkage module."""

from django.apps import AppConfig


class LinkageConfig(AppConfig):
    name = "danso.modules.linkage"
    label = "linkage"
