"""A holder reads on a telephone what a bank asks for, agrees, and takes it back."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page, expect, sync_playwright

from danso.config.wsgi import application
from tests.bank_world import ask, make_bank
from tests.conftest import Database
from tests.eid_world import NUMBER, SECRET, account_of, citizen, enrol
from tests.journeys.browser import find_chromium
from tests.journeys.test_signing_in import AXE, Quiet, Server
from tests.screens.account.test_signing_in import code_now

pytestmark = [pytest.mark.clause("II.3.1", partly="no bank is connected"), pytest.mark.timeout(300)]
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
PICTURES = os.environ.get("DANSO_TEST_PICTURES", "")
PHONE, DESK = {"width": 375, "height": 812}, {"width": 1280, "height": 900}


@pytest.fixture
def address(fresh_db: Database) -> Iterator[str]:
    """People are made before a browser's loop would forbid Django's queries here."""
    cache.clear()
    person = citizen()
    enrol(Client())
    get_user_model().objects.filter(person=person).update(level=2)
    TOTP.activate(account_of(person), KEY)
    assert Authenticator.objects.exists()
    ask(fresh_db, make_bank(), days=20)
    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield made
        made.close()


def look(page: Page, name: str) -> None:
    """Nothing wider than the screen; a picture where somebody wants to look."""
    for size in (DESK, PHONE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def check(page: Page) -> None:
    """Nothing for axe to say."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate("axe.run().then(r => r.violations.map(v => v.id))") == [], page.url


def test_a_holder_agrees_and_takes_back(address: str, browser: Browser) -> None:
    page = browser.new_context(base_url=address, viewport=PHONE).new_page()  # type: ignore[arg-type]
    page.goto("/tai-khoan/dang-nhap/?next=/cua-toi/")
    page.get_by_label("Tên đăng nhập hoặc số định danh cá nhân").fill(NUMBER)
    page.get_by_label("Mật khẩu", exact=True).fill(SECRET)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.locator("input[name=code]").fill(code_now())
    page.locator("main button[type=submit]").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang của tôi")
    page.get_by_role("main").get_by_role("link", name="Sự đồng ý của tôi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sự đồng ý của tôi")
    check(page)
    look(page, "consents-asked")
    page.get_by_role("main").get_by_role("link", name="Ngân hàng Mẫu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Ngân hàng Mẫu xin nhận dữ liệu của bạn"
    )
    assert page.locator("input[type=checkbox]:checked").count() == 0
    check(page)
    look(page, "consent-request")
    page.get_by_label("Thẻ căn cước").check()
    page.get_by_role("button", name="Đồng ý", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sự đồng ý của tôi")
    expect(page.get_by_role("main")).to_contain_text("còn 20 ngày")
    check(page)
    look(page, "consents-given")
    page.get_by_role("main").get_by_role("link", name="Ngân hàng Mẫu").click()
    check(page)
    look(page, "consent-given")
    page.get_by_role("main").get_by_role("button", name="Rút lại").click()
    check(page)
    look(page, "consent-withdraw")
    page.get_by_role("button", name="Rút lại").click()
    expect(page.get_by_role("main")).to_contain_text("đã rút lại")
    check(page)
    look(page, "consents-ended")
