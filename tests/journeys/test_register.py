"""A hosted register from its description to a second version: defined out of rows, entered, filled
from a file, searched, exported, changed; and the record that the first version knew."""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.officers import SIZES, sign_in
from tests.journeys.test_signing_in import check
from tests.running_home import RunningHome

ALL = "/du-lieu/so/"
HERE = f"{ALL}nha-o/"
PURPOSE = "Quản lý sổ dữ liệu lưu trữ trên nền tảng dân cư"
# A folder for whoever wants to see the pages as they were.
SHOTS = os.environ.get("DANSO_JOURNEY_SHOTS")


@pytest.fixture
def people(home: RunningHome) -> list[dict[str, str]]:
    """Three of the demo's people who live today and have a number."""
    clean = home.home.files / "demo" / "clean" / "people.csv.gz"
    with gzip.open(clean, "rt", encoding="utf-8") as file:
        living = (row for row in csv.DictReader(file) if row["number"] and row["status"] == "alive")
        return [next(living) for _ in range(3)]


@pytest.fixture
def page(home: RunningHome, logins: dict[str, dict[str, Any]], browser: Browser) -> Iterator[Page]:
    """A steward of the province who has said why they look."""
    context = browser.new_context(locale="vi-VN", accept_downloads=True)
    made = context.new_page()
    sign_in(made, home, logins["steward"], ALL)
    made.goto(f"http://localhost:{home.port}/du-lieu/muc-dich/?next={ALL}")
    made.get_by_label(PURPOSE).check()
    made.get_by_label("Số hồ sơ, quyết định hoặc kế hoạch").fill("KH-21/2026")
    made.locator("main form button[type=submit]").click()
    expect(made).to_have_url(re.compile(f"{ALL}$"))
    yield made
    context.close()


def look(page: Page, name: str) -> None:
    """Nothing overflows and axe is silent, on a desktop and on a phone."""
    for size in SIZES:
        page.set_viewport_size(size)
        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"{name}-{size['width']}.png", full_page=True)
        check(page)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"), page.url
    page.set_viewport_size(SIZES[0])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def define(page: Page) -> None:
    """Version 1 out of rows: a choice and a day."""
    page.get_by_role("link", name="Lập sổ mới").or_(
        page.get_by_role("button", name="Lập sổ mới")
    ).first.click()
    for name, text in (("vi", "Hỗ trợ nhà ở"), ("code", "nha-o"), ("letters", "NHAO")):
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=law]").fill("Luật Nhà ở 2023, Điều 76")
    page.locator("[name=owner]").select_option("so-xay-dung")
    for name in ("read", "enter"):
        page.locator(f"[name={name}][value=steward]").check()
    page.locator("[name=purposes][value=hosted-registers]").check()
    page.locator("[name=retention]").select_option("hosted-record")
    page.locator("[name=f0-vi]").fill("Loại nhà")
    page.locator("[name=f0-kind]").select_option("code")
    page.locator("[name=f0-choices]").fill("Xây mới\nSửa chữa")
    page.locator("[name=f0-is_required]").check()
    page.locator("[name=f0-listed]").check()
    page.locator("[name=f1-vi]").fill("Ngày cấp")
    page.locator("[name=f1-kind]").select_option("date")
    look(page, "rows")
    press(page, "Xem mẫu được lập")
    area = page.locator("[name=text]")
    sound = area.input_value()
    area.fill(sound.replace("so-xay-dung", "so-nao-do"))
    press(page, "Kiểm tra mẫu")
    expect(page.get_by_text("Không có cơ quan so-nao-do")).to_be_visible()
    look(page, "faults")
    page.locator("[name=text]").fill(sound)
    press(page, "Lưu mẫu sổ")
    expect(page.get_by_text("Đã lưu mẫu sổ, bản 1")).to_be_visible()


def enter(page: Page, person: dict[str, str]) -> None:
    page.get_by_role("button", name="Nhập bản ghi").or_(
        page.get_by_role("link", name="Nhập bản ghi")
    ).first.click()
    page.locator("[name=number]").fill(person["number"])
    press(page, "Xem số này của ai")
    expect(page.get_by_text(person["full_name"]).first).to_be_visible()
    page.locator("[name=f-loai_nha]").select_option("xay_moi")
    page.locator("[name=f-ngay_cap]").fill("01/07/2026")
    look(page, "enter")
    press(page, "Nhập")
    expect(page.get_by_text("Đã nhập bản ghi NHAO-000001")).to_be_visible()


