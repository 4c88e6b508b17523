"""An owner's queue, the disagreements, the figures of quality: who sees and does what."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import load_workbook
from pytest_django import Settings

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.modules.linkage.models import Link
from danso.modules.sources import interface as sources
from danso.modules.sources.data import WAITS_FOR, MismatchRecord
from danso.modules.sources.engine.agreeing import DIFFERENT
from danso.modules.sources.interface import Decider
from danso.screens.steward import mismatch_words
from danso.toolkit.platform import platform, province
from tests.conftest import Database
from tests.officers import TESTER, journal, sign_in
from tests.screens.leadership.test_leadership import map_values
from tests.screens.steward.conftest import NUMBER, SignIn, enrol, text_of

QUEUE = "/du-lieu/nguon/insurance/sai-lech/"
PAGES = ("", "xlsx", "gui-lai/", "ket-qua/", "00000000-0000-4000-8000-000000000000/")
QUALITY, ONE = "/du-lieu/chat-luong-nguon/", "/du-lieu/chat-luong-nguon/insurance/"
ABOVE = "/du-lieu/bat-dong/"
INSURER, TAXMAN = "agency:bhxh-tinh", "agency:thue-tinh"
HEADINGS = ("MA_SO_BHXH", "HO_TEN", "NGAY_SINH", "GIOI_TINH", "SO_DDCN")
PROOF = {"evidence": "TK1-TS 12/2019", "words": "đã xem hồ sơ giấy"}


@pytest.fixture
def home(fresh_db: Database, settings: Settings, tmp_path: Path) -> Path:
    del fresh_db
    (tmp_path / "home" / "run").mkdir(parents=True)
    settings.DANSO = replace(platform(), home=tmp_path / "home")
    return tmp_path


@pytest.fixture
def mismatch(home: Path, commune: str) -> MismatchRecord:
    person = enrol(commune, number=NUMBER, birth=PartialDate(1984, 3, 21))
    folder = home / "drop"
    folder.mkdir()
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        row = ("9900000001", "Nguyễn Thị Sông", "12/03/1984", "Nam", NUMBER)
        csv.writer(file).writerows([HEADINGS, row])
    connector = sources.files_connector("insurance", folder)
    sources.load_source("insurance", connector, actor=TESTER)
    Link.objects.create(
        source="insurance",
        record="9900000001",
        person=person,
        band="linked",
        reason="number",
        run=person,
        since=clock.now(),
    )
    sources.compare_source("insurance", actor=TESTER)
    sources.keep_quality("insurance")
    (found,), _ = sources.list_mismatches(sources=None, states=("asked",))
    return found


def test_the_owner_sees_both_values_answers_and_every_look_is_journaled(
    client: Client, mismatch: MismatchRecord, at_desk: SignIn, fresh_db: Database
) -> None:
    at_desk("steward", INSURER, "data-quality")
    assert "Sai lệch của nguồn chờ bạn 1" in text_of(client.get("/du-lieu/").content)
    page = text_of(client.get(QUEUE).content)
    assert "9900000001 Ngày sinh 12/03/1984 21/03/1984" in page
    where = f"{QUEUE}{mismatch.key}/"
    assert "Chờ chủ quản trả lời" in text_of(client.get(where).content)
    looks = [row for row in journal(fresh_db) if row.action == "steward.mismatch"]
    assert [row.subject for row in looks] == [str(mismatch.person)] * 2

    seen = {"seen": sources.as_seen(mismatch)}
    bare = client.post(where, {"decision": "right", "evidence": "", "words": "", **seen})
    assert "Ghi giấy tờ hoặc quyết định làm căn cứ" in text_of(bare.content)
    assert client.post(where, {"decision": "right", **PROOF, **seen})["Location"] == QUEUE
    assert "Không còn sai lệch nào chờ bạn trả lời" in text_of(client.get(QUEUE).content)
    assert "Chờ công an cấp xã" in text_of(client.get(f"{QUEUE}?muc=khac").content)
    assert "Chủ quản: nguồn đúng, dân cư sai" in text_of(client.get(where).content)


def test_another_agencys_steward_and_police_find_no_queue(
    client: Client, mismatch: MismatchRecord, at_desk: SignIn, commune: str
) -> None:
    for role, scope in (("steward", TAXMAN), ("steward", f"commune:{commune}")):
        at_desk(role, scope, "data-quality")
        for page in (*PAGES, f"{mismatch.key}/"):
            assert client.get(QUEUE + page).status_code == HTTPStatus.NOT_FOUND, page
    at_desk("provincial_police", "province")
    assert client.get(QUEUE).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize("role", ["leader", "auditor", "operator", "agreement_officer", "guardian"])
def test_pages_about_people_are_closed_to_other_roles(
    fresh_db: Database, client: Client, at_desk: SignIn, role: str
) -> None:
    at_desk(role, "province")
    for page in (*(QUEUE + one for one in PAGES), ABOVE, f"{ABOVE}{UUID(int=0)}/"):
        assert client.get(page).status_code == HTTPStatus.FORBIDDEN, page
    expected = HTTPStatus.OK if role in ("leader", "auditor", "operator") else HTTPStatus.FORBIDDEN
    for page in (QUALITY, ONE):
        assert client.get(page).status_code == expected, page


def test_the_purpose_decides_which_values_are_shown(
    client: Client, mismatch: MismatchRecord, at_desk: SignIn
) -> None:
    at_desk("steward", "province", "")
    assert client.get(QUEUE)["Location"].startswith("/du-lieu/muc-dich/")
    at_desk("steward", "province", "data-quality")
    assert "21/03/1984" in text_of(client.get(QUEUE).content)


def test_the_list_goes_out_as_xlsx_and_comes_back(
    client: Client, mismatch: MismatchRecord, at_desk: SignIn
) -> None:
    at_desk("steward", INSURER, "data-quality")
    page = text_of(client.get(f"{QUEUE}xlsx").content)
    assert "Tải tệp XLSX" in page
    assert "Cơ quan chủ quản Bảo hiểm xã hội tỉnh" in page
    assert "người đi kiểm tra" not in page
    made = client.post(f"{QUEUE}xlsx")
    book = load_workbook(io.BytesIO(b"".join(made)))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    sheet.cell(2, heads.index("Kết quả") + 1).value = "Đã sửa"
    target = io.BytesIO()
    book.save(target)
    file = SimpleUploadedFile("x.xlsx", target.getvalue())
    answer = client.post(f"{QUEUE}gui-lai/", {"sheet": file})
    assert answer["Location"] == f"{QUEUE}ket-qua/"
    assert "Mọi dòng có kết quả đã được ghi" in text_of(client.get(f"{QUEUE}ket-qua/").content)
    assert sources.get_mismatch(mismatch.key, sources=None).state == "promised"
    wrong = client.post(f"{QUEUE}gui-lai/", {"sheet": SimpleUploadedFile("x.xlsx", b"no")})
    assert wrong.status_code == HTTPStatus.OK


def test_the_province_decides_with_both_proofs_before_it(
    client: Client, mismatch: MismatchRecord, at_desk: SignIn, commune: str
) -> None:
    at_desk("steward", INSURER, "data-quality")
    seen = {"seen": sources.as_seen(mismatch)}
    client.post(f"{QUEUE}{mismatch.key}/", {"decision": "right", **PROOF, **seen})
    key = sources.get_mismatch(mismatch.key, sources=None).correction
    assert key is not None
    police = Decider(Actor("officer", "p", "x"), frozenset({"commune_police"}), (commune,))
    sources.answer_correction(key, accept=False, answer="Sổ gốc ghi 21/3", decider=police)
    sources.contest_answered(key, "rejected")

    at_desk("provincial_police", "province", "data-quality")
    assert "Bất đồng với nguồn 1" in text_of(client.get("/du-lieu/").content)
    assert "12/03/1984 21/03/1984" in text_of(client.get(ABOVE).content)
    where = f"{ABOVE}{mismatch.key}/"
    page = text_of(client.get(where).content)
    assert "TK1-TS 12/2019" in page
    assert "Sổ gốc ghi 21/3" in page
    assert "Căn cứ Xác minh Ngày, tháng, năm sinh" in page
    assert f"/du-lieu/sai-lech/{key}/" in client.get(where).content.decode()
    assert "correction" not in page
    assert seen["seen"] in client.get(where).content.decode()
    unseen = client.post(where, {"decision": "register", **PROOF})
    assert "Nguồn hoặc dân cư đã đổi giá trị" in text_of(unseen.content)
    assert client.post(where, {"decision": "register", **PROOF, **seen})["Location"] == ABOVE
    assert "Không có bất đồng nào chờ cấp tỉnh" in text_of(client.get(ABOVE).content)
    at_desk("steward", INSURER, "data-quality")
    page = text_of(client.get(f"{QUEUE}{mismatch.key}/").content)
    assert "Cấp tỉnh đã quyết định dân cư đúng" in page


def test_the_queue_is_narrowed_to_the_dead_and_to_what_contradicts(
    client: Client, mismatch: MismatchRecord, at_desk: SignIn
) -> None:
    at_desk("steward", INSURER, "data-quality")
    page = client.get(QUEUE).content.decode()
    for code in ("birth", "life", "health_insurance"):
        assert f'<option value="{code}"' in page, code
    assert mismatch.record not in client.get(f"{QUEUE}?truong=life").content.decode()


def test_quality_is_shown_by_source_field_commune_and_agency_without_anybody(
    client: Client, mismatch: MismatchRecord, at_desk: SignIn
) -> None:
    at_desk("leader", "province")
    page = text_of(client.get(QUALITY).content)
    assert "y tế Bảo hiểm xã hội tỉnh 1 0,0% mới có 1 bản ghi" in page
    assert "Bảo hiểm xã hội tỉnh 0,0% mới có 1 bản ghi 1 0 0 0" in page
    page = text_of(client.get(f"{ONE}?truong=birth").content)
    assert "Ngày sinh 0,0% mới có 1 bản ghi 1 100,0% mới có 1 bản ghi 0 100,0%" in page
    assert "Đủ 71,4% 2 chỗ để trống ở trường cần có" in page
    there = text_of(client.get(f"{ONE}?truong=birth&xa={mismatch.commune}").content)
    assert f"theo ngày: {province().commune(mismatch.commune).name}" in there
    drawn = client.get("/lanh-dao/ban-do?so-lieu=khop-nguon").content.decode()
    assert map_values(drawn)[mismatch.commune] == 0
    for shown in (page, drawn, text_of(client.get(QUALITY).content)):
        assert "Sông" not in shown
        assert "9900000001" not in shown


def test_quality_without_figures_says_what_to_do(fresh_db: Database, client: Client) -> None:
    sign_in(client, "steward", "province")
    assert "Nạp một nguồn rồi đối khớp" in text_of(client.get(QUALITY).content)
    assert "Nạp một nguồn rồi đối khớp" in text_of(client.get(ONE).content)


def test_words_are_there_for_everything_a_mismatch_can_be() -> None:
    assert set(mismatch_words.STATES) == set(WAITS_FOR)
    assert set(mismatch_words.KINDS) == set(DIFFERENT)
