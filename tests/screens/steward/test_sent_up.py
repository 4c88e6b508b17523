"""In a copy an accepted correction waits for the national database, and the pages say so."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.conf import LazySettings
from django.test import Client

from danso.modules.sources import interface as sources
from danso.modules.sources.data import Wrong
from tests.screens.steward.conftest import CLERK, SignIn, text_of


def test_accepted_correction_is_shown_as_sent_up_and_asked_no_more(
    person: UUID, commune: str, at_desk: SignIn, client: Client, settings: LazySettings
) -> None:
    settings.DANSO = replace(settings.DANSO, register_mode="copy")
    key = sources.open_correction(Wrong(person, "birth", "04/02/1984", "sổ", "desk"), actor=CLERK)
    at_desk("commune_police", f"commune:{commune}")
    where = f"/du-lieu/sai-lech/{key}/"
    sure = {"decision": "accept", "answer": "Đã xem giấy khai sinh", "compared": "on"}
    answer = client.post(where, sure)
    assert answer.status_code == 302
    assert sources.get_correction(key).stage == "sent_up"

    page = text_of(client.get(where).content)
    assert "Đã chấp nhận và gửi lên cơ sở dữ liệu quốc gia" in page
    assert "Đã xem giấy khai sinh" in page
    assert 'name="decision"' not in client.get(where).content.decode()
    assert "Chờ cơ sở dữ liệu quốc gia" in text_of(client.get("/du-lieu/sai-lech/?muc=gui").content)
    waiting = text_of(client.get("/du-lieu/sai-lech/").content)
    assert "Không còn sai lệch nào chờ trả lời" in waiting
