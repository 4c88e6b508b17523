"""A receipt is checked by anybody, and says nothing about who."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from danso.modules.cases import interface as cases
from danso.modules.population.models import Person
from danso.modules.signon import interface as signon
from danso.modules.signon.data import FileReceipt
from tests.cases_world import commune, officer, step
from tests.eid_world import NAME
from tests.rights_world import citizen_actor

HERE = "/dich-vu/kiem-tra-giay-hen/"
pytestmark = pytest.mark.usefixtures("fresh_db")


def token() -> str:
    at = datetime(2026, 12, 1, 2, tzinfo=UTC)
    return signon.sign_file_receipt(
        FileReceipt("H56.16597-261201-0001", "permanent-residence", at, at, commune())
    )


def test_ours_is_told_what_it_says(client: Client) -> None:
    told = client.post(HERE, {"text": f"  {token()}\n"}).content.decode()
    assert "Giấy đúng là của hệ thống này." in told
    assert "H56.16597-261201-0001" in told
    assert "Đăng ký thường trú" in told


@pytest.mark.parametrize("text", ["", "abc", "a.b.c", "x" * 1999])
def test_anything_else_is_refused_in_words(client: Client, text: str) -> None:
    told = client.post(HERE, {"text": text})
    assert told.status_code == 200
    assert "Giấy đúng" not in told.content.decode()


def test_a_changed_letter_is_seen(client: Client) -> None:
    head, body, seal = token().split(".")
    changed = f"{head}.{body[:-3]}AAA.{seal}"
    assert "đã bị sửa" in client.post(HERE, {"text": changed}).content.decode()


def test_a_file_shows_its_squares_once_it_was_taken_in(mine: Client, person: UUID) -> None:
    Person.objects.filter(key=person).update(commune=commune())
    begun = mine.post("/dich-vu/residence-confirmation/bat-dau/")["Location"]
    draft = UUID(begun.split("/")[4])
    actor = citizen_actor(get_user_model().objects.get(person=person).pk)
    filed = cases.submit(draft, actor=actor)
    page = f"/dich-vu/ho-so/{filed.key}/"
    assert "<svg" not in mine.get(page).content.decode()
    step(cases.receive, filed.key, officer("commune_police", f"commune:{filed.unit}"))
    told = mine.get(page).content.decode()
    assert "<svg" in told
    assert "Đánh giá" not in told
    assert NAME not in told.split("<svg")[1].split("</svg>")[0]


def test_a_finished_file_is_rated_once(mine: Client, person: UUID) -> None:
    Person.objects.filter(key=person).update(commune=commune())
    begun = mine.post("/dich-vu/residence-confirmation/bat-dau/")["Location"]
    actor = citizen_actor(get_user_model().objects.get(person=person).pk)
    filed = cases.submit(UUID(begun.split("/")[4]), actor=actor)
    police = officer("commune_police", f"commune:{filed.unit}")
    step(cases.refuse_receipt, filed.key, police, "Nộp nhầm nơi")
    page = f"/dich-vu/ho-so/{filed.key}/"
    assert "danh-gia" in mine.get(page).content.decode()
    assert "Chọn một trong ba" in mine.post(f"{page}danh-gia/", {"words": ""}).content.decode()
    assert mine.post(f"{page}danh-gia/", {"satisfaction": "1"}).status_code == 302
    assert "danh-gia" not in mine.get(page).content.decode()
    again = mine.post(f"{page}danh-gia/", {"satisfaction": "3"}).content.decode()
    assert "đã được đánh giá" in again
