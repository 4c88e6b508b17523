"""Somebody signs in to a service in a real browser: consent, its answer, signing out; with axe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.interop.test_sign_on import BACK, LEFT, WANTED, openid_client
from tests.running_home import RunningHome

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def look(page: Page) -> None:
    """No finding of axe on this page, and nothing wider than a telephone's screen."""
    page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate("axe.run()")["violations"]
    assert [(one["id"], one["help"]) for one in found] == []
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        assert not page.evaluate(wide)


@pytest.mark.clause("II.2.3", partly="VNeID itself is the national system's")
def test_somebody_signs_in_to_a_service_agrees_and_signs_out(
    home: RunningHome, browser: Browser
) -> None:
    demo: dict[str, str] = home.json("signon", "demo")
    context = browser.new_context(viewport=WIDE, bypass_csp=False)  # type: ignore[arg-type]
    came: list[str] = []

    def service(route: Any) -> None:
        came.append(route.request.url)
        route.fulfill(body="service")

    page = context.new_page()
    page.route("http://localhost:9090/**", service)
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
        page.wait_for_url(f"{BACK}?**")
        assert say("exchange", url=came[-1])["type"] == "dpop"
        assert set(say("userinfo")) == {"sub", "name", "birthdate"}
        # Straight from the sign-in form to the client: the page between keeps the browser content.
        page.goto(say("push", more={"prompt": "login"})["url"])
        page.get_by_label("Mật khẩu", exact=True).fill(demo["password"])
        page.get_by_role("button", name="Xác nhận").click()
        page.wait_for_url(f"{BACK}?**")
        say("exchange", url=came[-1])
        page.goto(say("push", more={"acr_values": "urn:danso:acr:2:2"})["url"])
        look(page)
        page.get_by_role("button", name="Quay lại").click()
        page.wait_for_url(f"{BACK}?error=unmet**")
        page.goto(say("leave", back=LEFT)["url"])
        look(page)
        page.get_by_role("button", name="Đăng xuất").click()
        page.wait_for_url(LEFT)
    context.close()
