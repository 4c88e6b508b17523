"""VNeID's stand-in is a second danso: two homes really run, people go from one to the other."""

from __future__ import annotations

import time

import pytest

from tests.interop.two_homes import Browsers, agree, is_in, leave, there
from tests.running_home import RunningHome

# Two homes start before the first test.
pytestmark = pytest.mark.timeout(600)


@pytest.mark.clause("II.2.3", partly="VNeID itself is the national system's")
def test_a_broker_signs_people_in_and_out_by_another_home(
    danso_home: RunningHome, broker_home: RunningHome, browser: Browsers
) -> None:
    demo = danso_home.json("signon", "demo")
    at_vneid, broker = browser(there(danso_home)), browser(broker_home.pages)
    back = agree(at_vneid, leave(broker), demo)
    stranger = browser(broker_home.pages)
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
    danso_home: RunningHome, broker_home: RunningHome, browser: Browsers
) -> None:
    demo = danso_home.json("signon", "demo")
    time.sleep(11)
    danso_home.danso("signon", "rotate-keys")
    person = browser(broker_home.pages)
    back = agree(browser(there(danso_home)), leave(person), demo)
    assert person.go(back).endswith("/cua-toi/")


def test_declining_there_signs_nobody_in_here(
    danso_home: RunningHome, broker_home: RunningHome, browser: Browsers
) -> None:
    demo = danso_home.json("signon", "demo")
    person, at_vneid = browser(broker_home.pages), browser(there(danso_home))
    at_vneid.go(leave(person))
    at_vneid.sign_in(demo["username"], demo["password"])
    person.go(at_vneid.submit("quay-lai/$", why="declined"))
    assert "upstream_declined" in person.page
    assert not is_in(person)
