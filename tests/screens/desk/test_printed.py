"""Papers handed out: each when the file has it; a receipt that anybody checks off line."""

from __future__ import annotations

import json
from datetime import timedelta
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from joserfc import jws
from joserfc.jwk import KeySet

from danso.kernel import clock
from danso.modules.cases import interface as cases
from danso.modules.identity.data import AccountData
from danso.modules.signon import interface as signon
from danso.modules.signon.adapters import signing
from danso.screens.desk import codes, printed
from tests.cases_world import Family, Officer, file_birth, officer, opened, step, to_work
from tests.qr_reader import read_qr

pytestmark = pytest.mark.clause("II.2.1", partly="the desk's pages; the services are to come")


@pytest.fixture
def looker(home: Family) -> Officer:
    return officer("desk_officer", f"commune:{home.commune}")


def form(code: str) -> printed.Form:
    return next(one for one in printed.FORMS if one.code == code)


def test_the_receipts_square_is_a_token_that_the_published_keys_check(
    home: Family, looker: Officer
) -> None:
    filed = file_birth(home)
    step(cases.receive, filed.key, looker)
    case = opened(filed.key, looker)
    token = read_qr(codes.qr_of(printed.receipt_token(case)))
    page = printed.page_of(form("giay-tiep-nhan"), case)
    assert page["qr"].startswith("<svg")
    published: Any = signon.public_keys()
    keys = KeySet.import_key_set(published)
    read = jws.deserialize_compact(token, keys, algorithms=["ES256"])
    claims = json.loads(read.payload or b"")
    assert claims.keys() == {"file", "proc", "at", "due", "unit"}
    assert claims["file"] == filed.code
    assert "Chén" not in json.dumps(claims, ensure_ascii=False)
    told = signon.read_file_receipt(token)
    assert told is not None
    assert (told.code, told.procedure, told.unit) == (filed.code, "birth-registration", "14758")
    assert told.due == case.listed.due_at


def test_what_is_changed_or_meant_for_something_else_is_no_receipt(
    home: Family, looker: Officer
) -> None:
    filed = file_birth(home)
    step(cases.receive, filed.key, looker)
    token = printed.receipt_token(opened(filed.key, looker))
    head, body, mark = token.split(".")
    assert signon.read_file_receipt(f"{head}.{body[:-2]}AA.{mark}") is None
    assert signon.read_file_receipt(filed.code) is None
    other = signing.sign({"file": filed.code, "proc": "a", "at": "b", "unit": "c"}, "JWT")
    assert signon.read_file_receipt(other) is None, "a token of sign-on is no receipt"


def test_a_scanned_receipt_opens_its_file(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    step(cases.receive, filed.key, looker)
    token = printed.receipt_token(opened(filed.key, looker))
    found = client.post("/mot-cua/", {"words": token})
    assert found["Location"] == f"/mot-cua/ho-so/{filed.key}/"


def test_bars_and_squares_say_the_code() -> None:
    code = "H56.14758-261201-0001"
    assert read_qr(codes.qr_of(code)) == code
    bars = codes.bars(code)
    assert bars.count("<rect") > 3 * len(code)
    assert code not in bars, "the code stands beside the bars, not in them"


def test_each_paper_is_there_when_its_file_has_it(
    home: Family, client: Client, clerk: AccountData, looker: Officer
) -> None:
    filed = file_birth(home)
    place = f"/mot-cua/ho-so/{filed.key}/in/"
    for code in ("giay-tiep-nhan", "bo-sung", "tu-choi", "xin-loi", "kiem-soat", "nonsense"):
        assert client.get(f"{place}{code}/").status_code == HTTPStatus.NOT_FOUND
    to_work(filed.key, looker)
    step(cases.apologise, filed.key, looker, "Chờ xác minh.", clock.now() + timedelta(days=9))
    step(cases.ask_supplement, filed.key, looker, "Bổ sung tên bệnh viện.")
    for code in ("giay-tiep-nhan", "bo-sung", "xin-loi", "kiem-soat"):
        paper = client.get(f"{place}{code}/")
        assert paper.status_code == HTTPStatus.OK, code
        assert paper["Content-Type"] == "application/pdf"
        assert paper.content.startswith(b"%PDF-")
        assert filed.code.encode() in paper.content, "its title names the file"
        assert "no-store" in paper["Cache-Control"]


def test_a_refusal_tells_its_reason(home: Family, looker: Officer) -> None:
    filed = file_birth(home)
    step(cases.refuse_receipt, filed.key, looker, "Thiếu giấy chứng sinh.")
    case = opened(filed.key, looker)
    page = printed.page_of(form("tu-choi"), case)
    assert page["paragraphs"] == [("Lý do từ chối tiếp nhận", "Thiếu giấy chứng sinh.")]
    assert page["number"] == "Mẫu số 03"
    assert printed.sheet(form("tu-choi"), case).startswith(b"%PDF-")
    assert [code for code, _title in printed.forms_of(case)] == ["tu-choi"]


def test_the_control_sheet_has_every_hand_over(home: Family, looker: Officer) -> None:
    filed = file_birth(home)
    to_work(filed.key, looker)
    page = printed.page_of(form("kiem-soat"), opened(filed.key, looker))
    assert [row[1] for row in page["tables"][0]["rows"]] == [
        "Nộp hồ sơ",
        "Đã tiếp nhận hồ sơ",
        "Bắt đầu xử lý",
    ]


def test_a_square_is_drawn_as_svg_without_anything_from_elsewhere() -> None:
    drawn = codes.squares("H56.14758-261201-0001")
    assert BytesIO(drawn.encode()).read(4) == b"<svg"
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
