"""Every screen in a whole running danso, desktop and phone: nothing overflows, axe is silent."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.officers import SIZES, sign_in
from tests.journeys.test_signing_in import check
from tests.running_home import RunningHome

# Who may open what, and the page's first words.
DOORS = (
    ("leader", "/lanh-dao/"),
    ("steward", "/du-lieu/"),
    ("commune_police", "/du-lieu/"),
    ("agreement_officer", "/doi-tac/"),
    ("partner_contact", "/doi-tac/"),
    ("operator", "/van-hanh/"),
    ("auditor", "/kiem-tra/"),
)


@pytest.mark.parametrize(("role", "door"), DOORS)
def test_each_officer_reaches_their_own_screen_on_desktop_and_phone(
    home: RunningHome, logins: dict[str, dict[str, Any]], browser: Browser, role: str, door: str
) -> None:
    context = browser.new_context(locale="vi-VN")
    page = context.new_page()
    sign_in(page, home, logins[role], door)
    # A partner's contact is led on to their own partner.
    expect(page).to_have_url(re.compile(rf"^http://localhost:{home.port}{door}"))
    for size in SIZES:
        page.set_viewport_size(size)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        check(page)
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
        assert not wide, f"{door} scrolls sideways at {size['width']}"
    context.close()


def test_everybody_may_check_the_journal_without_signing_in(
    home: RunningHome, browser: Browser
) -> None:
    page = browser.new_page(locale="vi-VN")
    page.goto(f"http://localhost:{home.port}/nhat-ky")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nhật ký khai thác")
    check(page)
    page.goto(f"http://localhost:{home.port}/")
    check(page)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Population data")
    page.close()
