"""A citizen opens an e-ID on a phone without JavaScript; a police officer gives level 2 by keys."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import make_server

import psycopg
import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django import Settings

from danso.config.wsgi import application
from danso.toolkit.platform import province
from tests import id_database
from tests.conftest import Database
from tests.eid_world import NAME, NUMBER, PHONE, SECRET, citizen
from tests.id_database import FACE, FINGERS, StandIn
from tests.journeys.browser import find_chromium
from tests.journeys.test_signing_in import AXE, Quiet, Server
from tests.officers import PASSWORD, make_officer

pytestmark = [pytest.mark.clause("II.2.2"), pytest.mark.timeout(300)]
CARD = f"{NUMBER}||{NAME}|03021984|Nữ|Thôn 1, Xã Mẫu, Tỉnh Mẫu|01052022"
PICTURES = os.environ.get("DANSO_TEST_PICTURES", "")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with id_database.started(tmp_path_factory.mktemp("id-database")) as made:
        made.enter(NUMBER)
        yield made


@pytest.fixture
def address(fresh_db: Database, service: StandIn, settings: Settings) -> Iterator[str]:
    """People and officers are made before a browser's loop would forbid Django's queries here."""
    cache.clear()
    settings.ID_DATABASE_ADDRESS = service.address
    settings.ID_DATABASE_SECRET = service.secret
    citizen()
    commune = province().units.communes[0].code
    make_officer("commune_police", f"commune:{commune}", username="cong-an")
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


def newest_code(database: Database) -> str:
    """As the telephone shows it."""
    with psycopg.connect(database.dsn("owner")) as connection:
        row = connection.execute(
            "SELECT text FROM notices_message WHERE code = 'eid.code'"
            " ORDER BY created_at DESC, key DESC LIMIT 1"
        ).fetchone()
    assert row is not None
    found = re.search(r"\d{6}", row[0])
    assert found is not None
    return found[0]


def look(page: Page, name: str) -> None:
    """Nothing wider than the screen; a picture where somebody wants to look."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


def check(page: Page) -> None:
    """Nothing for axe to say, nothing wider than the screen."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate("axe.run().then(r => r.violations.map(v => v.id))") == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def test_citizen_opens_an_account_and_police_raise_it(
    address: str, browser: Browser, fresh_db: Database, tmp_path: Path
) -> None:
    phone = browser.new_context(
        base_url=address, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = phone.new_page()
    open_account(page, fresh_db)
    page.get_by_label("Tên đăng nhập hoặc số định danh cá nhân").fill(NUMBER)
    page.get_by_label("Mật khẩu", exact=True).fill(SECRET)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang của tôi")
    look(page, "home")
    page.get_by_role("main").get_by_role("link", name="Tài khoản định danh").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tài khoản định danh của tôi")
    look(page, "own")

    desk = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    password = raise_level(desk.new_page(), fresh_db, tmp_path)

    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng nhập")
    wide = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    page = wide.new_page()
    page.goto("/tai-khoan/dang-nhap/")
    check(page)
    look(page, "sign-in")
    page.get_by_label("Tên đăng nhập hoặc số định danh cá nhân").fill(NUMBER)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đổi mật khẩu")
    page.get_by_label("Mật khẩu hiện tại").fill(password)
    page.get_by_label("Mật khẩu mới", exact=True).fill("mười ngọn đèn ven sông")
    page.get_by_label("Nhập lại mật khẩu mới").fill("mười ngọn đèn ven sông")
    page.get_by_role("button", name="Đổi mật khẩu").click()
    page.goto("/dinh-danh/")
    expect(page.get_by_role("main")).to_contain_text("Mức độ 2")
    check(page)
    look(page, "own-2")
    page.get_by_role("button", name="Khóa tài khoản ngay").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tài khoản đang bị khóa")
    check(page)
    look(page, "locked")


def open_account(page: Page, database: Database) -> None:
    """By the links and buttons of the pages alone."""
    page.goto("/")
    page.get_by_role("link", name="Người dân: mở tài khoản").click()
    look(page, "start")
    page.get_by_role("button", name="Bắt đầu khai").click()
    look(page, "number")
    page.get_by_label("Số định danh cá nhân").fill("123")
    page.get_by_role("button", name="Tiếp theo").click()
    look(page, "number-wrong")
    page.get_by_label("Số định danh cá nhân").fill(NUMBER)
    page.get_by_role("button", name="Tiếp theo").click()
    page.get_by_label("Họ, chữ đệm và tên").fill(NAME)
    page.get_by_role("button", name="Tiếp theo").click()
    for label, text in (("Ngày", "3"), ("Tháng", "2"), ("Năm", "1984")):
        page.get_by_label(label, exact=True).fill(text)
    look(page, "birth")
    page.get_by_role("button", name="Tiếp theo").click()
    page.get_by_label("Số điện thoại di động").fill(PHONE)
    page.get_by_role("button", name="Tiếp theo").click()
    look(page, "code")
    page.get_by_label("Mã xác nhận").fill(newest_code(database))
    page.get_by_role("button", name="Tiếp theo").click()
    look(page, "password")
    page.get_by_label("Mật khẩu", exact=True).fill(SECRET)
    page.get_by_label("Nhập lại mật khẩu").fill(SECRET)
    page.get_by_role("button", name="Hoàn tất").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã nhận")
    look(page, "done")
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()


def raise_level(page: Page, database: Database, folder: Path) -> str:
    """The reader types the card and Enter; the one-time password that the page shows."""
    page.goto("/tai-khoan/dang-nhap/?next=/dinh-danh/cong-an/")
    page.get_by_label("Tên đăng nhập hoặc số định danh cá nhân").fill("cong-an")
    page.get_by_label("Mật khẩu", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    card = page.get_by_label("Mã QR trên thẻ, hoặc số định danh")
    expect(card).to_be_focused()
    check(page)
    look(page, "police")
    page.keyboard.insert_text(CARD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text(NAME)
    page.get_by_label("Số điện thoại di động").fill(PHONE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Đọc cho người dân nghe")
    check(page)
    look(page, "counter")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "counter")
    page.set_viewport_size({"width": 1280, "height": 900})
    (folder / "face.jpg").write_text(FACE)
    (folder / "finger.wsq").write_text(FINGERS[0])
    page.get_by_label("Mã xác nhận người dân đọc").fill(newest_code(database))
    page.get_by_label("Ảnh khuôn mặt vừa chụp").set_input_files(folder / "face.jpg")
    page.get_by_label("Vân tay vừa lấy").set_input_files(folder / "finger.wsq")
    page.get_by_label("Người dân đã nghe đọc và đồng ý").check()
    # One box forgotten: the pictures are still there.
    page.get_by_role("button", name="Đối chiếu và cấp mức độ 2").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    for label in ("Ảnh khuôn mặt vừa chụp", "Vân tay vừa lấy"):
        assert page.get_by_label(label).evaluate("box => box.files.length") == 1
    page.get_by_label("Giấy tờ đã xem").fill("thẻ căn cước, còn hạn")
    page.get_by_role("button", name="Đối chiếu và cấp mức độ 2").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đã cấp mức độ 2")
    check(page)
    look(page, "raised")
    return page.locator("main code").inner_text()
