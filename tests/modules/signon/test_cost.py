"""A sign-in with a live session costs few statements: each step's number is held here."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import Database
from tests.exchange_world import enrol
from tests.signon_world import body, make_party, sign_in_person, told

MOST = {"push": 3, "authorize": 9, "token": 10, "userinfo": 7}


def test_no_step_of_a_sign_in_asks_the_database_more_than_it_must(fresh_db: Database) -> None:
    party, browser = make_party(), Client()
    sign_in_person(browser, enrol())
    body(party.tokens(told(party.open(browser))["code"]))  # the first brings the nonce
    counts: dict[str, int] = {}

    def counted(step: str, queries: CaptureQueriesContext) -> None:
        counts[step] = len(queries)

    with CaptureQueriesContext(connection) as found:
        request_uri = body(party.push())["request_uri"]
    counted("push", found)
    with CaptureQueriesContext(connection) as found:
        answer = told(party.bring(browser, request_uri))
    counted("authorize", found)
    with CaptureQueriesContext(connection) as found:
        tokens = body(party.tokens(answer["code"]))
    counted("token", found)
    with CaptureQueriesContext(connection) as found:
        assert party.userinfo(tokens["access_token"]).status_code == 200
    counted("userinfo", found)
    assert {step: count for step, count in counts.items() if count > MOST[step]} == {}, counts
