"""Sessions as Django keeps them: none is taken over, none that is gone comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import CreateError, UpdateError
from django.contrib.sessions.backends.db import SessionStore as Djangos
from django.contrib.sessions.models import Session
from django.db.models import F

from danso.toolkit.sessions import SessionStore
from tests.conftest import Database


@pytest.fixture
def session(fresh_db: Database) -> SessionStore:
    del fresh_db
    made = SessionStore()
    made["who"] = "somebody"
    made.save()
    return made


def test_django_reads_what_was_kept_and_the_other_way_round(session: SessionStore) -> None:
    kept = Djangos(session.session_key)
    assert kept["who"] == "somebody"
    kept["who"] = "somebody else"
    kept.save()
    assert SessionStore(session.session_key)["who"] == "somebody else"
    again = SessionStore(session.session_key)
    again["more"] = 1
    again.save()
    assert Djangos(session.session_key).load() == {"who": "somebody else", "more": 1}


def test_a_key_that_is_taken_makes_no_session(session: SessionStore) -> None:
    with pytest.raises(CreateError):
        SessionStore(session.session_key).save(must_create=True)
    assert SessionStore(session.session_key)["who"] == "somebody"


def test_a_session_that_was_ended_meanwhile_is_not_kept_again(session: SessionStore) -> None:
    other = SessionStore(session.session_key)
    other["late"] = True
    session.delete()
    with pytest.raises(UpdateError):
        other.save()
    assert not session.exists(str(session.session_key))


def test_an_expired_session_is_empty_and_loses_its_key(session: SessionStore) -> None:
    Session.objects.update(expire_date=F("expire_date") - timedelta(days=1))
    late = SessionStore(session.session_key)
    assert late.load() == {}
    assert late.session_key is None
