"""Nightly clearing of ended sessions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from danso.kernel import clock
from danso.modules.identity.jobs import clear_sessions


@pytest.mark.django_db
def test_ended_sessions_are_cleared_and_living_ones_stay() -> None:
    now = clock.now()
    for key, ends in (("ended", now - timedelta(hours=1)), ("living", now + timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    assert clear_sessions(0) == 1
    assert clear_sessions(0) == 0
    assert list(Session.objects.values_list("session_key", flat=True)) == ["living"]
