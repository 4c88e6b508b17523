"""A whole home with its log-ins, and a browser, for the journeys of officers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.browser import find_chromium
from tests.running_home import RunningHome, running_home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHome]:
    with running_home(tmp_path_factory.mktemp("home") / "home", 1_000) as made:
        yield made


@pytest.fixture(scope="module")
def logins(home: RunningHome) -> dict[str, dict[str, Any]]:
    """The first demo log-in of each role."""
    found: dict[str, dict[str, Any]] = {}
    for login in home.json("demo", "logins"):
        found.setdefault(login["role"], login)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield made
        made.close()
