"""`python -m danso.config.bench stamp|enrol|plain|sign-on|filing`: steps that need Django."""

import sys
from importlib import import_module

from danso.config.boot import django_ready

if __name__ == "__main__":
    django_ready()
    step = sys.argv[1]
    files = {"plain": "plain", "sign-on": "signing_in.enrolling", "filing": "filing_here"}
    file = files.get(step, "enrol")
    getattr(import_module(f"danso.config.bench.{file}"), step.replace("-", "_"))()
