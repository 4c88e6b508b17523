"""`python -m danso.config.bench stamp|enrol|plain`: steps that need Django, in a process."""

import sys
from importlib import import_module

from danso.config.boot import django_ready

if __name__ == "__main__":
    django_ready()
    step = sys.argv[1]
    file = "plain" if step == "plain" else "enrol"
    getattr(import_module(f"danso.config.bench.{file}"), step)()
