"""A citizen on a phone reads who looked at them, and their own browser checks the proof: it holds,
and it fails when the entry, the way up or the head was altered."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import make_server

import psycopg
import pytest
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from danso.config.wsgi import application
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.adapters.sealing_key import SealingKey
from danso.modules.audit.data import Entry
from danso.modules.audit.jobs import Sealer
from danso.toolkit.platform import province
from tests.conftest import Database
from tests.eid_world import NUMBER, SECRET, citizen, enrol
from tests.journeys.browser import find_chromium
from tests.journeys.test_eid import check, look
from tests.journeys.test_signing_in import Quiet, Server
from tests.modules.audit.conftest import pem

pytestmark = [
    pytest.mark.clause("II.4.1", partly="the page of the holder; utilities of others are not here"),
    pytest.mark.timeout(300),
]


@pytest.fixture
def address(fresh_db: Database, tmp_path: Path) -> Iterator[str]:
    """One look at one citizen, under a signed head; a later head over more leaves."""
    cache.clear()
    person = citizen()
    enrol(Client())
    get_user_model().objects.filter(person=person).update(level=2)
    key = tmp_path / "sealing-key"
    key.write_bytes(pem())
    with psycopg.connect(fresh_db.dsn("sealer"), autocommit=True) as connection:
        sealer = Sealer(connection, SealingKey.load(key))
        sealer.register_key()
        with transaction.atomic():
            audit.record(
                Entry(
                    actor=Actor("officer", "someone", "so-y-te", system="pages"),
                    action="population.open_person",
                    outcome="shown",
                    subject=person,
                    purpose="data-quality",
                    fields=("full_name",),
                )
            )
        sealer.seal()
        sealer.sign_head()
        (tmp_path / "kept.txt").write_text(audit.tree_head().note(), encoding="utf-8")
        with transaction.atomic():
            for _ in range(5):
                audit.record(Entry(actor=Actor("system", "tests"), action="x", outcome="done"))
        sealer.seal()
        sealer.sign_head()
    with make_server("127.0.0.1", 0, application, Server, Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield made
        made.close()


def verdict(page: Page, head: str | None = None) -> str:
    """What the page says after checking, with another head pasted where one is given."""
    if head is not None:
        page.get_by_label("Gốc cây để so").fill(head)
    page.evaluate("document.querySelector('[data-proof-verdict]').removeAttribute('data-result')")
    page.get_by_role("button", name="Kiểm tra trên máy của tôi").click()
    done = page.locator("[data-proof-verdict][data-result]")
    done.wait_for()
    return done.get_attribute("data-result") or ""


def altered(page: Page, route: str, old: str, new: str) -> None:
    """Load the page again as if the house had altered what it serves."""

    def serve(asked: Route) -> None:
        answer = asked.fetch()
        asked.fulfill(response=answer, body=answer.text().replace(old, new))

    page.route(route, serve)
    page.reload()
    page.unroute(route)


def test_the_browser_itself_finds_out_whether_the_line_was_altered(
    address: str, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(base_url=address, viewport={"width": 375, "height": 812})
    page = context.new_page()
    page.goto("/tai-khoan/dang-nhap/")
    page.get_by_label("Tên đăng nhập hoặc số định danh cá nhân").fill(NUMBER)
    page.get_by_label("Mật khẩu", exact=True).fill(SECRET)
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang của tôi")
    check(page)
    page.get_by_role("main").get_by_role("link", name="Dữ liệu của tôi").click()
    expect(page.get_by_role("main")).to_contain_text(NUMBER)
    check(page)
    look(page, "my-data")
    page.goto("/cua-toi/ai-da-xem/?vi=data-quality")
    check(page)
    look(page, "looks")
    page.get_by_role("link", name="Xem kỹ và kiểm tra").click()
    agency = province().agencies["so-y-te"].vi
    expect(page.get_by_role("heading", level=1)).to_contain_text(agency)

    kept = (tmp_path / "kept.txt").read_text(encoding="utf-8")
    assert verdict(page) == "holds"
    check(page)
    look(page, "look")
    assert verdict(page, kept) == "holds", "under a head of another size, kept elsewhere"
    lines = kept.split("\n")
    assert verdict(page, "\n".join([lines[0], lines[1], "A" * 43 + "=", *lines[3:]])) == "broken"
    assert verdict(page, "\n".join([lines[0], "1", *lines[2:]])) == "newer"
    assert verdict(page, "hello") == "unreadable"
    other = "danso-journal/00000000-0000-0000-0000-000000000000"
    assert verdict(page, kept.replace(lines[0], other)) == "elsewhere"

    file = json.loads(page.locator("[data-proof-file]").text_content() or "")
    for old, new in (
        ("so-y-te", "so-tu-phap"),
        (file["salt"], "00" * 16),
        (file["path"][0], "11" * 32),
    ):
        altered(page, "**/ai-da-xem/*/", old, new)
        assert verdict(page) == "broken", old
        assert verdict(page, kept) == ("holds" if old == file["path"][0] else "broken")
    page.reload()
    assert verdict(page) == "holds"
