"""Which modules listen to events: importing a module's jobs registers its handlers."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import apps


def load_handlers() -> None:
    """Import `jobs` of every installed module."""
    for app in apps.get_app_configs():
        name = f"{app.name}.jobs"
        if app.name.startswith("danso.modules.") and find_spec(name):
            import_module(name)
