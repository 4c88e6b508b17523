"""The short way to the machine endpoints keeps what the long one gives."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from danso.modules.signon.rest.direct import NAMES
from danso.toolkit.security import PERMISSIONS_POLICY
from tests.conftest import Database

HELD = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize("name", NAMES)
def test_answers_carry_the_headers_of_every_answer(fresh_db: Database, name: str) -> None:
    del fresh_db
    answer = Client().post(reverse(f"sso:{name}"))
    assert answer.status_code in (400, 401)
    assert {header: answer[header] for header in HELD} == HELD
    assert int(answer["Content-Length"]) == len(answer.content)
    assert answer["DPoP-Nonce"]
    assert not answer.cookies


@pytest.mark.parametrize("name", NAMES)
def test_another_homes_name_and_plain_http_from_afar_are_refused(name: str) -> None:
    path = reverse(f"sso:{name}")
    assert Client().post(path, HTTP_HOST="elsewhere.example").status_code == 400
    assert Client().post(path, REMOTE_ADDR="198.51.100.7").status_code == 400
