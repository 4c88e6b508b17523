"""Django's name for the population module."""

from django.apps import AppConfig


class PopulationConfig(AppConfig):
    """The population register of one province."""

    name = "danso.modules.population"
    label = "population"
    verbose_name = "Dân cư"
