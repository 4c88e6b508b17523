"""A birth from a mother's phone to the child in the register, and an intake at the counter:
officers use keys alone, axe is silent, nothing is wider than a desk's screen or a phone's."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from danso.config.wsgi import application
from danso.kernel.dates import PartialDate
from tests.cases_world import FATHER, commune, settle
from tests.conftest import Database
from tests.eid_world import NAME, NUMBER, SECRET, citizen, enrol
from tests.journeys.browser import find_chromium
from tests.journeys.officers import SIZES
from tests.journeys.test_eid import check
from tests.journeys.test_signing_in import Quiet, Server
from tests.modules.documents.test_telling_forms import PDF
from tests.officers import PASSWORD, make_officer
from tests.signon_world import write_key

pytestmark = [
    pytest.mark.clause("II.2.1", partly="a birth and a confirmation, from filing to return"),
    pytest.mark.clause("II.2.10", partly="the child of an approved birth in the register"),
    pytest.mark.timeout(300),
]
PICTURES = os.environ.get("DANSO_TEST_PICTURES", "")
FATHERS_NAME = "Trần Văn Nguồn"
CARDS = (
    f"{NUMBER}||{NAME}|03021984|Nữ|Thôn 1, Xã Mẫu|01052022",
    f"{FATHER}||{FATHERS_NAME}|08071983|Nam|Thôn 1, Xã Mẫu|01052022",
)
CHILD = "Trần Văn Suối"
RESULT = PDF + b"% result\n"
# More presses of Tab than this to any button of a page, and nobody works by keys.
FARTHEST = 40


@pytest.fixture
def address(fresh_db: Database, settings: Any, tmp_path: Path) -> Iterator[str]:
    """A mother of level 2 and a father in one household; a desk officer, a steward and a police
    officer of their commune. All made before a browser's loop would forbid Django's queries."""
    del fresh_db
    settings.PAPERS_ADDRESS = (tmp_path / "papers").as_uri()
    settings.SIGN_ON_KEY = write_key(tmp_path)
    cache.clear()
    mother = citizen()
    enrol(Client())
    get_user_model().objects.filter(person=mother).update(level=2)
    settle(mother, citizen(FATHER, FATHERS_NAME, PartialDate(1983, 7, 8)))
    for login, role in (
        ("mot-cua", "desk_officer"),
        ("tu-phap", "steward"),
        ("cong-an", "commune_police"),
    ):
        make_officer(role, f"commune:{commune()}", username=login)
    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture
def browser(address: str) -> Iterator[Browser]:
    del address
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def open_page(address: str, browser: Browser) -> Callable[[int], Page]:
    """A browser of its own for whoever sits before it."""

    def opened(size: int) -> Page:
        made = browser.new_context(base_url=address, viewport=SIZES[size], locale="vi-VN")
        return made.new_page()

    return opened


def look(page: Page, name: str) -> None:
    """On a desk and on a phone; a picture where somebody wants to look."""
    before = page.viewport_size
    for size in SIZES:
        page.set_viewport_size(size)
        check(page)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
    if before:
        page.set_viewport_size(before)


def sign_in(page: Page, login: str, password: str, to: str) -> None:
    """By keys: the cursor stands in the first box."""
    page.goto(f"/tai-khoan/dang-nhap/?next={to}")
    page.get_by_label("Tên đăng nhập hoặc số định danh cá nhân").focus()
    page.keyboard.insert_text(login)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "?next=" not in url and url.endswith(to))


def tab_to(page: Page, goal: Locator) -> None:
    """Press Tab until the focus is there."""
    for _press in range(FARTHEST):
        if goal.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{FARTHEST} presses of Tab on {page.url} do not lead to {goal}")


def press(page: Page, goal: Locator) -> None:
    """Reach it by Tab, and Enter."""
    tab_to(page, goal)
    page.keyboard.press("Enter")


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.dsn("owner")) as connection:
        return connection.execute(query.encode()).fetchall()


def type_day(page: Page, day: str, month: str, year: str) -> None:
    for name, value in (("Ngày", day), ("Tháng", month), ("Năm", year)):
        page.get_by_label(name, exact=True).fill(value)


def register_birth(page: Page, file: Path) -> None:
    """The mother's part: what only she knows."""
    page.goto("/dich-vu/")
    page.get_by_label("Bạn cần làm việc gì?").fill("sinh con")
    page.get_by_role("button", name="Tìm").click()
    birth = page.get_by_role("link", name="Đăng ký khai sinh", exact=True).first
    expect(birth).to_be_visible()
    look(page, "1-found")
    birth.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Đăng ký khai sinh")
    look(page, "1-service")
    page.get_by_role("button", name="Bắt đầu làm").click()
    sign_in(page, NUMBER, SECRET, "/dich-vu/birth-registration/")
    page.get_by_role("button", name="Bắt đầu làm").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mẹ")
    look(page, "1-mother")
    page.get_by_role("button", name=f"Là {NAME}").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cha")
    page.get_by_label("Số định danh cá nhân").fill(FATHER)
    page.get_by_label("Họ, chữ đệm và tên").fill(FATHERS_NAME)
    type_day(page, "8", "7", "1983")
    look(page, "1-father")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Thông tin cần khai")
    form = page.get_by_role("main")
    for held in ("Họ tên mẹ", "Họ tên cha", "Họ tên người đi đăng ký", "Nơi thường trú"):
        expect(form).not_to_contain_text(held)
    look(page, "1-questions")
    page.get_by_label("Họ, chữ đệm, tên của trẻ").fill(CHILD)
    page.get_by_label("Nam", exact=True).check()
    type_day(page, "20", "11", "2026")
    page.get_by_label("Nơi sinh của trẻ").fill("Bệnh viện Phụ sản tỉnh")
    page.get_by_label("Quê quán của trẻ").fill("Xã Mẫu, tỉnh Thanh Hóa")
    page.get_by_label("Dân tộc của trẻ").select_option("01")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Ảnh chụp hoặc bản quét").set_input_files(file)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Việc sinh")
    look(page, "1-paper")
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Xem lại và nộp")
    look(page, "1-check")
    page.get_by_role("button", name="Nộp hồ sơ này").click()
    expect(page.get_by_text("Đã nộp. Cơ quan đang kiểm tra hồ sơ.")).to_be_visible()
    look(page, "1-filed")


