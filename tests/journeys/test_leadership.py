"""The leadership's page in a real Chromium: it moves while one watches, and axe is silent."""

from __future__ import annotations

import json
import re

import psycopg
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from danso.modules.audit.jobs import Sealer
from danso.modules.identity.data import AccountData
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.journeys.test_signing_in import address, check, context, sign_in  # noqa: F401
from tests.modules.audit.conftest import key_path, sealer  # noqa: F401
from tests.officers import make_officer

# Two seconds between beats; the rest is for a machine that does other things too.
SOON = 6_000
MATCH = {
    "action": "verify",
    "actor": "demo-bank",
    "actor_kind": "partner",
    "outcome": "match",
    "service": "verify",
}


@pytest.fixture
def officer(fresh_db: Database) -> AccountData:
    return make_officer("leader")


def ask(database: Database, times: int) -> None:
    """What the gateway's statement writes; Django's own connection is not for this thread."""
    with psycopg.connect(database.dsn("app")) as connection:
        for _ in range(times):
            connection.execute(
                "INSERT INTO audit_v1.inbox (kind, subject, entry) VALUES (1, NULL, %s)",
                [json.dumps(MATCH)],
            )


def check_both(page: Page) -> None:
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        check(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_figures_move_while_one_watches(
    context: BrowserContext,  # noqa: F811
    officer: AccountData,
    sealer: Sealer,  # noqa: F811
    fresh_db: Database,
) -> None:
    ask(fresh_db, 2)
    sealer.seal(1000)
    page = context.new_page()
    sign_in(page, officer)
    page.goto("/lanh-dao/")
    asked = page.locator(".danso-tile", has_text="Xác minh hôm nay").locator(".danso-tile__value")
    expect(asked).to_have_text(re.compile(r"^\s*2 "))
    expect(page.locator("#xac-minh canvas")).to_be_visible()
    ask(fresh_db, 3)
    sealer.seal(1000)
    expect(asked).to_have_text(re.compile(r"^\s*5 "), timeout=SOON)
    expect(page.locator("#xac-minh canvas")).to_be_visible()
    check_both(page)
    page.goto(f"/lanh-dao/xa/{province().units.communes[0].code}")
    check_both(page)
