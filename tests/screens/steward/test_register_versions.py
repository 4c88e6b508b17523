"""Further versions of a register out of rows: fields renamed, retired, added; old records read on;
what is wrong in a description in Vietnamese."""

from __future__ import annotations

import ast
import html
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client

import danso.catalogue
from danso.modules.sources.models import Fact, RegisterRecord, RegisterVersion
from danso.screens.steward.register_fault_words import FAULTS
from tests.officers import sign_in
from tests.screens.steward.conftest import NUMBER, SignIn, text_of
from tests.screens.steward.test_registers import ALL, BUILT, _text

HERE = f"{ALL}ho-tro-nha-o/"
NEXT = f"{HERE}mau/ban-moi/"
HEAD = {
    name: BUILT[name] for name in ("vi", "law", "read", "enter", "purposes", "retention", "rows")
}
# The fields of version 1 as their rows come back untouched.
SAME = HEAD | {
    "ban": "1",
    "rows": "6",
    "f0-vi": "Loại nhà",
    "f0-choices": "Xây mới\r\nSửa chữa",
    "f0-is_required": "on",
    "f0-listed": "on",
    "f0-told": "on",
    "f1-vi": "Ngày cấp",
    "f1-sensitivity": "basic",
}


@pytest.fixture
def register(client: Client, person: UUID, at_desk: SignIn) -> Client:
    """A register of version 1 with one record, at a steward's desk."""
    at_desk("steward", "province", "hosted-registers")
    made = client.post(f"{ALL}lap", BUILT | {"buoc": "lap"})
    client.post(f"{ALL}lap", {"text": _text(made.content.decode())})
    entry = {"number": NUMBER, "f-loai_nha": "xay_moi", "f-ngay_cap": "01/07/2024"}
    assert client.post(f"{HERE}nhap/", entry).status_code == HTTPStatus.FOUND
    return client


def keep(client: Client, **changes: str | list[str]) -> str:
    """The rows posted, then the text they make kept; the page of the text."""
    given = {name: value for name, value in (SAME | changes).items() if value}
    made = client.post(NEXT, given | {"buoc": "lap"}).content.decode()
    kept = client.post(NEXT, {"text": _text(made)}, follow=True)
    assert "Đã lưu mẫu sổ" in text_of(kept.content), text_of(kept.content)
    return made


@pytest.mark.clause("II.2.8")
def test_a_field_is_added_and_another_retired_and_old_records_read_on(register: Client) -> None:
    page = register.get(NEXT).content.decode()
    assert 'value="Loại nhà"' in page
    assert "Sửa chữa" in page
    made = keep(register, **{"f1-retired": "on", "f2-vi": "Diện tích", "f2-kind": "amount"})
    assert "Trường mới: Diện tích." in text_of(made.encode())
    assert "Trường bị bỏ: Ngày cấp." in text_of(made.encode())

    latest = RegisterVersion.objects.latest("version")
    assert latest.version == 2
    assert "ngay_cap" not in latest.text
    assert "code: dien_tich" in latest.text
    record = RegisterRecord.objects.get()
    shown = text_of(register.get(f"{HERE}{record.key}/").content)
    assert "Ngày cấp" in shown
    assert "01/07/2024" in shown
    assert "bản 1" in shown
    entry = text_of(register.get(f"{HERE}nhap/").content)
    assert "Diện tích" in entry
    assert "Ngày cấp" not in entry


def test_what_a_record_said_before_stays_in_its_history_by_its_words(register: Client) -> None:
    keep(register, **{"f0-choices": "Sửa chữa\r\nMua nhà xã hội", "f1-retired": "on"})
    record = RegisterRecord.objects.get()
    # A choice that is no more still has its words, in lists and on its page.
    assert "Xây mới" in text_of(register.get(HERE).content)
    change = {"number": "", "f-loai_nha": "sua_chua", "revision": "1", "why": "đổi hình thức"}
    assert register.post(f"{HERE}{record.key}/sua/", change).status_code == HTTPStatus.FOUND
    shown = text_of(register.get(f"{HERE}{record.key}/").content)
    assert "Loại nhà: Xây mới → Sửa chữa" in shown
    assert "Ngày cấp: 01/07/2024 → –" in shown