def open_first(page: Page) -> None:
    """From the queue, j and Enter."""
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Việc tiếp theo")).to_be_visible()


def take(page: Page, step: str) -> None:
    """Reach the button of a step of the open file, and press it."""
    press(page, page.get_by_role("link", name="Việc tiếp theo"))
    press(page, page.get_by_role("button", name=step, exact=True))
    expect(page.get_by_text(f"Đã ghi: {step}.")).to_be_visible()


def receive(page: Page) -> None:
    """The desk officer's part: the paper compared, the file taken in."""
    sign_in(page, "mot-cua", PASSWORD, "/mot-cua/")
    look(page, "2-queue")
    open_first(page)
    look(page, "2-file")
    press(page, page.get_by_role("link", name="Việc tiếp theo"))
    tab_to(page, page.get_by_role("checkbox", name="Giấy chứng sinh"))
    page.keyboard.press("Space")
    press(page, page.get_by_role("button", name="Tiếp nhận", exact=True))
    expect(page.get_by_text("Đã ghi: Tiếp nhận.")).to_be_visible()
    look(page, "2-received")


def decide(page: Page) -> None:
    """The steward's part."""
    sign_in(page, "tu-phap", PASSWORD, "/mot-cua/")
    open_first(page)
    take(page, "Bắt đầu xử lý")
    look(page, "3-begun")
    take(page, "Đồng ý giải quyết")
    look(page, "3-approved")


