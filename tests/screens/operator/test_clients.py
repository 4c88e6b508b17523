"""Clients of sign-on on the operator's pages: the same doors as the command."""

from __future__ import annotations

import dataclasses

import pytest
from django.test import Client
from pytest_django import Settings

from danso.kernel import clock
from danso.modules.signon import interface as signon
from danso.modules.signon.models import LogoutNotice
from tests.exchange_world import TEAHOUSE, make_partner
from tests.officers import sign_in

PAGE = "/van-hanh/ung-dung/"
GIVEN = {
    "purpose": "Để điền sẵn tờ khai",
    "redirect_uris": "https://portal.example/back\nhttps://portal.example/other",
    "claims": ["name", "birthdate"],
    "logout_uri": "https://portal.example/logout",
}


@pytest.fixture(autouse=True)
def _teahouse(settings: Settings) -> None:
    settings.DANSO = dataclasses.replace(settings.DANSO, province_path=TEAHOUSE)


@pytest.fixture
def code(db: None, client: Client) -> str:
    """A partner of the exchange, and the operator signed in."""
    sign_in(client, "operator", fresh=True)
    return make_partner("portal-office").code


def add(client: Client, code: str, **changes: object) -> object:
    return client.post(f"{PAGE}moi/", {**GIVEN, "partner": code, **changes})


def test_a_partner_becomes_a_client_with_approved_claims(client: Client, code: str) -> None:
    add(client, code)
    found = signon.find_client(code)
    assert found is not None
    assert found.settings.claims == ("name", "birthdate")
    assert len(found.settings.redirect_uris) == 2
    page = client.get(f"{PAGE}{code}/").content.decode()
    assert "https://portal.example/other" in page
    assert "Ngày sinh" in page
    assert code in client.get(PAGE).content.decode()


def test_what_a_client_must_not_have_is_told_in_the_form(client: Client, code: str) -> None:
    page = client.post(
        f"{PAGE}moi/", {**GIVEN, "partner": code, "redirect_uris": "http://portal.example/back"}
    )
    assert page.status_code == 200
    assert signon.find_client(code) is None
    assert "govuk-error-summary" in page.content.decode()


def test_changed_disabled_and_enabled_again(client: Client, code: str) -> None:
    add(client, code)
    client.post(f"{PAGE}{code}/sua/", GIVEN | {"claims": ["name"]})
    assert signon.find_client(code).settings.claims == ("name",)  # type: ignore[union-attr]
    assert client.get(f"{PAGE}{code}/ngung/").status_code == 200
    client.post(f"{PAGE}{code}/ngung/")
    assert signon.find_client(code).disabled_at is not None  # type: ignore[union-attr]
    assert "đã ngừng" in client.get(PAGE).content.decode()
    client.post(f"{PAGE}{code}/sua/", GIVEN)
    assert signon.find_client(code).disabled_at is None  # type: ignore[union-attr]


def test_notices_that_failed_are_seen(client: Client, code: str) -> None:
    add(client, code)
    LogoutNotice.objects.create(
        client_id=code, sub="s", sid="one", made_at=clock.now(), tries=8, last_fault="status_500"
    )
    page = client.get(f"{PAGE}{code}/").content.decode()
    assert "status_500" in page
    assert "không báo được" in page
    assert "1 không báo được" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("path", ["", "moi/"])
def test_only_the_operator_comes_here(db: None, client: Client, path: str) -> None:
    sign_in(client, "steward", fresh=True)
    assert client.get(f"{PAGE}{path}").status_code == 403


def test_a_client_nobody_knows_is_not_found(client: Client, code: str) -> None:
    assert client.get(f"{PAGE}nobody/").status_code == 404