def test_a_choice_keeps_its_code_when_others_come(register: Client) -> None:
    keep(register, **{"f0-choices": "Xây mới\r\nSửa chữa\r\nMua nhà xã hội", "f0-vi": "Hình thức"})
    text = RegisterVersion.objects.latest("version").text
    assert "code: loai_nha" in text
    assert "vi: Hình thức" in text
    assert [code in text for code in ("xay_moi", "sua_chua", "mua_nha_xa_hoi")] == [True] * 3


def test_what_a_retired_field_told_is_told_no_more(register: Client) -> None:
    assert Fact.objects.get().kind == "ho_tro_nha_o_loai_nha"
    made = keep(register, **{"f0-retired": "on"})
    assert "Không còn cung cấp" in text_of(made.encode())
    assert not Fact.objects.exists()


def test_rows_of_a_version_that_is_no_longer_the_last_change_nothing(register: Client) -> None:
    keep(register, **{"f2-vi": "Tầng"})
    answer = register.post(NEXT, SAME | {"buoc": "lap"}, follow=True)
    assert "Sổ đã có bản 2" in text_of(answer.content)
    assert RegisterVersion.objects.count() == 2


def test_a_kept_field_without_a_name_is_asked_for_it(register: Client) -> None:
    page = text_of(register.post(NEXT, SAME | {"f1-vi": "", "buoc": "lap"}).content)
    assert "Ghi tên trường, hoặc đánh dấu bỏ trường này." in page


def test_more_rows_keep_what_was_typed(register: Client) -> None:
    page = register.post(NEXT, SAME | {"f2-vi": "Tầng", "buoc": "them"}).content.decode()
    assert 'value="Tầng"' in page
    assert 'name="f9-vi"' in page


def test_a_register_of_the_files_has_no_rows_to_change(register: Client) -> None:
    answer = register.get(f"{ALL}digital-teams/mau/ban-moi/", follow=True)
    assert "Sổ này được mô tả ở tệp của tỉnh" in text_of(answer.content)


def test_who_decides_nothing_sees_no_builder(register: Client, commune: str) -> None:
    sign_in(register, "commune_police", f"commune:{commune}")
    answer = register.get(NEXT)
    assert answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN, HTTPStatus.FOUND)
    assert "Loại nhà" not in text_of(answer.content)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("owner: so-xay-dung", "owner: so-nao-do", "Không có cơ quan so-nao-do"),
        ("kind: date", "kind: day", "'day' không thuộc các giá trị"),
        ("version: 1", "version: mot", "Cần là số nguyên (đang là 'mot')"),
        ("retention: hosted-record", "retention: mãi", "không đúng dạng"),
        ("prefix: NHAO", "prefix: CNS", "Sổ digital-teams đã dùng chữ đầu CNS"),
        ("kind: date", "kind: code", "Loại code cần các lựa chọn"),
        ("fields:", "fields: [", "Chưa phải YAML"),
        ("law:", "luat:", "Không có mục nào tên như vậy"),
    ],
)
def test_what_is_wrong_is_told_in_vietnamese(
    client: Client, person: UUID, at_desk: SignIn, old: str, new: str, told: str
) -> None:
    at_desk("steward", "province", "hosted-registers")
    text = _text(client.post(f"{ALL}lap", BUILT | {"buoc": "lap"}).content.decode())
    assert old in text
    page = html.unescape(
        client.post(f"{ALL}lap", {"text": text.replace(old, new, 1)}).content.decode()
    )
    assert told in page


def test_every_fault_of_a_description_has_its_words() -> None:
    """Codes stand as the first of a pair `(code, (…))` in the catalogue's checks."""
    checks = Path(danso.catalogue.__file__).parent / "checks" / "hosted.py"
    pairs = [
        node.elts
        for node in ast.walk(ast.parse(checks.read_text(encoding="utf-8")))
        if isinstance(node, ast.Tuple) and len(node.elts) == 2
    ]
    codes = {
        first.value
        for first, second in pairs
        if isinstance(first, ast.Constant) and isinstance(second, ast.Tuple)
    }
    assert len(codes) > 10
    assert codes <= set(FAULTS)
