"""A province whose screens are OpenID clients: one home is the provider, the screens are another
home's, a broker of it (docs/decisions/0009). Signing out on either side ends both."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.interop.person import Person
from tests.interop.two_homes import (
    Browsers,
    agree,
    is_in,
    leave,
    make_key,
    open_post,
    there,
)
from tests.running_home import RunningHome

# Two homes start before the first test.
pytestmark = [pytest.mark.timeout(600), pytest.mark.clause("II.2.3")]
OFFICER = "can-bo-hai-nha"


def enter(screens: Person, provider: Person, demo: dict[str, str]) -> None:
    """A code flow from the screens to the provider and back."""
    assert screens.go(agree(provider, leave(screens), demo)).endswith("/cua-toi/")


def works(screens: Person) -> bool:
    """Whether the steward's screen opens."""
    screens.go(f"{screens.pages}/du-lieu/")
    return "Bạn không có quyền" not in screens.page and "dang-nhap" not in screens.url


def soon(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether it comes true: a notice travels by the provider's worker."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.5)
    return holds()


def test_citizens_and_officers_screens_end_when_the_provider_s_session_does(
    danso_home: RunningHome, broker_home: RunningHome, browser: Browsers
) -> None:
    demo = danso_home.json("signon", "demo")
    provider, screens = browser(there(danso_home)), browser(broker_home.pages)
    enter(screens, provider, demo)
    assert is_in(screens), "the citizen's screen"
    assert not works(screens), "a citizen's session opens no officer's screen"

    number = f"--number={demo['number']}"
    broker_home.danso("operator", "create-person", OFFICER, "--role=steward", number)
    key = make_key(screens)
    open_post(screens, key)
    assert works(screens), "the officer's screen"

    provider.go(f"{provider.pages}/tai-khoan/dang-xuat/")
    provider.submit("dang-xuat/$")
    assert soon(lambda: not works(screens)), "the back channel ends the post"
    assert not is_in(screens), "and the session"

    enter(screens, provider, demo)
    assert not works(screens), "the post does not come back with the next sign-in"
    open_post(screens, key)
    assert works(screens)
    broker_home.danso("operator", "take-back", OFFICER)
    assert not works(screens)


def test_signing_out_of_a_screen_ends_the_provider_s_session_and_every_other_screen(
    danso_home: RunningHome, broker_home: RunningHome, browser: Browsers
) -> None:
    demo = danso_home.json("signon", "demo")
    provider = browser(there(danso_home))
    one, other = browser(broker_home.pages), browser(broker_home.pages)
    enter(one, provider, demo)
    enter(other, provider, demo)

    one.go(f"{one.pages}/tai-khoan/dang-xuat/")
    one.submit("dang-xuat/$")
    also_there = one.form(provider.pages)
    assert "id_token_hint" in also_there[1]
    assert not is_in(one), "at once"
    assert is_in(other), "a screen elsewhere is another session until the provider's ends"

    assert "id_token_hint" not in provider.bring(also_there)
    assert provider.submit("sso/dang-xuat/").startswith(f"{one.pages}/sso/da-dang-xuat")
    assert "dang-nhap" in provider.go(f"{provider.pages}/dinh-danh/"), "the provider's own"
    assert soon(lambda: not is_in(other)), "the back channel ends the other screen"
