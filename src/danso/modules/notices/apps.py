"""Django's name for the notices module."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Messages to people."""

    name = "danso.modules.notices"
    label = "notices"
    verbose_name = "Tin nhắn"
