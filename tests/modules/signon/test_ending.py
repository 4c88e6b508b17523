"""The end of a session ends its tokens and is told to its clients; keys turn over; sweeping."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import LazySettings
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet

from danso.config.home import Home
from danso.config.secrets import SIGN_ON_KEY, Secrets
from danso.kernel import clock
from danso.modules.audit.data import Positioned
from danso.modules.identity.data import AccountStateChanged, SessionEnded
from danso.modules.signon import interface as signon
from danso.modules.signon import jobs
from danso.modules.signon.models import AuthenticationEvent, Code, Family, LogoutNotice, Token
from tests.conftest import Database
from tests.exchange_world import enrol
from tests.signon_world import (
    RelyingParty,
    body,
    enter_with,
    make_party,
    sign_in_person,
    told,
)


class Listener(HTTPServer):
    """A client's logout address; `answers` are the statuses it gives, 200 once they are used up."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[int] = []
        self.came: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/logout"


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.came.append(parse_qs(form)["logout_token"][0])
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        self.send_header("Location", "http://127.0.0.1:9/")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[Listener]:
    server = Listener()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def party(fresh_db: Database, settings: LazySettings, listener: Listener) -> RelyingParty:
    settings.DANSO = dataclasses.replace(settings.DANSO, is_demo=True)
    return make_party(logout_uri=listener.address)


def tokens_of(party: RelyingParty, browser: Client) -> dict[str, str]:
    answer = told(party.open(browser, scope="openid offline_access"))
    found: dict[str, str] = body(party.tokens(answer["code"]))
    return found


def claims_of(text: str) -> dict[str, object]:
    published: Any = signon.public_keys()
    keys = KeySet.import_key_set(published)
    return dict(jwt.decode(text, keys, algorithms=["ES256"]).claims)


def test_the_event_of_an_ended_session_ends_tokens_and_tells_the_client_once(
    party: RelyingParty, listener: Listener
) -> None:
    browser = Client()
    account = sign_in_person(browser, enrol())
    tokens = tokens_of(party, browser)
    event = SessionEnded(account, AuthenticationEvent.objects.get().session)
    for position in (1, 2):
        jobs.follow_sessions([Positioned(position, clock.now(), event)])
    assert party.userinfo(tokens["access_token"]).status_code == 401
    assert signon.tell_clients() == 1
    assert signon.tell_clients() == 0
    claims = claims_of(listener.came[0])
    known = claims_of(tokens["id_token"])
    assert (claims["aud"], claims["sub"], claims["sid"]) == ("portal", known["sub"], known["sid"])
    assert claims["events"] == {"http://schemas.openid.net/event/backchannel-logout": {}}


def test_another_session_of_the_account_goes_on_unless_the_account_is_locked(
    party: RelyingParty, listener: Listener
) -> None:
    one, other = Client(), Client()
    account = sign_in_person(one, enrol())
    first = tokens_of(party, one)
    enter_with(other, account, ("password",))
    second = tokens_of(party, other)
    session = AuthenticationEvent.objects.order_by("at").first()
    assert session is not None
    signon.end_sessions(account, session.session, "session_ended")
    found = [party.userinfo(one["access_token"]).status_code for one in (first, second)]
    assert found == [401, 200]
    event = AccountStateChanged(account, "locked")
    jobs.follow_sessions([Positioned(3, clock.now(), event)])
    assert party.userinfo(second["access_token"]).status_code == 401
    assert signon.tell_clients() == 2


def test_a_client_that_does_not_take_it_is_told_again_later_and_given_up_in_the_end(
    party: RelyingParty, listener: Listener
) -> None:
    browser = Client()
    account = sign_in_person(browser, enrol())
    tokens_of(party, browser)
    signon.end_sessions(account, "", "session_ended")
    listener.answers = [503, 302] + [500] * 20
    with clock.frozen(clock.now()) as now:
        assert signon.tell_clients() == 0
        assert signon.tell_clients() == 0
        assert len(listener.came) == 1
        for _ in range(12):
            now.advance(timedelta(hours=13))
            signon.tell_clients()
    assert len(listener.came) == 8
    assert signon.count_waiting_notices() == 0
    assert LogoutNotice.objects.get().last_fault == "status_500"


def test_a_rotated_key_signs_at_once_and_the_old_one_is_published_for_a_day(
    fresh_db: Database, settings: LazySettings, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    home.make()
    Secrets(home).make_missing()
    settings.SIGN_ON_KEY = home.secrets / SIGN_ON_KEY
    party, browser = make_party(), Client()
    sign_in_person(browser, enrol())
    before = tokens_of(party, browser)["id_token"]
    Secrets(home).rotate(SIGN_ON_KEY)
    after = tokens_of(party, browser)["id_token"]
    keys = signon.public_keys()["keys"]
    assert len(keys) == 2
    assert claims_of(before)["sub"] == claims_of(after)["sub"]
    with clock.frozen(clock.now() + timedelta(hours=25)):
        assert [key["kid"] for key in signon.public_keys()["keys"]] == [keys[0]["kid"]]
    wish = signon.read_sign_out(before, "", "", "")
    assert wish.client == "portal"


def test_sweeping_takes_what_is_over_and_leaves_consents(
    fresh_db: Database,
) -> None:
    party, browser = make_party(), Client()
    sign_in_person(browser, enrol())
    tokens = tokens_of(party, browser)
    signon.sweep()
    assert party.userinfo(tokens["access_token"]).status_code == 200
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert signon.sweep() > 0
    counts = [model.objects.count() for model in (Family, Code, Token, AuthenticationEvent)]
    assert counts == [0, 0, 0, 0]
