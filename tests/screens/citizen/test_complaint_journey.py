"""From a look in the citizen's list, through the auditor's pages, to the answer they read."""

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
from tests.eid_world import account_of
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import sign_in
from tests.rights_world import look_at

pytestmark = pytest.mark.clause("I.2.3", partly="an independent test of the whole is to come")
ANSWER = "Cán bộ xem không có hồ sơ; đơn vị đã xử lý."


def text(answer: Any) -> str:
    assert answer.status_code == HTTPStatus.OK, answer
    found: str = answer.content.decode()
    return found


def test_a_complaint_about_a_look_is_answered(
    mine: Client,
    person: UUID,
    key_path: Path,  # noqa: F811
    sealer: Sealer,  # noqa: F811
) -> None:
    del key_path
    reference = look_at(person, Actor("officer", "x", "so-y-te", "pages"), sealer=sealer)
    form = f"/cua-toi/khieu-nai/luot/{reference}/"
    listed = text(mine.get("/cua-toi/ai-da-xem/", follow=True))
    assert "Sở Y tế" in listed
    mine.post(form, {"reason": "no_business", "text": "Tôi không đến đó"})
    key = protection.complaints_of(account_of(person).pk)[0].key
    auditor = Client()
    sign_in(auditor, "auditor")
    page = f"/kiem-tra/khieu-nai/{key}/"
    assert "Tôi không đến đó" in text(auditor.get(page))
    auditor.post(f"{page}nhan/")
    auditor.post(f"{page}hoi/", {"text": "Vì việc gì?"})
    auditor.post(f"{page}giai-trinh/", {"text": "Không có hồ sơ"})
    assert "chờ cơ quan giải trình" not in text(auditor.get(page))
    auditor.post(f"{page}ket-luan/", {"is_justified": "yes", "text": ANSWER})
    seen = text(mine.get(f"/cua-toi/khieu-nai/{key}/"))
    assert ANSWER in seen
    assert "khiếu nại đúng" in seen
    # Who found out what stays inside; the person reads the answer.
    assert "Không có hồ sơ" not in seen.replace(ANSWER, "")


def test_a_complaint_needs_a_reason_and_no_story(
    mine: Client,
    person: UUID,
    key_path: Path,  # noqa: F811
    sealer: Sealer,  # noqa: F811
) -> None:
    del key_path
    reference = look_at(person, Actor("officer", "x", "so-y-te", "pages"), sealer=sealer)
    form = f"/cua-toi/khieu-nai/luot/{reference}/"
    assert "govuk-error-summary" in text(mine.post(form, {"text": ""}))
    filed = mine.post(form, {"reason": "no_business", "text": ""}, follow=True)
    assert "Không kể thêm gì." in text(filed)
