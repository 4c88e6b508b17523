"""A mismatch from a desk to the commune's police, on to the owner of a source that holds the old
value, to the load after which everybody says the same."""

from __future__ import annotations

import csv
import gzip
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from danso.client import Danso, Who, Why
from tests.demo_partner import partner_of
from tests.journeys.officers import SIZES, sign_in
from tests.journeys.test_signing_in import check
from tests.running_home import RunningHome

SOURCE, OWNER = "insurance", "bhxh-tinh"
CORRECTIONS, QUEUE = "/du-lieu/sai-lech/", f"/du-lieu/nguon/{SOURCE}/sai-lech/"
QUALITY = "/du-lieu/chat-luong-nguon/"
HEADINGS = ("MA_SO_BHXH", "HO_TEN", "NGAY_SINH", "GIOI_TINH", "SO_DDCN")
NEW_PASSWORD = "bảy cây cầu bắc qua sông Mã"
PATIENCE = 60.0


@dataclass(frozen=True)
class Case:
    """Somebody of a demo commune: as the register has them, and the birth their paper shows."""

    held: Who
    right: str

    @property
    def paper(self) -> Who:
        """As the paper in their hand says."""
        return replace(self.held, birth=self.right)


@pytest.fixture
def case(home: RunningHome, logins: dict[str, dict[str, Any]]) -> Case:
    commune = logins["commune_police"]["scope"].partition(":")[2]
    clean = home.home.files / "demo" / "clean" / "people.csv.gz"
    with gzip.open(clean, "rt", encoding="utf-8") as file:
        row = next(
            row
            for row in csv.DictReader(file)
            if row["commune"] == commune
            and row["number"]
            and row["status"] == "alive"
            and len(row["birth"]) == len("1984-03-21")
        )
    day = int(row["birth"][8:])
    right = f"{row['birth'][:8]}{day + 1 if day < 28 else day - 1:02}"
    return Case(Who(row["number"], row["full_name"], row["birth"], None), right)


@pytest.fixture
def desk(home: RunningHome) -> Iterator[tuple[Danso, Why]]:
    with partner_of(home) as found:
        yield found


def load(home: RunningHome, folder: Path, case: Case, birth: str) -> None:
    """The insurer's next file, as it comes, loaded and matched by the operator's command."""
    folder.mkdir(exist_ok=True)
    with (folder / "rows.csv").open("w", encoding="utf-8", newline="") as file:
        row = ("9900000001", case.held.full_name, birth, "", case.held.number)
        csv.writer(file).writerows([HEADINGS, row])
    home.danso("source", "load", SOURCE, str(folder))


def at_work(
    browser: Browser, home: RunningHome, login: dict[str, Any], to: str
) -> tuple[BrowserContext, Page]:
    """An officer signed in who has told why they look."""
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    sign_in(page, home, login, to)
    if login.get("first"):
        page.get_by_label("Mật khẩu hiện tại").fill(login["password"])
        page.get_by_label("Mật khẩu mới", exact=True).fill(NEW_PASSWORD)
        page.get_by_label("Nhập lại mật khẩu mới").fill(NEW_PASSWORD)
        page.get_by_role("button", name="Đổi mật khẩu").click()
    page.goto(f"http://localhost:{home.port}/du-lieu/muc-dich/?next={to}")
    page.get_by_label("Làm sạch dữ liệu").check()
    page.get_by_label("Số hồ sơ, quyết định hoặc kế hoạch").fill("KH-15/2026")
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile(f"{to}$"))
    return context, page


def look(page: Page) -> None:
    """Nothing overflows and axe is silent, on a desktop and on a phone."""
    for size in SIZES:
        page.set_viewport_size(size)
        check(page)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"), page.url


def until(holds: Callable[[], bool]) -> None:
    """Wait for the followers of events."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.2)


def is_matched(desk: tuple[Danso, Why], who: Who) -> bool:
    client, why = desk
    return client.verify(why, who).result == "match"


def owner_of(home: RunningHome) -> dict[str, Any]:
    """A steward of the agency that owns the source, made by the operator."""
    made = home.json("operator", "create", "chu.quan", "--role=steward", f"--scope=agency:{OWNER}")
    return {"username": "chu.quan", "password": made["password"], "first": True}


@pytest.mark.clause("II.2.10", partly="the one-stop desk's own screens are not built")
@pytest.mark.clause("I.A.2022.2", partly="three of the databases are described")
def test_mismatch_goes_from_a_desk_to_police_to_the_sources_owner_and_ends(
    home: RunningHome,
    logins: dict[str, dict[str, Any]],
    browser: Browser,
    desk: tuple[Danso, Why],
    case: Case,
    tmp_path: Path,
) -> None:
    # The insurer holds what the register holds: both are wrong, and agree.
    load(home, tmp_path / "drop", case, case.held.birth or "")
    client, why = desk
    assert not is_matched(desk, case.paper)
    client.report_wrong(
        why, case.held, field="birth", claimed=case.right, evidence="Giấy khai sinh 12/1984"
    )

    context, page = at_work(browser, home, logins["commune_police"], CORRECTIONS)
    until(lambda: page.reload() is not None and page.locator("tbody a").count() > 0)
    page.locator("tbody a").first.click()
    look(page)
    page.get_by_label("Trả lời người báo").fill("Đã so với giấy khai sinh 12/1984")
    page.get_by_label("Tôi đã so giá trị mới với giấy tờ gốc").check()
    page.get_by_role("button", name=re.compile("^Đúng như người báo")).click()
    expect(page.get_by_text("Đã sửa").first).to_be_visible()
    context.close()
    until(lambda: is_matched(desk, case.paper))

    # The source that holds the old value is asked by itself.
    context, page = at_work(browser, home, owner_of(home), QUEUE)
    rows = page.locator("tbody tr")
    until(lambda: page.reload() is not None and rows.count() == 1)
    look(page)
    page.locator("tbody a").click()
    look(page)
    page.get_by_label("Giải thích").fill("Đã sửa theo giấy khai sinh")
    page.get_by_role("button", name="Đã sửa ở nguồn").click()
    expect(page.get_by_text("Đã sửa ở nguồn, chờ lần nạp sau")).to_be_visible()
    look(page)

    load(home, tmp_path / "drop", case, case.right)
    page.goto(f"http://localhost:{home.port}{QUEUE}?muc=xong")
    expect(rows).to_have_count(1)
    page.locator("tbody a").click()
    expect(page.get_by_text("hai bên đã khớp")).to_be_visible()
    assert is_matched(desk, case.paper)
    for where in (QUALITY, f"{QUALITY}{SOURCE}/?truong=birth"):
        page.goto(f"http://localhost:{home.port}{where}")
        look(page)
    context.close()
