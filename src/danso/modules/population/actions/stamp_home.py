"""Stamping this register, once: demo or real, authority, copy or absent."""

from __future__ import annotations

from typing import Literal

from django.db import transaction

from danso.kernel import clock
from danso.kernel.errors import Conflict
from danso.modules.population.models import Setting
from danso.modules.population.rules import RegisterMode


def stamp_home(home: Literal["demo", "real"], mode: RegisterMode) -> None:
    with transaction.atomic():
        stamp, made = Setting.objects.get_or_create(
            id=1, defaults={"home": home, "mode": mode, "stamped_at": clock.now()}
        )
    if not made and (stamp.home, stamp.mode) != (home, mode):
        raise Conflict(
            f"This database is a {stamp.home} register ({stamp.mode}) and stays one.",
            code="home_stamped",
            fix="Start with the settings it was made with, or use another database.",
        )
