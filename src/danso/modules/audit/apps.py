"""Django's name for the journal."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "danso.modules.audit"
    label = "audit"
    verbose_name = "Nhật ký truy cập"
