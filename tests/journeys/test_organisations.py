"""An organisation: asked for on a telephone, decided at a police desk, an employee let in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acting_world import GIVER, HELPER, HELPER_NAME
from tests.eid_world import SECRET
from tests.journeys.test_acting import address, browser, enter, see
from tests.journeys.test_eid import check, look
from tests.officers import PASSWORD
from tests.organisation_world import CLAIM, COMMUNE, NUMBER

pytestmark = [
    pytest.mark.clause("II.2.2", partly="organisations; filing comes with the cases"),
    pytest.mark.timeout(300),
]
__all__ = ["address", "browser"]
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def page_of(browser: Browser, address: str, size: dict[str, int]) -> Page:
    return browser.new_context(base_url=address, viewport=size).new_page()  # type: ignore[arg-type]


def at_both(page: Page, name: str, size: dict[str, int]) -> None:
    see(page, name)
    page.set_viewport_size(DESK if size is PHONE else PHONE)  # type: ignore[arg-type]
    check(page)
    look(page, name)
    page.set_viewport_size(size)  # type: ignore[arg-type]


def test_organisation_from_asking_to_an_employee(address: str, browser: Browser) -> None:
    mine, police = page_of(browser, address, PHONE), page_of(browser, address, DESK)
    enter(mine, GIVER, SECRET, "/cua-toi/to-chuc/")
    see(mine, "organisations-empty")
    mine.get_by_role("button", name="Đề nghị đại diện một tổ chức").click()
    mine.get_by_label("Doanh nghiệp", exact=True).check()
    mine.get_by_label("Mã số của tổ chức").fill("0100109107")
    mine.get_by_label("Tên tổ chức").fill(CLAIM.name)
    mine.get_by_label("Trụ sở chính").fill(CLAIM.head_office)
    mine.get_by_label("Xã, phường của trụ sở").select_option(COMMUNE)
    mine.get_by_label("Người đại diện theo pháp luật").check()
    mine.get_by_role("button", name="Gửi đề nghị").click()
    at_both(mine, "organisation-ask-wrong", PHONE)
    mine.get_by_label("Mã số của tổ chức").fill(NUMBER)
    mine.get_by_role("button", name="Gửi đề nghị").click()
    expect(mine.get_by_role("main")).to_contain_text("chờ công an quyết định")
    see(mine, "organisations-asked")

    enter(police, "cong-an", PASSWORD, "/dinh-danh/cong-an/to-chuc/")
    at_both(police, "organisations-police", DESK)
    police.get_by_role("link", name=CLAIM.name).click()
    at_both(police, "organisation-decide", DESK)
    police.get_by_label("Giấy tờ đã xem").fill("giấy chứng nhận đăng ký doanh nghiệp")
    police.get_by_role("button", name="Chấp nhận", exact=True).click()
    expect(police.get_by_role("main")).to_contain_text("Không có đề nghị nào")
    police.get_by_label("Mã số của tổ chức").fill(NUMBER)
    police.get_by_role("button", name="Tìm").click()
    at_both(police, "organisation-account", DESK)

    mine.reload()
    at_both(mine, "organisations-held", PHONE)
    mine.get_by_role("button", name=f"Làm thay {CLAIM.name}").click()
    expect(mine.get_by_role("region", name="Đang làm thay")).to_contain_text(CLAIM.name)
    at_both(mine, "organisation-home", PHONE)
    mine.get_by_role("link", name="Tổ chức", exact=True).click()
    mine.get_by_role("button", name="Ủy quyền cho một người").click()
    mine.get_by_label("Số định danh của người được ủy quyền").fill(HELPER)
    mine.get_by_label("Họ, chữ đệm và tên của người đó").fill(HELPER_NAME)
    mine.get_by_label("Nộp hồ sơ thủ tục hành chính").check()
    mine.get_by_label("6 tháng").check()
    at_both(mine, "organisation-employ", PHONE)
    mine.get_by_role("button", name="Ủy quyền", exact=True).click()
    expect(mine.get_by_role("main")).to_contain_text(HELPER_NAME)
    at_both(mine, "organisation-own", PHONE)
