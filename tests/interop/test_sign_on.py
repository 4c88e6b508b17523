"""Services sign people in through a running danso: openid-client (certified) and Authlib."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.interop.person import Person, told
from tests.running_home import RunningHome

ROOT = Path(__file__).resolve().parents[2]
BACK = "http://localhost:9090/callback"
LEFT = "http://localhost:9090/"
WANTED = json.dumps(
    {
        "userinfo": {
            "name": {"essential": True, "purpose": "Để gọi tên bạn"},
            "birthdate": {"purpose": "Để kiểm tra tuổi"},
            "personal_number": {"purpose": "Để tìm hồ sơ"},
        }
    }
)
AGREE = "tiep-tuc/[^/]+/$"
Say = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def demo(danso_home: RunningHome) -> dict[str, str]:
    """The demo's client and persona."""
    found: dict[str, str] = danso_home.json("signon", "demo")
    return found


@contextmanager
def openid_client(demo: dict[str, str]) -> Iterator[Say]:
    """A relying party on openid-client in a process of its own."""
    given = {
        "issuer": demo["issuer"],
        "client": demo["client"],
        "jwk": json.loads(Path(demo["key"]).read_text()),
        "back": BACK,
    }
    with subprocess.Popen(
        ["node", str(ROOT / "tests/interop/relying_party.mjs"), json.dumps(given)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        lines, sink = process.stdout, process.stdin
        assert json.loads(lines.readline())["ready"]

        def say(do: str, **more: Any) -> dict[str, Any]:
            sink.write(json.dumps({"do": do, **more}) + "\n")
            sink.flush()
            answer: dict[str, Any] = json.loads(lines.readline())
            return answer.get("ok", answer) if "ok" in answer else answer

        try:
            yield say
        finally:
            sink.close()
            process.wait(10)


@pytest.fixture
def say(demo: dict[str, str]) -> Iterator[Say]:
    with openid_client(demo) as made:
        yield made


@pytest.fixture
def person(demo: dict[str, str]) -> Iterator[Person]:
    made = Person(demo["issuer"].removesuffix("/sso"))
    yield made
    made.http.close()


@pytest.fixture
def signed_in(person: Person, demo: dict[str, str]) -> Person:
    """With a live session."""
    person.go(f"{person.pages}/tai-khoan/dang-nhap/")
    person.sign_in(demo["username"], demo["password"])
    return person


@pytest.mark.clause("II.2.3", partly="VNeID itself is the national system's")
@pytest.mark.clause("I.A.2022.8", partly="portals are stood in for by clients of the tests")
def test_openid_client_signs_somebody_in_with_consent_and_out_again(
    say: Say, person: Person, demo: dict[str, str]
) -> None:
    pushed = say("push", more={"claims": WANTED, "scope": "openid offline_access"})
    assert set(told(pushed["url"])) == {"client_id", "request_uri"}
    assert "/tai-khoan/dang-nhap/" in person.go(pushed["url"])
    person.sign_in(demo["username"], demo["password"])
    assert "Để kiểm tra tuổi" in person.page
    assert "checked" not in person.page
    back = person.submit(AGREE, claims=["birthdate"])
    got = say("exchange", url=back)
    assert got["claims"]["acr"] == "urn:danso:acr:2:1"
    assert got["claims"]["amr"] == ["pwd"]
    info = say("userinfo")
    assert set(info) == {"sub", "name", "birthdate"}
    again = say("refresh", token=got["refresh"])
    assert again["claims"]["sub"] == got["claims"]["sub"]
    assert say("introspect", token=again["access"])["active"] is True
    leave = say("leave", back=LEFT)
    person.go(leave["url"])
    assert person.submit("sso/dang-xuat/") == LEFT
    assert say("introspect", token=again["access"]) == {"active": False}
    assert say("refresh", token=again["refresh"])["error"] == "invalid_grant"


def test_a_live_session_signs_in_without_a_page(say: Say, signed_in: Person) -> None:
    back = signed_in.go(say("push", more={"prompt": "none"})["url"])
    assert say("exchange", url=back)["type"] == "dpop"
    assert set(say("userinfo")) == {"sub"}
