"""The citizen's pages of requests, complaints and copies."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.test import Client

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit.jobs import Sealer
from danso.modules.protection import interface as protection
from tests.conftest import Database
from tests.eid_world import NAME, account_of, give_password
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import sign_in
from tests.rights_world import look_at
from tests.screens.account.test_signing_in import SECRET, code_now

HERE = "/cua-toi/"


def text(answer: Any) -> str:
    assert answer.status_code == HTTPStatus.OK
    found: str = answer.content.decode()
    return found


def test_every_right_is_offered_with_law_and_term(mine: Client) -> None:
    page = text(mine.get(f"{HERE}yeu-cau/moi/"))
    for one in protection.right_kinds():
        assert one.vi in page
        form = text(mine.get(f"{HERE}yeu-cau/moi/{one.code}/"))
        assert one.law in form
        assert f"{one.carry_out.days} ngày" in form
    assert mine.get(f"{HERE}yeu-cau/moi/none/").status_code == HTTPStatus.NOT_FOUND


def test_a_request_is_filed_followed_and_taken_back(mine: Client, person: UUID) -> None:
    chosen = mine.post(f"{HERE}yeu-cau/moi/", {"right": "erase"})
    assert chosen["Location"] == f"{HERE}yeu-cau/moi/erase/"
    assert "Nội dung yêu cầu" in text(mine.post(chosen["Location"], {"text": " "}))
    page = text(mine.post(chosen["Location"], {"text": "Số cũ\nđã bỏ"}, follow=True))
    assert "Số cũ<br>đã bỏ" in page
    assert "chờ tiếp nhận" in page
    again = text(mine.post(chosen["Location"], {"text": "lần nữa"}))
    assert "govuk-error-summary" in again
    key = protection.requests_of([person])[0].key
    assert "đã rút lại" in text(mine.post(f"{HERE}yeu-cau/{key}/rut/", follow=True))


def test_what_is_anothers_reads_like_what_is_not_there(mine: Client) -> None:
    paths = ("yeu-cau/{}/", "khieu-nai/{}/")
    for path in paths:
        assert mine.get(HERE + path.format(uuid4())).status_code == HTTPStatus.NOT_FOUND
    assert mine.get(f"{HERE}khieu-nai/luot/{'00' * 8}/").status_code == HTTPStatus.NOT_FOUND


def test_a_look_is_complained_about(
    mine: Client,
    person: UUID,
    key_path: Path,  # noqa: F811
    sealer: Sealer,  # noqa: F811
) -> None:
    del key_path
    reference = look_at(person, Actor("officer", "x", "so-y-te", "pages"), sealer=sealer)
    path = f"{HERE}khieu-nai/luot/{reference}/"
    assert "Sở Y tế" in text(mine.get(path))
    given = {"reason": "no_business", "text": "Tôi ở nhà"}
    page = text(mine.post(path, given, follow=True))
    assert "Khiếu nại lượt xem của Sở Y tế" in page
    assert "Sở Y tế" in text(mine.get(f"{HERE}khieu-nai/"))
    key = protection.complaints_of(account_of(person).pk)[0].key
    assert "đã rút lại" in text(mine.post(f"{HERE}khieu-nai/{key}/rut/", follow=True))


def make_strong(person: UUID) -> Client:
    """A session of two factors, confirmed just now."""
    user = account_of(person)
    TOTP.activate(user, SECRET)
    client = Client()
    give_password(client)
    client.post("/tai-khoan/dang-nhap/ma/", {"code": code_now()})
    return client


def test_a_copy_is_fetched_in_a_strong_and_fresh_session_only(mine: Client, person: UUID) -> None:
    mine.post(f"{HERE}ban-sao/lap/")
    assert "đang lập" in text(mine.get(f"{HERE}ban-sao/"))
    (key,) = protection.waiting_copies()
    protection.make_copy(key)
    weak = mine.post(f"{HERE}ban-sao/{key}/tai/")
    assert weak.status_code in (HTTPStatus.FORBIDDEN, HTTPStatus.FOUND)
    strong = make_strong(person)
    assert "Tải về" in text(strong.get(f"{HERE}ban-sao/{key}/"))
    fetched = strong.post(f"{HERE}ban-sao/{key}/tai/")
    assert fetched["Cache-Control"] == "no-store, private"
    with zipfile.ZipFile(io.BytesIO(fetched.content)) as packed:
        assert NAME in packed.read("doc.html").decode()
    with clock.frozen(clock.now() + timedelta(minutes=6)):
        stale = strong.post(f"{HERE}ban-sao/{key}/tai/")
        assert stale.status_code == HTTPStatus.FOUND
    assert Authenticator.objects.filter(user=account_of(person)).exists()


def test_officers_have_none_of_these(fresh_db: Database, client: Client) -> None:
    sign_in(client, "steward")
    for path in ("yeu-cau/", "khieu-nai/", "ban-sao/"):
        assert client.get(HERE + path)["Location"] == "/tai-khoan/"


@pytest.mark.parametrize("path", ["yeu-cau/", "khieu-nai/", "ban-sao/"])
def test_pages_speak_english_too(mine: Client, path: str) -> None:
    mine.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = text(mine.get(HERE + path))
    assert '<html lang="en"' in page
