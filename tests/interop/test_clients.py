"""Clients that partners really use: our own, curl and Authlib, against a whole running danso."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc.jwk import OKPKey

from danso.client import Danso, Refused, Who, Why
from tests.demo_partner import partner_of, people_of
from tests.running_home import RunningHome


@pytest.fixture(scope="session")
def somebody(danso_home: RunningHome) -> Who:
    return people_of(danso_home)[0]


@pytest.fixture(scope="session")
def line(danso_home: RunningHome) -> Iterator[tuple[Danso, Why]]:
    with partner_of(danso_home) as found:
        yield found


@pytest.fixture
def danso(line: tuple[Danso, Why]) -> Danso:
    return line[0]


@pytest.fixture
def why(line: tuple[Danso, Why]) -> Why:
    return line[1]


def known(somebody: Who) -> Who:
    """Without the sex, which one of the tests corrects."""
    return replace(somebody, sex=None)


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


@pytest.mark.clause("I.A.2022.5", partly="the national portal is not connected")
@pytest.mark.clause("II.2.1", partly="the national portal is not connected")
def test_our_client_verifies_and_is_told_what_to_do_about_a_mismatch(
    danso: Danso, why: Why, somebody: Who
) -> None:
    assert danso.verify(why, known(somebody)).result == "match"
    answer = danso.verify(why, replace(known(somebody), birth="1901-01-01"))
    assert answer.fields["birth"].result == "no_match"
    assert answer.next is not None
    assert (somebody.birth or "") not in repr(answer)


def test_our_client_gets_shared_fields_with_quality_and_date(
    danso: Danso, why: Why, somebody: Who
) -> None:
    answer = danso.share(why, known(somebody), ["full_name", "permanent_place"])
    assert answer.shared is not None
    assert answer.shared.fields["full_name"] == somebody.full_name
    assert answer.shared.as_of
    with pytest.raises(Refused) as refused:
        danso.share(why, known(somebody), ["religion"])
    assert refused.value.fix


def test_our_client_verifies_many_in_order(danso: Danso, why: Why, somebody: Who) -> None:
    asked = [
        Who(somebody.number, somebody.full_name, somebody.birth, ref="a"),
        Who("099999999999", "Không Ai", somebody.birth, ref="b"),
    ] * 700
    answers = list(danso.verify_many(why, asked[:1100]))
    assert [answer.ref for answer in answers[:3]] == ["a", "b", "a"]
    assert len(answers) == 1100


def test_a_correction_mends_itself_all_the_way(
    danso: Danso, why: Why, somebody: Who, danso_home: RunningHome
) -> None:
    danso.share(why, known(somebody), ["full_name"], follow=True)
    seen = danso.changes(why).next_after
    opened = danso.report_wrong(
        why,
        known(somebody),
        field="sex",
        claimed="Nam" if somebody.sex == 2 else "Nữ",
        evidence="card",
    )
    assert eventually(lambda: danso.correction(why, opened.correction).due is not None)
    danso_home.danso("corrections", "answer", opened.correction, "--accept", "--reason", "seen")
    assert danso.correction(why, opened.correction).state == "accepted"
    assert eventually(lambda: bool(danso.changes(why, after=seen).changes))
    asked = replace(somebody, sex=3 - (somebody.sex or 0))
    assert danso.verify(why, asked).fields["sex"].result == "match"


def test_curl_as_in_the_guide_reaches_the_gateway(danso_home: RunningHome) -> None:
    done = subprocess.run(
        ["curl", "--silent", "--fail", f"{danso_home.gateway}/v1/sandbox"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout)


def test_authlib_gets_a_token_and_verifies(
    danso_home: RunningHome, why: Why, somebody: Who
) -> None:
    keys = sorted((danso_home.home.secrets / "partners").glob("*.jwk"))
    key = next(path for path in keys if not path.stem.startswith("demo-"))
    code = key.stem
    endpoint = f"{danso_home.gateway}/v1/token"
    jwk = json.loads(key.read_text())
    client = OAuth2Client(
        client_id=code,
        client_secret=OKPKey.import_key(jwk),
        token_endpoint_auth_method=PrivateKeyJWT(
            endpoint,
            headers={"kid": jwk["kid"]},
            alg="Ed25519",
            claims={"exp": int(time.time()) + 50},
        ),
    )
    client.fetch_token(endpoint, grant_type="client_credentials")
    answer = client.post(
        f"{danso_home.gateway}/v1/verify",
        json={
            "envelope": {
                "purpose": why.purpose,
                "procedure": "1.001193",
                "officer": "T",
                "file_code": "F",
            },
            "person": {"number": somebody.number, "full_name": somebody.full_name},
        },
    )
    client.close()
    assert answer.json()["result"] == "match"


def test_the_journal_of_all_this_verifies(danso_home: RunningHome) -> None:
    danso_home.danso("journal", "verify")
