"""A citizen on a phone finds a service in their own words and applies: with scripts and without,
nothing for axe to say, no page heavier than a slow line bears."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import make_server

import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from danso.config.wsgi import application
from danso.modules.population.models import Person
from tests.cases_world import commune
from tests.conftest import Database
from tests.eid_world import NUMBER, SECRET, citizen, enrol
from tests.journeys.browser import find_chromium
from tests.journeys.test_eid import check
from tests.journeys.test_signing_in import Quiet, Server
from tests.modules.documents.test_telling_forms import PDF

pytestmark = [
    pytest.mark.clause("II.2.4", partly="the citizen's side of the services"),
    pytest.mark.clause("II.2.1", partly="nothing asked that the register holds"),
    pytest.mark.timeout(300),
]
HEAVIEST = 100_000


@pytest.fixture
def address(fresh_db: Database, settings: Any, tmp_path: Path) -> Iterator[str]:
    """One citizen of level 2 who lives in a commune of today."""
    del fresh_db
    settings.PAPERS_ADDRESS = (tmp_path / "papers").as_uri()
    cache.clear()
    person = citizen()
    enrol(Client())
    get_user_model().objects.filter(person=person).update(level=2)
    Person.objects.filter(key=person).update(commune=commune())
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


def weigh(page: Page) -> dict[str, int]:
    """Octets of everything but fonts that pages load from now on, by address."""
    weights: dict[str, int] = {}

    def add(answer: Response) -> None:
        if answer.ok and "/fonts/" not in answer.url and not answer.url.endswith(".woff2"):
            weights[answer.url] = len(answer.body())

    page.on("response", add)
    return weights


def apply(page: Page, address: str, file: Path, *, looks: bool) -> None:
    """From the search box to the file code."""

    def look() -> None:
        if looks:
            check(page)

    page.goto(f"{address}/dich-vu/")
    page.get_by_label("Bạn cần làm việc gì?").fill("nhap khau")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("link", name="Đăng ký thường trú", exact=True).first.click()
    expect(page.get_by_text("Không phải khai: nhà nước đã có")).to_be_visible()
    look()
    page.get_by_role("button", name="Bắt đầu làm").click()
    if "dang-nhap" in page.url:
        page.get_by_label("Tên đăng nhập hoặc số định danh cá nhân").fill(NUMBER)
        page.get_by_label("Mật khẩu", exact=True).fill(SECRET)
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
        page.get_by_role("button", name="Bắt đầu làm").click()
    expect(page.get_by_role("heading", name="Chủ hộ nơi đến")).to_be_visible()
    look()
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_role("heading", name="Cần sửa trước khi tiếp tục")).to_be_visible()
    look()
    page.get_by_label("Xã, phường chuyển đến").select_option(commune(1))
    page.get_by_label("Thôn, bản, khu phố").fill("Thôn 1")
    for name, value in (("Ngày", "1"), ("Tháng", "10"), ("Năm", "2026")):
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_label("Quan hệ với chủ hộ nơi đến").select_option("CH01")
    page.get_by_role("button", name="Tiếp tục").click()
    page.get_by_label("Ảnh chụp hoặc bản quét").set_input_files(file)
    look()
    page.get_by_role("button", name="Tiếp tục").click()
    expect(page.get_by_text("theo dữ liệu dân cư").first).to_be_visible()
    look()
    page.get_by_role("button", name="Nộp hồ sơ này").click()
    expect(page.get_by_text("Đã nộp. Cơ quan đang kiểm tra hồ sơ.")).to_be_visible()
    look()


@pytest.mark.parametrize("scripts", [True, False])
def test_a_citizen_applies_on_a_phone(
    address: str, browser: Browser, tmp_path: Path, scripts: bool
) -> None:
    file = tmp_path / "nha.pdf"
    file.write_bytes(PDF)
    context = browser.new_context(
        viewport={"width": 390, "height": 800}, java_script_enabled=scripts, locale="vi-VN"
    )
    page = context.new_page()
    weights = weigh(page)
    apply(page, address, file, looks=scripts)
    pages = {url: size for url, size in weights.items() if "/static/" not in url}
    assets = sum(size for url, size in weights.items() if "/static/" in url)
    assert pages
    assert max(pages.values()) < HEAVIEST
    assert max(pages.values()) + assets < 6 * HEAVIEST, "uncompressed; the server sends it packed"
    context.close()
