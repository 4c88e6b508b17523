"""A broker's home whose VNeID is a provider that can be made to lie, and the way there and back."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings as django_settings
from django.test import Client
from joserfc.jwk import ECKey

from danso.modules.signon.adapters import upstream_calls, upstreams
from tests.conftest import Database
from tests.crooked_provider import CrookedProvider, crooked_provider
from tests.exchange_world import AN, enrol

TABLE = """
[vneid]
name = "VNeID"
issuer = "{issuer}"
client_id = "danso-broker"
purpose = "Để đăng nhập"
timeout = 5.0
claims = {{number = "personal_number", name = "name", birth = "birthdate", phone = "phone"}}
levels = [
    {{value = "urn:danso:acr:2:2", level = 2, authentication = 2}},
    {{value = "urn:danso:acr:1:1", level = 1, authentication = 1}},
]
"""


@pytest.fixture
def vneid(fresh_db: Database, tmp_path: Path, settings: Any) -> Iterator[CrookedProvider]:
    text = upstreams.new_key()
    (tmp_path / "files").mkdir()
    (tmp_path / "sign-in-vneid-key").write_text(text)
    settings.SIGN_IN_KEYS = tmp_path
    settings.DANSO = replace(django_settings.DANSO, home=tmp_path, identity_mode="broker")
    upstream_calls.forget()
    with crooked_provider(ECKey.import_key(text).as_dict(private=False)) as found:
        (tmp_path / "files" / "sign-in.toml").write_text(TABLE.format(issuer=found.issuer))
        found.info = info_of(AN["number"], AN["full_name"], "1984-03-21")
        yield found
    upstream_calls.forget()


def info_of(number: str, name: str, birth: str) -> dict[str, str]:
    """What VNeID tells of somebody."""
    return {"personal_number": number, "name": name, "birthdate": birth}


@pytest.fixture
def person(vneid: CrookedProvider) -> UUID:
    return enrol()


def leave(browser: Client, **given: str) -> str:
    """The button of the sign-in page: the address at VNeID that it leads to."""
    page = browser.post("/sso/di/vneid/", given)
    assert page.status_code == 200, page.content.decode()[:1500]
    return next_of(page)


def next_of(page: Any) -> str:
    """Where a page goes on to by itself."""
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())
    assert found, page.content.decode()[:3000]
    return html.unescape(found[1])


def come_back(browser: Client, vneid: CrookedProvider, url: str, **bent: str) -> Any:
    return browser.get("/sso/ve/vneid", vneid.agree(url) | bent)


def enter(browser: Client, vneid: CrookedProvider) -> Any:
    return come_back(browser, vneid, leave(browser))


def end(machine: Client, token: str) -> Any:
    return machine.generic(
        "POST",
        "/sso/het-phien/vneid",
        f"logout_token={token}",
        content_type="application/x-www-form-urlencoded",
    )
