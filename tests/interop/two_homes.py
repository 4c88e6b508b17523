"""Two homes, one the provider of identities and one its broker, and people who go between them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

from tests.interop.person import Person
from tests.running_home import RunningHome
from tests.screens.account.soft_key import SoftKey

Browsers = Callable[[str], Person]


@dataclass
class NamedHome(RunningHome):
    """A home whose issuer has this machine's number for its host: cookies know no ports, so two
    homes need two names."""

    def environment(self) -> dict[str, str]:
        return {**super().environment(), "DANSO_SIGN_ON_URL": f"{self.pages}/sso"}


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


def make_key(person: Person) -> SoftKey:
    """A passkey for posts, in software."""
    key = SoftKey("127.0.0.1")
    person.go(f"{person.pages}/vi-tri/khoa/them/")
    person.submit("^$", name="máy cơ quan", credential=key.make(_asked(person, "creation")))
    return key


def open_post(person: Person, key: SoftKey) -> None:
    """The one post on the page, opened with that passkey."""
    person.go(f"{person.pages}/vi-tri/")
    found = re.search(r'href="(/vi-tri/\d+/mo/)"', person.page)
    assert found, person.page
    person.go(person.pages + found[1])
    person.submit("^$", credential=key.use(_asked(person, "request")))


def _asked(person: Person, what: str) -> dict[str, Any]:
    found = re.search(r'id="passkey_data"[^>]*>(.*?)</script>', person.page, re.DOTALL)
    assert found, person.page
    options: dict[str, Any] = json.loads(unescape(found[1]))[f"{what}_options"]
    return options
