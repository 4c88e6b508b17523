"""One running demo province for every real client, and one that is the first one's client."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from danso.config.home import Home
from tests.interop.person import Person
from tests.interop.two_homes import Browsers, NamedHome
from tests.running_home import RunningHome, free_ports, running_home


@pytest.fixture(scope="session")
def danso_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHome]:
    folder: Path = tmp_path_factory.mktemp("home") / "home"
    with running_home(folder, 1_000) as home:
        yield home


@pytest.fixture(scope="session")
def broker_home(
    danso_home: RunningHome, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningHome]:
    """A broker's home whose VNeID is `danso_home`."""
    folder: Path = tmp_path_factory.mktemp("broker")
    home = NamedHome(Home(folder / "home"), free_ports(), 1_000, ("--identity=broker",))
    try:
        home.start()
        papers = folder / "papers"
        danso_home.danso("signon", "stand-in", f"{home.pages}/sso", str(papers))
        home.danso("signon", "upstream", "add", str(papers / "sign-in.toml"))
        found = home.json("signon", "upstream", "check", "vneid")
        assert all(one["holds"] for one in found), found
        yield home
    finally:
        home.remove()


@pytest.fixture
def browser() -> Iterator[Browsers]:
    """Makes browsers for somebody at these pages; all are closed in the end."""
    made: list[Person] = []

    def new(pages: str) -> Person:
        made.append(Person(pages))
        return made[-1]

    yield new
    for one in made:
        one.http.close()
