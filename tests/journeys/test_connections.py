"""The connections of the plan in a real Chromium: short on a phone, whole once opened."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ViewportSize, expect

from danso.modules.identity.data import AccountData
from tests.journeys.test_leadership import check_both, officer  # noqa: F401
from tests.journeys.test_signing_in import address, check, context, sign_in  # noqa: F401

# Screens of a phone: folded, and with every group opened.
FOLDED, UNFOLDED = 2.5, 5.5
PHONE: ViewportSize = {"width": 390, "height": 844}
HEIGHT = "document.documentElement.scrollHeight"


def test_a_phone_shows_states_first_and_the_rest_when_asked(
    context: BrowserContext,  # noqa: F811
    officer: AccountData,  # noqa: F811
) -> None:
    page = context.new_page()
    page.set_viewport_size(PHONE)
    sign_in(page, officer)
    page.goto("/lanh-dao/ket-noi/")
    assert page.evaluate(HEIGHT) <= FOLDED * PHONE["height"]

    group = page.locator(".govuk-details").first
    one = group.locator(".danso-fold").first
    expect(one).to_be_hidden()
    group.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(one).to_be_visible()
    expect(one.get_by_role("link")).to_have_count(0)
    one.locator("summary").press("Enter")
    expect(one.get_by_role("link").first).to_be_visible()
    assert page.evaluate(HEIGHT) <= UNFOLDED * PHONE["height"]
    check_both(page)
