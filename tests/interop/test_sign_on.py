"""Services sign people in through a running danso: openid-client (certified) and Authlib."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tools.build_assets import find_node_folder

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
        "back": demo.get("back", BACK),
    }
    folder = find_node_folder()
    assert folder is not None, "openid-client needs node"
    with subprocess.Popen(
        [str(folder / "node"), str(ROOT / "tests/interop/relying_party.mjs"), json.dumps(given)],
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


def test_step_up_asks_for_a_second_factor_in_place(say: Say, signed_in: Person) -> None:
    more = {"acr_values": "urn:danso:acr:2:2"}
    signed_in.go(say("push", more=more)["url"])
    assert "/tai-khoan/yeu-to/" in signed_in.page
    back = signed_in.submit("quay-lai/$")
    assert told(back)["error"] == "unmet_authentication_requirements"
    silent = signed_in.go(say("push", more=more | {"prompt": "none"})["url"])
    assert told(silent)["error"] == "unmet_authentication_requirements"


def test_prompt_login_and_max_age_ask_again(
    say: Say, signed_in: Person, demo: dict[str, str]
) -> None:
    for more in ({"prompt": "login"}, {"max_age": "0"}):
        assert "/xac-nhan/" in signed_in.go(say("push", more=more)["url"])
        back = signed_in.submit("xac-nhan/$", password=demo["password"])
        assert say("exchange", url=back, checks={"maxAge": 60})["claims"]["auth_time"]


def test_a_client_without_pkce_or_with_a_plain_one_is_refused(say: Say) -> None:
    assert say("push", bare=True)["error"] == "invalid_request"
    plain = {"code_challenge": "x" * 43, "code_challenge_method": "plain"}
    assert say("push", more=plain)["error"] == "invalid_request"
    assert say("push", more={"redirect_uri": f"{BACK}/"})["error"] == "invalid_request"


def test_a_code_played_twice_ends_what_it_gave(say: Say, signed_in: Person) -> None:
    back = signed_in.go(say("push")["url"])
    got = say("exchange", url=back)
    assert say("introspect", token=got["access"])["active"] is True
    assert say("exchange", url=back)["error"] == "invalid_grant"
    assert say("introspect", token=got["access"])["active"] is False


def test_a_pushed_request_is_good_for_one_sign_in(say: Say, signed_in: Person) -> None:
    url = say("push")["url"]
    assert signed_in.go(url).startswith(BACK)
    assert signed_in.go(url).startswith(signed_in.pages)
    assert "sign_on_request_used" in signed_in.page


def test_forged_state_and_another_issuer_are_noticed(say: Say, signed_in: Person) -> None:
    back = signed_in.go(say("push")["url"])
    forged = back.replace(f"state={told(back)['state']}", "state=forged")
    assert "state" in say("exchange", url=forged)["message"]
    back = signed_in.go(say("push")["url"])
    mixed = back.replace("iss=http%3A%2F%2Flocalhost", "iss=http%3A%2F%2Fevil.example")
    assert mixed != back
    assert "iss" in say("exchange", url=mixed)["message"]


def test_a_stolen_token_is_worth_nothing_as_bearer(
    say: Say, signed_in: Person, demo: dict[str, str]
) -> None:
    got = say("exchange", url=signed_in.go(say("push")["url"]))
    answer = httpx.get(
        f"{demo['issuer']}/userinfo", headers={"Authorization": f"Bearer {got['access']}"}
    )
    assert answer.status_code == 401


def test_a_hint_of_another_client_signs_nobody_out(
    say: Say, signed_in: Person, demo: dict[str, str]
) -> None:
    got = say("exchange", url=signed_in.go(say("push")["url"]))
    query = {"id_token_hint": got["id"], "client_id": "somebody-else"}
    for bent in (query, {"id_token_hint": got["id"][:-4] + "AAAA"}, {"client_id": "nobody"}):
        answer = signed_in.http.get(f"{demo['issuer']}/end-session", params=bent)
        assert answer.status_code == 400
    away = {"id_token_hint": got["id"], "post_logout_redirect_uri": "https://evil.example/"}
    assert signed_in.http.get(f"{demo['issuer']}/end-session", params=away).status_code == 400
    assert signed_in.go(say("push", more={"prompt": "none"})["url"]).startswith(BACK)
