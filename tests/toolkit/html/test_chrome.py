"""What surrounds a page comes from hooks, and is asked for only when there is a request."""

from datetime import UTC, datetime

import pytest
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from pytest_django.fixtures import Settings

from danso.toolkit.html.chrome import Link, Reader, TreeHead, chrome

HERE = "tests.toolkit.html.test_chrome"


def where(request: HttpRequest) -> list[Link]:
    """A hook for navigation and footer."""
    return [Link("Bếp", "/bep", current=True), Link("Vườn", request.path)]


def who(request: HttpRequest) -> Reader:
    """A hook for the reader."""
    return Reader("Lê <An>", "Người pha trà")


def newest(request: HttpRequest) -> TreeHead:
    """A hook for the tree head."""
    at = datetime(2026, 11, 23, 7, 5, 9, tzinfo=UTC)
    return TreeHead(1234, "9f2c41d07ab85e13" * 4, at, "/nhat-ky")


@pytest.fixture
def hooked(settings: Settings) -> None:
    settings.DANSO_CHROME = {
        "navigation": f"{HERE}.where",
        "footer": f"{HERE}.where",
        "reader": f"{HERE}.who",
        "tree_head": f"{HERE}.newest",
    }


@pytest.mark.usefixtures("hooked")
def test_a_page_shows_what_the_hooks_say() -> None:
    request = RequestFactory().get("/vuon")
    text = render_to_string("danso/officer.html", {}, request)
    assert 'aria-current="true"' in text
    assert "Lê &lt;An&gt;" in text
    assert "Người pha trà" in text
    assert "Đăng xuất" in text
    assert "1.234" in text
    assert "<code>9f2c41d07ab8</code>" in text
    assert "14:05:09 23/11/2026" in text


@pytest.mark.usefixtures("hooked")
def test_without_a_request_nobody_is_asked() -> None:
    page = chrome(None)
    assert (page.reader, page.tree_head, list(page.navigation)) == (None, None, [])
    assert "Đăng xuất" not in render_to_string("danso/officer.html", {})


@pytest.mark.usefixtures("hooked")
def test_a_screens_own_navigation_goes_first() -> None:
    context = {"navigation": [Link("Riêng", "/rieng")]}
    text = render_to_string("danso/officer.html", context, RequestFactory().get("/"))
    assert "Riêng" in text
    assert 'id="navigation"' in text
    assert text.count("Bếp") == 1  # the footer's


def test_a_posted_form_leads_the_language_switch_home() -> None:
    assert chrome(RequestFactory().get("/a?b=1")).here == "/a?b=1"
    assert chrome(RequestFactory().post("/a?b=1")).here == "/"
