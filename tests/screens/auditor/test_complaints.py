"""Complaints on the auditor's pages, from the worklist to the answer the citizen reads."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from danso.kernel.actors import Actor
from danso.modules.audit.jobs import Sealer
from danso.modules.protection import interface as protection
from danso.modules.protection.data import ComplaintReason, NewComplaint
from tests.conftest import Database
from tests.eid_world import NAME, citizen
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import enter, journal, make_officer, sign_in
from tests.rights_world import citizen_actor, holder, look_at, messages

MASKED = "Nguyễn Thị S."
HERE = "/kiem-tra/khieu-nai/"


def text(answer: Any) -> str:
    assert answer.status_code == HTTPStatus.OK, answer
    found: str = answer.content.decode()
    return found


@pytest.fixture
def person(fresh_db: Database, key_path: Path) -> UUID:  # noqa: F811
    del key_path
    return citizen()


def complained(person: UUID, by: Actor, sealer: Sealer) -> UUID:  # noqa: F811
    account = holder(person)
    reference = look_at(person, by, sealer=sealer)
    new = NewComplaint(reference, ComplaintReason.ACQUAINTED, "Hàng xóm <b>cũ</b>")
    return protection.file_complaint(account, new, actor=citizen_actor(account))


def test_from_the_worklist_to_the_answer(
    client: Client,
    person: UUID,
    sealer: Sealer,  # noqa: F811
    fresh_db: Database,
) -> None:
    key = complained(person, Actor("officer", "x", "so-y-te", "pages"), sealer)
    sign_in(client, "auditor")
    assert "Khiếu nại chưa kết luận" in text(client.get("/kiem-tra/"))
    assert "Sở Y tế" in text(client.get(HERE))
    page = f"{HERE}{key}/"
    shown = text(client.get(page))
    assert "Hàng xóm &lt;b&gt;cũ" in shown
    assert MASKED in shown
    assert NAME not in shown
    assert str(person) not in shown
    assert "đang xác minh" in text(client.post(f"{page}nhan/", follow=True))
    assert "govuk-error-summary" in text(client.post(f"{page}hoi/", {"text": "Xem 099084000123?"}))
    asked = text(client.post(f"{page}hoi/", {"text": "Vì sao xem?"}, follow=True))
    assert "chờ cơ quan giải trình" in asked
    said = text(client.post(f"{page}giai-trinh/", {"text": "Xem nhầm"}, follow=True))
    assert "Xem nhầm" in said
    given = {"is_justified": "yes", "text": "Đã nhắc nhở cán bộ"}
    assert "khiếu nại đúng" in text(client.post(f"{page}ket-luan/", given, follow=True))
    assert len(messages("complaint_answered")) == 1
    assert "Sở Y tế" in text(client.get(f"{HERE}?state=closed"))
    opened = [row for row in journal(fresh_db) if row.action == "rights.complaint_opened"]
    assert {row.subject for row in opened} == {str(person)}


def test_the_looker_may_read_but_not_decide(
    client: Client,
    person: UUID,
    sealer: Sealer,  # noqa: F811
) -> None:
    looker = make_officer("auditor")
    key = complained(person, Actor("officer", str(looker.id), "cong-an-tinh", "pages"), sealer)
    enter(client, looker)
    assert "để kiểm tra viên khác" in text(client.get(f"{HERE}{key}/"))
    assert client.post(f"{HERE}{key}/nhan/").status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("role", ["steward", "operator", "leader"])
def test_nobody_else_reads_complaints(fresh_db: Database, client: Client, role: str) -> None:
    sign_in(client, role)
    assert client.get(HERE).status_code == HTTPStatus.FORBIDDEN
