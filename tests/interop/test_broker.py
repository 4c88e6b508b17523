"""VNeID's stand-in is a second danso: two homes really run, people go from one to the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from danso.config.home import Home
from tests.interop.person import Person
from tests.running_home import RunningHome, free_ports

# Two homes start before the first test.
pytestmark = pytest.mark.timeout(600)


@dataclass
class NamedHome(RunningHome):
    """A home whose issuer has this machine's number for its host: cookies know no ports, so two
    homes need two names."""

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "DANSO_SIGN_ON_URL": f"{self.pages}/sso"}


@pytest.fixture(scope="module")
def broker(danso_home: RunningHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Somebody at a broker's home, whose VNeID is `danso_home`."""
    folder: Path = tmp_path_factory.mktemp("broker")
    home = NamedHome(Home(folder / "home"), free_ports(), 1_000, ("--identity=broker",))
    try:
        home.start()
        papers = folder / "papers"
        danso_home.danso("signon", "stand-in", f"{home.pages}/sso", str(papers))
        home.danso("signon", "upstream", "add", str(papers / "sign-in.toml"))
        found = home.json("signon", "upstream", "check", "vneid")
        assert all(one["holds"] for one in found), found
        person = Person(home.pages)
        yield person
        person.http.close()
    finally:
        home.remove()


Browsers = Callable[[str], Person]


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


def there(home: RunningHome) -> str:
    """The pages of the home that stands for VNeID."""
    return f"http://localhost:{home.port}"


def leave(person: Person) -> str:
    """The button of the broker's sign-in page: where it leads to."""
    person.go(f"{person.pages}/tai-khoan/dang-nhap/")
    assert "Đăng nhập bằng VNeID" in person.page
    return person.submit("di/vneid/$")


def agree(at_vneid: Person, url: str, demo: dict[str, str]) -> str:
    """Sign in there where it is asked, and agree to what the province is told."""
    at_vneid.go(url)
    if "dang-nhap" in at_vneid.url:
        at_vneid.sign_in(demo["username"], demo["password"])
    return at_vneid.submit("tiep-tuc/[^/]+/$")


def is_in(person: Person) -> bool:
    """Whether the broker knows who this is."""
    return person.go(f"{person.pages}/dinh-danh/").endswith("/dinh-danh/")


@pytest.mark.clause("II.2.3", partly="VNeID itself is the national system's")
def test_a_broker_signs_people_in_and_out_by_another_home(
    danso_home: RunningHome, broker: Person, browser: Browsers
) -> None:
    demo = danso_home.json("signon", "demo")
    at_vneid = browser(there(danso_home))
    back = agree(at_vneid, leave(broker), demo)
    stranger = browser(broker.pages)
    stranger.go(back)
    assert "upstream_state" in stranger.page, "another browser's return"
    assert broker.go(back).endswith("/cua-toi/")
    assert is_in(broker)
    assert "VNeID" in broker.page
    broker.go(back)
    assert "upstream_state" in broker.page, "a second time"
    assert is_in(broker)
    at_vneid.go(f"{at_vneid.pages}/tai-khoan/dang-xuat/")
    at_vneid.submit("dang-xuat/$")
    end = time.monotonic() + 60
    while is_in(broker) and time.monotonic() < end:
        time.sleep(0.5)
    assert not is_in(broker), "the end of the session there is the end here"


def test_a_key_that_the_other_home_renews_is_taken_up(
    danso_home: RunningHome, broker: Person, browser: Browsers
) -> None:
    demo = danso_home.json("signon", "demo")
    time.sleep(11)
    danso_home.danso("signon", "rotate-keys")
    person = browser(broker.pages)
    back = agree(browser(there(danso_home)), leave(person), demo)
    assert person.go(back).endswith("/cua-toi/")


def test_declining_there_signs_nobody_in_here(
    danso_home: RunningHome, broker: Person, browser: Browsers
) -> None:
    demo = danso_home.json("signon", "demo")
    person, at_vneid = browser(broker.pages), browser(there(danso_home))
    at_vneid.go(leave(person))
    at_vneid.sign_in(demo["username"], demo["password"])
    person.go(at_vneid.submit("quay-lai/$", why="declined"))
    assert "upstream_declined" in person.page
    assert not is_in(person)
