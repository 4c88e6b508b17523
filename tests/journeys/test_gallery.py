"""The gallery in a real Chromium: nothing blocked, live parts live, charts stand, axe is silent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.conf import settings as django_settings
from django.test.utils import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from danso.config.wsgi import application
from tests.journeys.browser import find_chromium

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
WATCH = """
window.blocked = [];
document.addEventListener('securitypolicyviolation',
  e => window.blocked.push(e.violatedDirective + ' ' + e.blockedURI));
"""
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 800}

Open = Callable[..., Page]


class Server(ThreadingMixIn, WSGIServer):
    """A thread a request; none outlives the test."""

    daemon_threads = True


class Quiet(WSGIRequestHandler):
    """No line a request."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The pages without the modules' hooks and routes: no database is needed."""
    with (
        override_settings(DANSO_CHROME={}, ROOT_URLCONF="tests.toolkit.html.alone"),
        make_server("127.0.0.1", 0, application, Server, Quiet) as server,
    ):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, else the one Playwright brought."""
    found = find_chromium()
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield made
        made.close()


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Open a path; whatever the console or the policy complains about fails the test at its end."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def opened(path: str, size: Any = DESK, language: str = "vi", **options: Any) -> Page:
        context = browser.new_context(viewport=size, **options)
        contexts.append(context)
        name = django_settings.LANGUAGE_COOKIE_NAME
        context.add_cookies([{"name": name, "value": language, "url": address}])
        context.add_init_script(WATCH)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address + path)
        return page

    yield opened
    for context in contexts:
        for page in context.pages:
            faults += page.evaluate("window.blocked ?? []")
        context.close()
    assert faults == []


def drawn(page: Page) -> Page:
    """Wait until every drawing stands."""
    expect(page.locator(".danso-figure--drawn")).to_have_count(page.locator("[data-chart]").count())
    return page


def test_the_policy_is_on_and_heard(open_page: Open) -> None:
    page = open_page("/gallery")
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.wait_for_function("window.blocked.length > 0")
    assert page.evaluate("window.blocked.splice(0)") == ["style-src-attr inline"]


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/gallery", "/gallery?variant=citizen", "/khong-co"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing(open_page: Open, path: str, size: Any, language: str) -> None:
    page = drawn(open_page(path, size, language))
    page.evaluate(AXE.read_text())
    found = page.evaluate(
        "axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"
    )
    assert found == []


def test_axe_finds_nothing_on_a_form_with_errors(open_page: Open) -> None:
    page = open_page("/gallery")
    page.get_by_role("button", name="Gửi").click()
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    page.get_by_role("link", name="Ngày sinh: Nhập ngày tháng năm.").click()
    expect(page.locator("#id_born-day")).to_be_focused()
    drawn(page).evaluate(AXE.read_text())
    assert page.evaluate("axe.run().then(r => r.violations.map(v => v.id))") == []


def test_nothing_is_wider_than_a_phone(open_page: Open) -> None:
    page = drawn(open_page("/gallery", PHONE))
    wide, room = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= room


def test_figures_move_pause_and_go_on(open_page: Open) -> None:
    page = open_page("/gallery")
    state = page.locator("[data-live-state]")
    tile = page.locator("[data-live-body] .danso-tile__note").first
    expect(state).to_have_text("Đang cập nhật")
    before = tile.inner_text()
    expect(tile).not_to_have_text(before, timeout=4000)
    page.get_by_role("button", name="Tạm dừng").click()
    expect(state).to_have_text("Đã tạm dừng")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(2600)  # longer than a beat: what must not happen can only be waited out
    assert asked == []
    page.get_by_role("button", name="Tiếp tục").click()
    expect(state).to_have_text("Đang cập nhật")
    page.wait_for_event("request", timeout=4000)


def test_a_chart_in_a_live_part_keeps_its_canvas_and_takes_new_data(open_page: Open) -> None:
    page = drawn(open_page("/gallery"))
    canvas = page.locator("#moving-canvas")
    canvas.evaluate("node => { node.marked = JSON.stringify(node.danso.series) }")
    page.wait_for_function(
        "() => { const node = document.querySelector('#moving-canvas');"
        " return node.marked && JSON.stringify(node.danso.series) !== node.marked; }",
        timeout=6000,
    )
    assert canvas.locator("canvas").count() == 1
    expect(page.locator("#moving details")).not_to_have_attribute("open", "")


def test_a_table_opened_in_a_live_part_stays_open_and_focused(open_page: Open) -> None:
    page = drawn(open_page("/gallery"))
    summary = page.locator("#moving-summary")
    summary.click()
    with page.expect_response("**/gallery/live", timeout=5000):
        pass
    with page.expect_response("**/gallery/live", timeout=5000):
        pass
    expect(page.locator("#moving table")).to_be_visible()
    expect(summary).to_be_focused()


def test_a_live_part_does_not_jump(open_page: Open) -> None:
    page = drawn(open_page("/gallery"))
    page.evaluate(
        "new PerformanceObserver(list => { window.shift = (window.shift ?? 0)"
        " + list.getEntries().reduce((sum, one) => sum + one.value, 0); })"
        ".observe({type: 'layout-shift'})"
    )
    for _ in range(2):
        with page.expect_response("**/gallery/live", timeout=5000):
            pass
    page.wait_for_timeout(300)  # a shift is reported with the next frame
    assert page.evaluate("window.shift ?? 0") < 0.01


def test_a_lost_line_is_said_and_found_again(open_page: Open) -> None:
    page = open_page("/gallery")
    state = page.locator("[data-live-state]")
    page.route("**/gallery/live", lambda route: route.abort())
    expect(state).to_have_text("Mất kết nối, đang thử lại", timeout=5000)
    assert page.locator("[data-live-body] .danso-tile").count() == 5
    page.unroute("**/gallery/live")
    expect(state).to_have_text("Đang cập nhật", timeout=12000)


def test_an_ended_session_moves_the_whole_page(open_page: Open) -> None:
    page = open_page("/gallery")

    def ended(route: Route) -> None:
        route.fulfill(status=401, headers={"HX-Redirect": "/gallery?variant=citizen"})

    page.route("**/gallery/live", ended)
    page.wait_for_url("**/gallery?variant=citizen", timeout=6000)


def test_live_requests_say_that_they_are(open_page: Open) -> None:
    page = open_page("/gallery")
    with page.expect_request("**/gallery/live", timeout=5000) as asked:
        pass
    assert asked.value.headers["x-danso-live"] == "1"


def test_without_javascript_tables_are_the_figures(open_page: Open) -> None:
    page = open_page("/gallery", java_script_enabled=False)
    expect(page.locator("#by-unit table")).to_be_visible()
    expect(page.get_by_role("link", name="Làm mới")).to_be_visible()
    expect(page.locator("[data-live-pause]")).to_be_hidden()


def test_the_first_tab_stop_leads_past_the_header(open_page: Open) -> None:
    page = open_page("/gallery")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main-content")).to_be_focused()


def test_the_language_switch_comes_back_to_the_same_page(open_page: Open) -> None:
    page = open_page("/gallery?variant=citizen")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Gallery of components")
    assert page.url.endswith("/gallery?variant=citizen")
