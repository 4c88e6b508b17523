"""A whole danso for the tests that break it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running_home import RunningHome, running_home

PEOPLE = 400


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHome]:
    """One home that tests break and that must be whole again after each."""
    with running_home(tmp_path_factory.mktemp("home") / "home", PEOPLE) as made:
        yield made


@pytest.fixture(autouse=True)
def _up(home: RunningHome) -> None:
    """A test that stopped the home leaves it to the next one to start."""
    if home.process is None or home.process.poll() is not None:
        home.start()
    home.wait_until_ready()
