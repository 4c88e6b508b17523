"""What stands around a page: entries one may open, who one is, the journal's head."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from danso.config import surroundings
from danso.toolkit.permission import routes
from tests.conftest import Database
from tests.officers import sign_in


def test_stranger_sees_no_entries(client: Client, db: None) -> None:
    request = RequestFactory().get("/")
    request.officer = None  # type: ignore[attr-defined]
    assert surroundings.navigation(request) == []
    assert surroundings.reader(request) is None


def test_officer_is_named_with_role(client: Client, fresh_db: Database) -> None:
    officer = sign_in(client, "auditor")
    page = client.get("/tai-khoan/").content.decode()
    assert officer.name in page
    assert "Kiểm tra viên nhật ký" in page


@pytest.mark.parametrize("role", ["leader", "steward", "operator", "auditor"])
def test_every_entry_shown_opens(client: Client, fresh_db: Database, role: str) -> None:
    sign_in(client, role)
    response = client.get("/tai-khoan/")
    request = response.wsgi_request
    links = surroundings.navigation(request)
    assert links[-1].href == "/tai-khoan/"
    assert links[-1].current
    for link in links:
        assert client.get(link.href).status_code == 200, link.href


def test_entries_of_built_screens_are_routes() -> None:
    known = {route.name for route in routes()}
    built = {name.split(":")[0] for name in known if ":" in name}
    named = {name for name, _ in surroundings.ENTRIES if name.split(":")[0] in built}
    assert named <= known
    assert reverse("account:own") == "/tai-khoan/"
