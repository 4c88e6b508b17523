"""A mandate on two telephones; somebody without a device at the desk; level 2 booked by keys."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from urllib.parse import urlsplit
from wsgiref.simple_server import make_server

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from danso.config.wsgi import application
from danso.toolkit.platform import province
from tests.acting_world import GIVER, GIVER_NAME, HELPER, HELPER_NAME, OTHER, holder
from tests.conftest import Database
from tests.eid_world import SECRET, citizen
from tests.journeys.test_eid import browser, check, look
from tests.journeys.test_signing_in import Quiet, Server
from tests.officers import PASSWORD, make_officer

pytestmark = [
    pytest.mark.clause("II.2.2", partly="acting for others; filing comes with the cases"),
    pytest.mark.timeout(300),
]
CARD = f"{OTHER}||Trần Thị Mây|03021984|Nữ|Thôn 1, Xã Mẫu, Tỉnh Mẫu|01052022"
__all__ = ["browser"]


@pytest.fixture
def address(fresh_db: Database) -> Iterator[str]:
    cache.clear()
    for number, name in ((GIVER, GIVER_NAME), (HELPER, HELPER_NAME)):
        account = get_user_model().objects.get(pk=holder(number, name))
        account.set_password(SECRET)
        account.save()
    citizen(OTHER, "Trần Thị Mây")
    commune = province().units.communes[0].code
    make_officer("desk_officer", f"commune:{commune}", username="mot-cua")
    make_officer("commune_police", f"commune:{commune}", username="cong-an")
    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


def enter(page: Page, name: str, password: str, to: str) -> None:
    page.set_default_timeout(90_000)
    page.goto(f"/tai-khoan/dang-nhap/?next={to}")
    page.get_by_label("Tên đăng nhập hoặc số định danh cá nhân").fill(name)
    page.get_by_label("Mật khẩu", exact=True).fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: urlsplit(url).path == to)


def see(page: Page, name: str) -> None:
    check(page)
    look(page, name)


def test_mandate_from_giving_to_withdrawing(address: str, browser: Browser) -> None:
    phone = {"width": 375, "height": 812}
    mine, theirs = (
        browser.new_context(
            base_url=address,
            viewport=phone,  # type: ignore[arg-type]
        ).new_page()
        for _ in range(2)
    )
    enter(mine, GIVER, SECRET, "/cua-toi/uy-quyen/")
    see(mine, "mandates-empty")
    mine.get_by_role("button", name="Ủy quyền cho một người").click()
    see(mine, "mandate-offer")
    mine.get_by_label("Số định danh của người được ủy quyền").fill(HELPER)
    mine.get_by_label("Họ, chữ đệm và tên của người đó").fill(HELPER_NAME)
    mine.get_by_label("Xem và in dữ liệu đang lưu").check()
    mine.get_by_label("Xem ai đã tra cứu").check()
    mine.get_by_label("6 tháng").check()
    mine.get_by_role("button", name="Ủy quyền", exact=True).click()
    expect(mine.get_by_role("main")).to_contain_text("chờ trả lời")
    see(mine, "mandates-offered")

    enter(theirs, HELPER, SECRET, "/cua-toi/uy-quyen/")
    theirs.get_by_role("button", name="Xem và trả lời").click()
    see(theirs, "mandate-answer")
    theirs.get_by_role("button", name="Nhận ủy quyền").click()
    see(theirs, "mandates-held")
    theirs.goto("/cua-toi/")
    see(theirs, "home-own")
    theirs.get_by_role("button", name=f"Làm thay {GIVER_NAME}").click()
    expect(theirs.get_by_role("region", name="Đang làm thay")).to_contain_text(GIVER_NAME)
    see(theirs, "home-acting")
    theirs.set_viewport_size({"width": 1280, "height": 900})
    look(theirs, "home-acting")
    theirs.goto("/cua-toi/du-lieu/")
    expect(theirs.get_by_role("main")).to_contain_text(GIVER_NAME)
    look(theirs, "data-acting")

    mine.reload()
    mine.get_by_role("button", name="Chấm dứt ngay").click()
    expect(mine.get_by_role("main")).to_contain_text("đã chấm dứt")
    theirs.reload()
    expect(theirs.get_by_role("main")).not_to_contain_text(GIVER_NAME)
    look(theirs, "acting-over")
    mine.goto("/cua-toi/uy-quyen/da-lam/")
    see(mine, "deeds")


def test_desk_helps_and_books(address: str, browser: Browser) -> None:
    page = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900}).new_page()
    enter(page, "mot-cua", PASSWORD, "/dinh-danh/quay/")
    see(page, "desk")
    page.get_by_role("link", name="Hỗ trợ người không có thiết bị").click()
    expect(page.get_by_label("Mã QR trên thẻ, hoặc số định danh")).to_be_focused()
    see(page, "assist")
    page.keyboard.insert_text(CARD)
    page.get_by_label("Xem và in dữ liệu đang lưu").check()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Trần Thị Mây")
    see(page, "assist-person")
    page.set_viewport_size({"width": 375, "height": 812})
    look(page, "assist-person")
    page.set_viewport_size({"width": 1280, "height": 900})
    page.get_by_label("Tôi cầm thẻ").check()
    page.get_by_role("button", name="Bắt đầu làm thay").nth(0).click()
    expect(page.get_by_role("region", name="Đang làm thay")).to_contain_text("Trần Thị Mây")
    see(page, "assist-acting")
    page.get_by_role("button", name="Thôi làm thay").click()
    page.goto("/dinh-danh/hen/")
    days = page.get_by_role("search").get_by_label("Ngày", exact=True)
    days.select_option(index=1)
    page.get_by_role("button", name="Lọc").click()
    see(page, "book")
    page.get_by_label("08:30").check()
    page.get_by_label("Mã QR trên thẻ, hoặc số định danh").fill(CARD)
    page.get_by_label("Số điện thoại di động").fill("0912345670")
    page.get_by_role("button", name="Đặt hẹn").click()
    expect(page.get_by_role("main")).to_contain_text("Đã đặt hẹn")
    day = page.url.partition("?")[2]
    police = browser.new_context(
        base_url=address, viewport={"width": 1280, "height": 900}
    ).new_page()
    enter(police, "cong-an", PASSWORD, "/dinh-danh/cong-an/")
    police.goto(f"/dinh-danh/cong-an/hen/?{day}")
    see(police, "appointments")
    police.get_by_role("button", name="Tiếp người này").click()
    expect(police.get_by_role("main")).to_contain_text("Trần Thị Mây")
