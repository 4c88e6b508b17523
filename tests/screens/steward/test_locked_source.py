"""A locked source at the desk: what others sent and its record keys open for its named purposes
only, and its page tells of nobody."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.officers import sign_in
from tests.screens.steward.conftest import SignIn, text_of


@pytest.fixture
def locked(fresh_db: Database, settings: Settings, tmp_path: Path) -> str:
    """A locked source that comes as files."""
    (tmp_path / "files").mkdir()
    settings.DANSO = replace(platform(), home=tmp_path)
    return next(
        code
        for code, one in province().sources.items()
        if one.transport.kind == "file" and province().is_locked(code)
    )


def test_what_one_sent_of_a_locked_source_others_reach_for_its_purpose_only(
    client: Client, at_desk: SignIn, locked: str
) -> None:
    at_desk("steward", "province", "data-quality")
    upload = f"/du-lieu/nguon/{locked}/tai-len/"
    file = SimpleUploadedFile("kin.csv", b"a,b\n1,2\n")
    sent = client.post(upload, {"sheet": file})
    assert sent.status_code == HTTPStatus.FOUND, text_of(sent.content)
    trial = sent.headers["Location"]
    assert client.get(trial).status_code == HTTPStatus.OK
    assert "kin.csv" in text_of(client.get(upload).content)

    at_desk("steward", "province", "data-quality")
    assert client.get(trial).status_code == HTTPStatus.FORBIDDEN
    assert "kin.csv" not in text_of(client.get(upload).content)
    assert client.get(f"/du-lieu/nguon/{locked}/loi/").status_code == HTTPStatus.FORBIDDEN


def test_the_page_of_a_locked_source_tells_no_matching(client: Client, locked: str) -> None:
    sign_in(client, "steward", "province")
    page = text_of(client.get(f"/du-lieu/nguon/{locked}/").content)
    assert "đã khớp" not in page
