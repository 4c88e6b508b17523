"""The ways out of this home for what a decision changes elsewhere (modules/cases)."""

from __future__ import annotations

from django.conf import settings

from danso.modules.cases import interface as cases
from danso.modules.cases.interface import Road


def use_home() -> None:
    """Have this process hand over as its settings say."""
    cases.use_roads(find)


def find(road: str) -> Road | None:
    """None where this home has no such way out: then a deed waits, visible in its file."""
    if road == "number" and settings.NUMBER_SERVICE_ADDRESS:
        return cases.number_road(
            settings.NUMBER_SERVICE_ADDRESS,
            settings.NUMBER_SERVICE_SECRET,
            settings.NUMBER_SERVICE_CA_FILE,
        )
    return None
