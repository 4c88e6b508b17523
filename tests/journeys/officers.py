"""Officers at a whole home, in a browser on a desk and on a phone."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, ViewportSize

from tests.running_home import RunningHome

SIZES: tuple[ViewportSize, ...] = (
    {"width": 1280, "height": 900},
    {"width": 390, "height": 800},
)


def sign_in(page: Page, home: RunningHome, login: dict[str, Any], to: str) -> None:
    page.goto(f"http://localhost:{home.port}/tai-khoan/dang-nhap/?next={to}")
    page.get_by_label("Tên đăng nhập").fill(login["username"])
    page.get_by_label("Mật khẩu", exact=True).fill(login["password"])
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
