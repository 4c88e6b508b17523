"""Signing in as an officer does, in a real Chromium with a virtual passkey; axe is silent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.db import connections
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from danso.config.wsgi import application
from danso.modules.identity.data import AccountData
from tests.conftest import Database
from tests.journeys.browser import find_chromium
from tests.officers import PASSWORD, journal, make_officer

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
WATCH = """
window.blocked = [];
document.addEventListener('securitypolicyviolation',
  e => window.blocked.push(e.violatedDirective + ' ' + e.blockedURI));
"""
PASSKEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Server(ThreadingMixIn, WSGIServer):
    """A thread a request, which takes its database connection along when it ends."""

    daemon_threads = False

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        super().process_request_thread(request, client_address)
        connections.close_all()


class Quiet(WSGIRequestHandler):
    """No line a request."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def officer(fresh_db: Database) -> AccountData:
    """Made before the browser starts: its loop would forbid Django's queries in this thread."""
    return make_officer("steward")


@pytest.fixture
def address(fresh_db: Database) -> Iterator[str]:
    """`localhost`, since browsers offer no passkey to a bare address."""
    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture
def context(officer: AccountData, address: str) -> Iterator[BrowserContext]:
    """A browser whose console and policy stay silent."""
    faults: list[str] = []
    found = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        made = browser.new_context(base_url=address)
        made.add_init_script(WATCH)
        made.on("weberror", lambda error: faults.append(str(error.error)))
        yield made
        for page in made.pages:
            faults += page.evaluate("window.blocked ?? []")
        browser.close()
    assert faults == []


def sign_in(page: Page, officer: AccountData, password: str = PASSWORD) -> None:
    page.goto("/tai-khoan/dang-nhap/?next=/tai-khoan/")
    page.get_by_label("Tên đăng nhập").fill(officer.username)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()


def check(page: Page) -> None:
    """Nothing for axe to say about the page as it stands."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate("axe.run().then(r => r.violations.map(v => v.id))") == [], page.url


def test_officer_signs_in_with_a_password_then_with_a_passkey_alone(
    context: BrowserContext, officer: AccountData, fresh_db: Database
) -> None:
    page = context.new_page()
    chrome = context.new_cdp_session(page)
    chrome.send("WebAuthn.enable")
    chrome.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY})

    sign_in(page, officer, "sai mật khẩu")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    check(page)
    sign_in(page, officer)
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang của tôi")
    check(page)

    page.get_by_role("link", name="Xác thực hai bước").click()
    check(page)
    page.get_by_role("link", name="Thêm khóa truy cập").click()
    check(page)
    page.get_by_label("Tên khóa").fill("máy cơ quan")
    page.get_by_label("Dùng để đăng nhập không cần mật khẩu").check()
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã dự phòng")
    assert page.locator("main code").count() == 10
    check(page)

    page.get_by_role("banner").get_by_role("button", name="Đăng xuất").click()
    page.goto("/tai-khoan/dang-nhap/")
    with page.expect_navigation():
        page.get_by_role("button", name="Đăng nhập bằng khóa truy cập").click()
    page.goto("/tai-khoan/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang của tôi")
    page.goto("/tai-khoan/xac-nhan/khoa/?next=/tai-khoan/")
    check(page)
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang của tôi")

    told = [(row.action, row.outcome, row.detail.get("method")) for row in journal(fresh_db)]
    assert told[2:] == [
        ("sign_in", "failed", "password"),
        ("sign_in", "done", "password"),
        ("factor.passkey_added", "done", None),
        ("sign_out", "done", None),
        ("sign_in", "done", "webauthn"),
        ("reauthenticated", "done", "webauthn"),
    ]


def test_pages_of_codes_and_passwords_are_in_order(
    context: BrowserContext, officer: AccountData
) -> None:
    page = context.new_page()
    sign_in(page, officer)
    for path in ("yeu-to/ma/them/", "mat-khau/", "xac-nhan/", "dang-xuat/"):
        page.goto(f"/tai-khoan/{path}")
        check(page)


def test_signing_in_works_without_javascript(
    context: BrowserContext, officer: AccountData, address: str
) -> None:
    assert context.browser is not None
    plain = context.browser.new_context(java_script_enabled=False, base_url=address)
    page = plain.new_page()
    sign_in(page, officer)
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang của tôi")
    plain.close()