def bring_in(page: Page, others: list[dict[str, str]], folder: Path) -> None:
    """A file with one wrong line is shown and kept out; mended, it is taken in whole."""
    file = folder / "nha-o.csv"
    for choice in ("Nhà lá", "Sửa chữa"):
        with file.open("w", encoding="utf-8", newline="") as rows:
            lines = [[one["number"], choice, "15/08/2026"] for one in others]
            csv.writer(rows).writerows([["number", "Loại nhà", "Ngày cấp"], *lines])
        page.get_by_role("link", name="Nhập từ tệp").first.click()
        page.locator("input[type=file]").set_input_files(file)
        press(page, "Xem thử")
        look(page, f"file-{choice == 'Sửa chữa'}")
        if choice == "Nhà lá":
            expect(page.get_by_text("Chưa dòng nào vào sổ")).to_be_visible()
            press(page, "Bỏ tệp này")
            page.goto(page.url.split("tep/")[0])
    press(page, "Nhập cả tệp")
    expect(page.get_by_text("2 bản ghi mới")).to_be_visible()


def export(page: Page) -> list[dict[str, str]]:
    page.get_by_role("link", name="Xuất tệp").click()
    look(page, "export")
    with page.expect_download() as waiting:
        press(page, "Tải tệp CSV")
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def extend(page: Page) -> None:
    """Version 2: a day retired, an area added."""
    page.get_by_role("link", name="Mẫu sổ").first.click()
    look(page, "described")
    page.get_by_role("link", name="Lập bản mới").or_(
        page.get_by_role("button", name="Lập bản mới")
    ).first.click()
    page.locator("[name=f1-retired]").check()
    page.locator("[name=f2-vi]").fill("Diện tích")
    page.locator("[name=f2-kind]").select_option("amount")
    page.locator("[name=f2-listed]").check()
    look(page, "next")
    press(page, "Xem mẫu được lập")
    expect(page.get_by_text("Trường bị bỏ: Ngày cấp.")).to_be_visible()
    look(page, "changes")
    press(page, "Lưu mẫu sổ")
    expect(page.get_by_text("Đã lưu mẫu sổ, bản 2")).to_be_visible()


def change(page: Page) -> None:
    page.get_by_role("link", name="Sửa", exact=True).or_(
        page.get_by_role("button", name="Sửa", exact=True)
    ).first.click()
    page.locator("[name=f-loai_nha]").select_option("sua_chua")
    page.locator("[name=f-dien_tich]").fill("48")
    page.locator("[name=why]").fill("QĐ 15/2026 sửa hình thức")
    press(page, "Ghi thay đổi")
    expect(page.get_by_text("Đã ghi thay đổi")).to_be_visible()


@pytest.mark.clause("II.2.8")
@pytest.mark.clause("I.D.2022.1")
def test_register_goes_from_its_rows_to_a_second_version_that_reads_old_records(
    home: RunningHome, page: Page, people: list[dict[str, str]], tmp_path: Path
) -> None:
    define(page)
    here = f"http://localhost:{home.port}{HERE}"
    first, *others = people
    enter(page, first)
    page.goto(here)
    bring_in(page, others, tmp_path)
    expect(page.locator("tbody tr")).to_have_count(3)
    look(page, "register")

    page.get_by_label("Tìm theo họ tên, số định danh hoặc số bản ghi").fill(first["full_name"])
    press(page, "Tìm")
    expect(page.locator("tbody").get_by_text("NHAO-000001")).to_be_visible()
    assert first["full_name"] not in page.url, "nobody's name is in an address"
    page.goto(here)
    exported = export(page)
    assert len(exported) == 3
    assert {"Xây mới", "Sửa chữa"} == {row["Loại nhà"] for row in exported}

    page.goto(here)
    extend(page)
    page.goto(here)
    page.get_by_role("link", name="NHAO-000001").click()
    expect(page.get_by_text("Ngày cấp").first).to_be_visible()
    expect(page.get_by_text("01/07/2026").first).to_be_visible()
    change(page)
    expect(page.get_by_text("Loại nhà: Xây mới → Sửa chữa")).to_be_visible()
    expect(page.get_by_text("Ngày cấp: 01/07/2026 → –")).to_be_visible()
    look(page, "record")
