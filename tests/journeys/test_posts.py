"""A person signs in with an e-ID, opens a post with a passkey of a real browser, and closes it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from django.core.cache import cache
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from danso.config.wsgi import application
from tests.conftest import Database
from tests.eid_world import NUMBER, SECRET
from tests.journeys.browser import find_chromium
from tests.journeys.officers import SIZES
from tests.journeys.test_signing_in import AXE, PASSKEY, WATCH, Quiet, Server
from tests.officers import journal
from tests.post_world import give_post, make_eid

pytestmark = [pytest.mark.clause("II.2.2"), pytest.mark.timeout(600)]
expect.set_options(timeout=30_000)
PICTURES = os.environ.get("DANSO_TEST_PICTURES", "")


@pytest.fixture
def address(fresh_db: Database) -> Iterator[str]:
    """The person and the post are made before a browser's loop would forbid Django's queries."""
    cache.clear()
    make_eid()
    give_post(role="operator")
    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture
def context(address: str) -> Iterator[BrowserContext]:
    """A browser whose policy stays silent."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        made = browser.new_context(base_url=address, viewport=SIZES[0])
        made.add_init_script(WATCH)
        made.set_default_timeout(90_000)
        yield made
        blocked = [page.evaluate("window.blocked ?? []") for page in made.pages]
        browser.close()
    assert blocked == [[]]


def look(page: Page, name: str) -> None:
    """Nothing for axe to say and nothing wider than the screen, on a desk and on a phone."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for size in SIZES:
        page.set_viewport_size(size)
        assert page.evaluate("axe.run().then(r => r.violations.map(v => v.id))") == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
    page.set_viewport_size(SIZES[0])


def test_person_opens_a_post_and_closes_it(context: BrowserContext, fresh_db: Database) -> None:
    page = context.new_page()
    chrome = context.new_cdp_session(page)
    chrome.send("WebAuthn.enable")
    chrome.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEY})

    page.goto("/tai-khoan/dang-nhap/")
    page.get_by_label("Tên đăng nhập hoặc số định danh cá nhân").fill(NUMBER)
    page.get_by_label("Mật khẩu", exact=True).fill(SECRET)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    page.get_by_role("link", name="Vị trí công tác").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vị trí công tác của tôi")
    look(page, "posts-no-key")

    page.get_by_role("button", name="Thêm khóa truy cập").click()
    page.get_by_label("Tên khóa").fill("máy cơ quan")
    page.get_by_role("button", name="Tạo khóa").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mã dự phòng")

    page.goto("/vi-tri/")
    look(page, "posts-home")
    page.get_by_role("button", name="Mở vị trí này").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mở vị trí công tác")
    look(page, "posts-open")
    page.get_by_role("button", name="Mở bằng khóa truy cập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vị trí công tác đang mở")
    look(page, "posts-opened")

    page.get_by_role("link", name="Vận hành").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vận hành")
    page.goto("/tai-khoan/xac-nhan/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vị trí công tác đang mở")
    page.goto("/vi-tri/xac-nhan/?next=/van-hanh/tai-khoan/dinh-danh/")
    look(page, "posts-again")
    page.get_by_role("button", name="Dùng khóa truy cập").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Giao vị trí cho một người")
    look(page, "posts-give")

    page.get_by_role("link", name="Vị trí công tác").click()
    page.get_by_role("button", name="Đóng vị trí").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vị trí công tác của tôi")
    page.goto("/van-hanh/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bạn không có quyền xem trang này")
    page.goto("/vi-tri/")

    told = [row.action for row in journal(fresh_db) if row.action.startswith("post.")]
    assert told == ["post.granted", "post.opened", "post.closed"]
