"""A round of a copy's work with the register above: follow its feed, send, fetch answers."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Final

from django.db import connection

from danso.kernel import clock
from danso.kernel.errors import DansoError
from danso.modules.population.actions.follow_upstream import follow_page
from danso.modules.population.actions.request_change import fetch_answers, send_waiting
from danso.modules.population.adapters.national import national_service, read_home
from danso.modules.population.data import UpstreamRound
from danso.modules.population.models import UpstreamLink
from danso.toolkit.platform import platform
from danso.wire.upstream.faults import UpstreamDown, UpstreamRefuses
from danso.wire.upstream.setup import Pace

LONGEST_PAUSE: Final = 60.0
# What a home's own settings lack; it says so on the operator's page like any other fault.
_OWN_FAULTS: Final = frozenset({"upstream_unset", "upstream_setup"})


def work_on_upstream(seconds: float) -> UpstreamRound:
    if platform().register_mode != "copy":
        return UpstreamRound()
    try:
        pace = _pace()
        if _is_left_alone(pace):
            return UpstreamRound()
        done = _round(pace, time.monotonic() + seconds)
    except (UpstreamDown, UpstreamRefuses) as fault:
        note_link(answers=False, fault=fault.kind)
        return UpstreamRound(fault=fault.kind)
    except DansoError as fault:
        if fault.code not in _OWN_FAULTS:
            raise
        note_link(answers=False, fault=fault.code)
        return UpstreamRound(fault=fault.code)
    note_link(answers=True)
    return done


def check_upstream() -> None:
    """Ask about nobody, and note whether that was answered. Raises what went wrong."""
    try:
        with national_service() as upstream:
            upstream.check()
    except (UpstreamDown, UpstreamRefuses) as fault:
        note_link(answers=False, fault=fault.kind)
        raise
    note_link(answers=True)


def note_link(*, answers: bool, fault: str = "") -> None:
    """Keep since when the service answers or does not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT population_v1.note_link(%s, %s)", [answers, fault])


def _pace() -> Pace:
    found = read_home()
    return found[0].pace if found else Pace()


def _is_left_alone(pace: Pace) -> bool:
    """A fallen service is asked ever more seldom, at least once a minute."""
    link = UpstreamLink.objects.filter(id=1, is_up=False).first()
    if link is None:
        return False
    pause = min(LONGEST_PAUSE, pace.pause * 2 ** min(link.falls - 1, 10))
    return clock.now() < link.noted_at + timedelta(seconds=pause)


def _round(pace: Pace, end: float) -> UpstreamRound:
    """The feed first: it carries nobody's data out, and shows whether the service is there."""
    applied = aside = 0
    with national_service() as upstream:
        while True:
            done, set_aside = follow_page(upstream, pace.page)
            applied, aside = applied + done, aside + set_aside
            if done + set_aside < pace.page or time.monotonic() > end:
                break
        sent = send_waiting(upstream)
        answered = fetch_answers(upstream, every=timedelta(seconds=pace.answers))
    return UpstreamRound(applied, aside, sent, answered)
