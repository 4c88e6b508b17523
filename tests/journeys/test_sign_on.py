"""Somebody signs in to a service in a real browser: consent, its answer, signing out; with axe."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.interop.test_sign_on import WANTED, openid_client
from tests.running_home import RunningHome

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def answer(came: list[str]) -> str:
    """The last address with an answer: browsers ask for an icon too."""
    return next(url for url in reversed(came) if "callback?" in url)


def look(page: Page) -> None:
    """No finding of axe on this page, and nothing wider than a telephone's screen."""
    page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], one["help"]) for one in found] == []
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide)


@contextmanager
def service() -> Iterator[tuple[str, list[str]]]:
    """A service's own pages: their address, and the addresses that were opened."""
    came: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            came.append(f"http://localhost:{server.server_port}{self.path}")
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"service")

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/", came
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.clause("II.2.3", partly="VNeID itself is the national system's")
def test_somebody_signs_in_to_a_service_agrees_and_signs_out(
    home: RunningHome, browser: Browser
) -> None:
    demo: dict[str, str] = home.json("signon", "demo")
    context = browser.new_context(viewport=WIDE)  # type: ignore[arg-type]
    page = context.new_page()
    with service() as (left, came):
        back = demo["back"] = f"{left}callback"
        home.danso(
            "signon", "client", "set", demo["client"], f"--redirect={back}",
            f"--post-logout={left}", "--purpose=Để thử", "--claims=name,birthdate,personal_number",
        )  # fmt: skip
        sign_in_and_out(page, demo, left, came)
    context.close()


def sign_in_and_out(page: Page, demo: dict[str, str], left: str, came: list[str]) -> None:
    """What somebody does, page by page; the service does the rest with openid-client."""
    back = demo["back"]
    with openid_client(demo) as say:
        page.goto(say("push", more={"claims": WANTED})["url"])
        page.get_by_label("Tên đăng nhập").fill(demo["username"])
        page.get_by_label("Mật khẩu", exact=True).fill(demo["password"])
        page.get_by_role("button", name="Đăng nhập", exact=True).click()
        page.get_by_role("button", name="Đồng ý và tiếp tục").wait_for()
        assert page.get_by_role("checkbox", checked=True).count() == 0
        look(page)
        page.get_by_label("Ngày sinh").check()
        page.get_by_role("button", name="Đồng ý và tiếp tục").click()
        page.wait_for_url(f"{back}?**")
        assert say("exchange", url=answer(came))["type"] == "dpop"
        assert set(say("userinfo")) == {"sub", "name", "birthdate"}
        # Straight from the sign-in form to the client: the page between keeps the browser content.
        page.goto(say("push", more={"prompt": "login"})["url"])
        page.get_by_label("Mật khẩu", exact=True).fill(demo["password"])
        page.get_by_role("button", name="Xác nhận").click()
        page.wait_for_url(f"{back}?**")
        say("exchange", url=answer(came))
        page.goto(say("push", more={"acr_values": "urn:danso:acr:2:2"})["url"])
        look(page)
        page.get_by_role("button", name="Quay lại").click()
        page.wait_for_url(f"{back}?error=unmet**")
        page.goto(say("leave", back=left)["url"])
        look(page)
        page.get_by_role("main").get_by_role("button", name="Đăng xuất").click()
        page.wait_for_url(left)
