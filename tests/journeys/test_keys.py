"""Keys in a real Chromium: Enter in a text field decides nothing, digits go on after a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, PackageLoader
from playwright.sync_api import Browser, Page, Request

from danso.toolkit.html.environment import environment

SCREENS = Path(__file__).parents[2] / "src/danso/screens"
KEYS = Path(__file__).parents[2] / "src/danso/toolkit/html/assets/js/keys.js"
FORM = re.compile(r"<form [^>]*data-decisions>.*?</form>", re.S)
PAGE = """{% from "danso/form.html" import enter_decides_nothing %}
<div role="alert" tabindex="-1" id="banner">Đã xong</div>
<form data-decisions>{{ enter_decides_nothing() }}<input name="note">
<button name="decision" value="a">A</button><button name="decision" value="b">B</button></form>"""


def decision_forms() -> list[tuple[str, str]]:
    """Every form of the screens that offers decisions, with the file it stands in."""
    files = sorted(SCREENS.glob("*/templates/**/*.html"))
    return [(file.name, form) for file in files for form in FORM.findall(file.read_text("utf-8"))]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    jinja: Environment = environment(loader=PackageLoader("danso.toolkit.html"))
    shown = context.new_page()
    shown.route("**/*", lambda route: route.fulfill(body="<p>there</p>", content_type="text/html"))
    shown.goto("http://keys.test/")
    shown.set_content(jinja.from_string(PAGE).render())
    script = KEYS.read_text("utf-8").replace("export function", "function")
    shown.add_script_tag(content=f"{script}\nstartKeys(document);")
    yield shown
    context.close()


def test_every_form_of_decisions_starts_with_the_button_that_presses_nothing() -> None:
    forms = decision_forms()
    assert len(forms) > 8
    for file, form in forms:
        first = re.search(r"enter_decides_nothing\(\)|<button|form_fields", form)
        assert first is not None, file
        assert first.group() == "enter_decides_nothing()", file


def test_enter_in_a_text_field_decides_nothing(page: Page) -> None:
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))
    page.locator("[name=note]").fill("số khác")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert asked == []
    page.locator("[value=b]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**decision=b")


def test_digits_lead_to_decisions_while_a_message_has_the_focus(page: Page) -> None:
    page.locator("#banner").focus()
    page.keyboard.press("2")
    assert page.evaluate("document.activeElement.value") == "b"
