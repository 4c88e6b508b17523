"""Two records of one person, from the worklist to one record and back, as police work: by two."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.journeys.officers import SIZES, sign_in
from tests.journeys.test_signing_in import check
from tests.running_home import RunningHome

WORKLIST = "/du-lieu/lam-sach/"
PAIRS = "/du-lieu/lam-sach/trung/"


def at_work(
    browser: Browser, home: RunningHome, login: dict[str, Any], **options: Any
) -> tuple[BrowserContext, Page]:
    """An officer signed in, with a purpose and a file told on the way to the pairs."""
    context = browser.new_context(locale="vi-VN", **options)
    page = context.new_page()
    sign_in(page, home, login, PAIRS)
    page.get_by_label("Quản lý cư trú").check()
    page.get_by_label("Số hồ sơ, quyết định hoặc kế hoạch").fill("KH-15/2026")
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile(f"{PAIRS}$"))
    return context, page


def look(page: Page) -> None:
    """Nothing overflows and axe is silent, on a desktop and on a phone."""
    for size in SIZES:
        page.set_viewport_size(size)
        check(page)
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1"), page.url


def test_pair_is_found_by_keyboard_told_apart_and_does_not_come_back(
    home: RunningHome, logins: dict[str, dict[str, Any]], browser: Browser
) -> None:
    context, page = at_work(browser, home, logins["commune_police"])
    look(page)
    rows = page.locator("tbody tr")
    before = rows.count()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Một người hay hai người?")
    look(page)
    gone = page.url
    page.get_by_label("Căn cứ").fill("Xác minh tại nhà, BB-7/2026")
    page.get_by_role("button", name="Hai người khác nhau").click()
    # On to the next pair by itself.
    expect(page.get_by_text("Đã ghi: hai người khác nhau.")).to_be_visible()
    assert page.url != gone
    page.goto(f"http://localhost:{home.port}{PAIRS}")
    expect(rows).to_have_count(before - 1)
    page.goto(f"http://localhost:{home.port}{WORKLIST}")
    look(page)
    context.close()


def test_pair_is_merged_without_scripts_and_parted_from_the_record(
    home: RunningHome, logins: dict[str, dict[str, Any]], browser: Browser
) -> None:
    context, page = at_work(browser, home, logins["provincial_police"], java_script_enabled=False)
    page.locator("tbody a").first.click()
    page.get_by_label("Căn cứ").fill("BB-8/2026")
    kept = page.locator("input[name=kept][checked]").get_attribute("value")
    page.get_by_role("button", name="Một người: gộp hai hồ sơ").click()
    expect(page.get_by_text("Đã gộp hai hồ sơ.")).to_be_visible()
    page.goto(f"http://localhost:{home.port}/du-lieu/nguoi/{kept}/")
    page.get_by_role("link", name="Tách lại").click()
    page.get_by_label("Căn cứ").fill("BB-9/2026")
    page.get_by_role("button", name="Tách hai hồ sơ").click()
    expect(page.get_by_text("Đã tách: hai hồ sơ lại đứng riêng.")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Merge with another record")).to_be_visible()
    context.close()


def test_steward_proposes_and_police_confirm(
    home: RunningHome, logins: dict[str, dict[str, Any]], browser: Browser
) -> None:
    first, page = at_work(browser, home, logins["steward"])
    page.locator("tbody a").first.click()
    look(page)
    where = page.url
    page.get_by_label("Căn cứ").fill("BB-10/2026")
    page.get_by_role("button", name="Một người: đề nghị gộp").click()
    expect(page.get_by_text("Đã gửi đề nghị gộp.")).to_be_visible()
    first.close()
    second, page = at_work(browser, home, logins["provincial_police"])
    expect(page.get_by_role("heading", name="Đề nghị chờ cán bộ thứ hai")).to_be_visible()
    look(page)
    page.goto(where)
    look(page)
    page.get_by_role("button", name="Xác nhận gộp").click()
    expect(page.get_by_text("Đã xác nhận, hai hồ sơ đã gộp.")).to_be_visible()
    look(page)
    second.close()
