"""A source whose owner sends its records, as stewards see it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from danso.toolkit.platform import platform
from tests.conftest import Database
from tests.officers import sign_in
from tests.screens.steward.conftest import text_of


@pytest.mark.parametrize(
    ("holds", "said"),
    [
        ("everything", "Chủ quản gửi bản ghi qua cổng, từng đợt trọn vẹn"),
        ("changes", "Chủ quản gửi bản ghi thay đổi qua cổng"),
    ],
)
def test_page_says_that_the_owner_sends_it(
    client: Client, fresh_db: Database, settings: Settings, tmp_path: Path, holds: str, said: str
) -> None:
    here = platform().province_path
    copy = tmp_path / holds / here.name
    shutil.copytree(here, copy)
    file = next(path for path in sorted((copy / "sources").glob("*.yaml")))
    lines = file.read_text(encoding="utf-8").splitlines()
    sent = f"transport: {{kind: push, holds: {holds}}}"
    told = [sent if line.startswith("transport:") else line for line in lines]
    file.write_text("\n".join(told) + "\n", encoding="utf-8")
    settings.DANSO = replace(platform(), province_path=copy)

    sign_in(client, "steward", "province")
    page = text_of(client.get(f"/du-lieu/nguon/{file.stem}/").content)
    assert said in page
    assert "Chủ quản gửi bản ghi qua cổng; lần gửi đầu tiên" in page


def test_page_and_board_say_that_this_home_has_it_sent(
    client: Client, fresh_db: Database, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "pushed.json").write_text('{"insurance": "everything"}')
    settings.DANSO = replace(platform(), home=tmp_path)
    sign_in(client, "steward", "province")
    told = "do hệ thống này đặt (mô tả ghi: Tệp CSV"
    page = text_of(client.get("/du-lieu/nguon/insurance/").content)
    assert told in page
    assert "Gửi tệp" not in page
    board = text_of(client.get("/du-lieu/nguon/").content)
    assert told in board
    assert "khi chủ quản gửi đến" in board
