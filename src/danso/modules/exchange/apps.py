"""Django's own entry for the exchange module."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Partners, keys and agreements; owner of the SQL schema `gateway_v1`."""

    name = "danso.modules.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