def hand_over(page: Page, file: Path) -> None:
    """The desk officer again: the result scanned, and given."""
    page.goto("/mot-cua/")
    open_first(page)
    page.get_by_label("Tệp kết quả (PDF)").set_input_files(file)
    take(page, "Phát hành kết quả")
    expect(page.get_by_text("bản chưa ký số").first).to_be_visible()
    look(page, "4-issued")
    take(page, "Trả kết quả")
    look(page, "4-returned")


def test_a_birth_from_the_mothers_phone_to_the_register(
    open_page: Callable[[int], Page], fresh_db: Database, tmp_path: Path
) -> None:
    paper, result = tmp_path / "chung-sinh.pdf", tmp_path / "khai-sinh.pdf"
    paper.write_bytes(PDF)
    result.write_bytes(RESULT)
    phone, desk = open_page(1), open_page(0)
    register_birth(phone, paper)
    receive(desk)
    phone.reload()
    expect(phone.get_by_text("Đã tiếp nhận, chờ xử lý.")).to_be_visible()
    decide(open_page(0))

    ((number, *kin),) = rows(
        fresh_db,
        "SELECT c.number, m.number, f.number, c.household = m.household, c.household IS NULL"
        " FROM population_person c JOIN population_person m ON m.key = c.mother"
        f" JOIN population_person f ON f.key = c.father WHERE c.full_name = '{CHILD}'",
    )
    assert kin == [NUMBER, FATHER, True, False]
    assert number not in {NUMBER, FATHER, None}
    phone.reload()
    expect(phone.get_by_text("Đã xử lý xong. Kết quả đang chờ trả.")).to_be_visible()
    expect(phone.get_by_text("Số định danh được cấp")).to_be_visible()
    expect(phone.get_by_text(number)).to_be_visible()
    look(phone, "4-mother")

    hand_over(desk, result)
    phone.reload()
    expect(phone.get_by_text("Đã trả kết quả.")).to_be_visible()
    link = phone.get_by_text("Kết quả nhận được: Giấy khai sinh bản chưa ký số").get_by_role("link")
    given = phone.request.get(str(link.get_attribute("href")))
    assert (given.headers["content-type"], given.body()) == ("application/pdf", RESULT)
    phone.get_by_text("Nội dung đã nộp").click()
    expect(phone.get_by_text("(kết quả, bản chưa ký số)")).to_be_visible()
    look(phone, "4-mother-returned")


def test_an_intake_takes_keys_alone(open_page: Callable[[int], Page]) -> None:
    page = open_page(0)
    sign_in(page, "cong-an", PASSWORD, "/mot-cua/")
    press(page, page.get_by_role("button", name="Tiếp nhận hồ sơ mới"))
    take_in(page, CARDS[0], looks=True)
    press(page, page.get_by_role("button", name="Tiếp người sau"))
    began = time.perf_counter()
    take_in(page, CARDS[1], looks=False)
    spent = time.perf_counter() - began
    sys.stdout.write(f"an intake by a script: {spent:.1f} s\n")


def take_in(page: Page, card: str, *, looks: bool) -> None:
    """Card, service, page, receipt. `looks`: stop at each page for axe."""

    def stop(name: str) -> None:
        if looks:
            look(page, name)

    expect(page.get_by_label("Mã QR trên thẻ, hoặc số định danh")).to_be_focused()
    stop("5-who")
    page.keyboard.insert_text(card)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Cần làm việc gì?")).to_be_focused()
    stop("5-all-services")
    page.keyboard.type("xac nhan cu tru")
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio").first).to_be_focused()
    stop("5-services")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Xác nhận thông tin về cư trú")
    expect(page.get_by_label("Dùng vào việc gì")).to_be_focused()
    stop("5-fill")
    page.keyboard.type("nhập học cho con")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Đã tiếp nhận hồ sơ")
    stop("5-done")
