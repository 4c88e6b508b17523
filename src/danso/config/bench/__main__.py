"""`python -m danso.config.bench stamp|enrol`: steps that need Django, in a process of their own."""

import sys
from importlib import import_module

from danso.config.boot import django_ready

if __name__ == "__main__":
    django_ready()
    getattr(import_module("danso.config.bench.enrol"), sys.argv[1])()
