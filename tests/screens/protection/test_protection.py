"""Data protection at work: who may, requests answered, a breach from discovery to its end."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit.jobs import Sealer
from danso.modules.protection import interface as protection
from tests.conftest import Database
from tests.eid_world import citizen
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import journal, sign_in
from tests.rights_world import citizen_actor, holder, look_at, messages

HERE = "/bao-ve-du-lieu/"


def text(answer: Any) -> str:
    assert answer.status_code == HTTPStatus.OK, answer
    found: str = answer.content.decode()
    return found


@pytest.fixture
def account(fresh_db: Database) -> UUID:
    return holder(citizen())


def filed(account: UUID, kind: str = "erase") -> UUID:
    return protection.file_request(account, kind, "Xóa số cũ", actor=citizen_actor(account))


@pytest.mark.parametrize(
    ("role", "scope", "path", "status"),
    [
        ("steward", "province", "", HTTPStatus.OK),
        ("auditor", "province", "yeu-cau/", HTTPStatus.OK),
        ("operator", "province", "su-co/", HTTPStatus.OK),
        # A post of one agency or commune answers nobody and keeps no register.
        ("steward", "agency:so-y-te", "", HTTPStatus.FORBIDDEN),
        ("steward", "agency:so-y-te", "yeu-cau/", HTTPStatus.FORBIDDEN),
        ("steward", "agency:so-y-te", "su-co/moi/", HTTPStatus.FORBIDDEN),
        ("operator", "province", "yeu-cau/", HTTPStatus.FORBIDDEN),
        ("auditor", "province", "su-co/", HTTPStatus.FORBIDDEN),
        ("leader", "province", "", HTTPStatus.FORBIDDEN),
    ],
)
def test_only_posts_of_the_whole_province_work_here(
    fresh_db: Database, client: Client, role: str, scope: str, path: str, status: int
) -> None:
    sign_in(client, role, scope)
    assert client.get(HERE + path).status_code == status


def test_a_request_is_taken_extended_and_carried_out(account: UUID, client: Client) -> None:
    key = filed(account)
    sign_in(client, "steward")
    page = f"{HERE}yeu-cau/{key}/"
    assert "Xóa dữ liệu" in text(client.get(f"{HERE}yeu-cau/"))
    assert "Xóa số cũ" in text(client.get(page))
    assert "đang giải quyết" in text(client.post(f"{page}nhan/", follow=True))
    assert "đã gia hạn" in text(client.post(f"{page}gia-han/", {"text": "Hỏi nguồn"}, follow=True))
    done = text(client.post(f"{page}thuc-hien/", {"text": "Đã xóa"}, follow=True))
    assert "Đã xóa" in done
    assert len(messages("request_answered")) == 1
    assert "Xóa dữ liệu" in text(client.get(f"{HERE}yeu-cau/?state=closed"))


def test_a_refusal_asks_for_its_ground(account: UUID, client: Client, fresh_db: Database) -> None:
    key = filed(account)
    sign_in(client, "steward")
    page = f"{HERE}yeu-cau/{key}/"
    client.post(f"{page}nhan/")
    assert "govuk-error-summary" in text(client.post(f"{page}tu-choi/", {"text": "Không"}))
    given = {"text": "Luật Căn cước buộc giữ", "ground": "kept_by_law"}
    assert "Điều 14" in text(client.post(f"{page}tu-choi/", given, follow=True))
    opened = [row for row in journal(fresh_db) if row.action == "rights.request_opened"]
    assert opened
    assert all(row.subject for row in opened)


def test_a_complaint_about_processing_is_the_auditors(account: UUID, client: Client) -> None:
    key = filed(account, "complain")
    sign_in(client, "steward")
    assert client.get(f"{HERE}yeu-cau/{key}/").status_code == HTTPStatus.NOT_FOUND
    auditor = Client()
    sign_in(auditor, "auditor")
    assert "Xóa số cũ" in text(auditor.get(f"{HERE}yeu-cau/{key}/"))


def moment(back: timedelta = timedelta(hours=1)) -> dict[str, str]:
    at = clock.local(clock.now() - back)
    parts = {"day-day": at.day, "day-month": at.month, "day-year": at.year}
    return {name: str(value) for name, value in parts.items()} | {"hour": at.strftime("%H:%M")}


def breach(client: Client, **more: str) -> str:
    """Recorded through the form; the path of its page."""
    given = moment() | {"kind": "disclosed", "groups": "basic", "happened": "Lộ mật khẩu"} | more
    answer = client.post(f"{HERE}su-co/moi/", given)
    assert answer.status_code == HTTPStatus.FOUND, answer.content.decode()
    found: str = answer["Location"]
    return found


def test_a_breach_goes_from_its_discovery_to_its_end(client: Client, fresh_db: Database) -> None:
    sign_in(client, "operator")
    page = breach(client)
    assert "còn 7" in text(client.get(page))
    changed = moment() | {"kind": "disclosed", "groups": "biometric", "people": "1200"}
    changed |= {"happened": "Lộ ảnh khuôn mặt", "cause": "Quên khóa máy"}
    assert "1.200" in text(client.post(f"{page}sua/", changed, follow=True))
    noted = text(client.post(f"{page}ghi/", {"text": "Đã khóa tài khoản"}, follow=True))
    assert "Đã khóa tài khoản" in noted
    report = client.get(f"{page}bao-cao.txt")
    assert "Quên khóa máy" in report.content.decode()
    early = {"outcome": "closed", "text": "Xong"}
    assert "govuk-error-summary" in text(client.post(f"{page}ket-thuc/", early))
    told = moment(timedelta()) | {"way": "Công văn", "number": "12/BC"}
    assert "đúng hạn" in text(client.post(f"{page}thong-bao/", told, follow=True))
    assert "đã kết thúc" in text(client.post(f"{page}ket-thuc/", early, follow=True))
    assert "Đã kết thúc" in text(client.get(f"{HERE}su-co/"))


def test_a_number_in_a_breach_is_refused_on_the_page(client: Client, fresh_db: Database) -> None:
    sign_in(client, "operator")
    given = moment() | {"kind": "lost", "groups": "basic", "happened": "Của 099084000123"}
    answer = client.post(f"{HERE}su-co/moi/", given)
    assert "govuk-error-summary" in text(answer)
    assert protection.list_breaches() == ()


def test_the_operator_sees_open_ones_and_those_too_late(client: Client, fresh_db: Database) -> None:
    sign_in(client, "operator")
    breach(client, **moment(timedelta(hours=80)))
    assert "Sự cố dữ liệu cá nhân quá hạn thông báo: 1" in text(client.get("/van-hanh/"))
    assert "quá hạn 8 giờ" in text(client.get(f"{HERE}su-co/"))


def test_people_concerned_are_counted_then_told(
    account: UUID,
    client: Client,
    key_path: Path,  # noqa: F811
    sealer: Sealer,  # noqa: F811
) -> None:
    del key_path
    person = protection.get_request(filed(account)).person
    look_at(person, Actor("partner", "ngan-hang", "ngan-hang", "gateway"), sealer=sealer)
    sign_in(client, "operator", fresh=True)
    page = f"{breach(client)}nguoi-bi-anh-huong/"
    today = clock.today()
    days = {
        f"{end}-{part}": str(value)
        for end in ("first", "last")
        for part, value in (("day", today.day), ("month", today.month), ("year", today.year))
    }
    assert "Nhắn 1 người" in text(client.post(page, {"actor": "ngan-hang"} | days))
    assert messages("breach") == []
    client.post(page, {"actor": "ngan-hang", "tell": "1"} | days)
    assert len(messages("breach")) == 1
