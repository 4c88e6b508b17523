"""Clients that partners really use: our own, curl and Authlib, against a whole running danso."""

from __future__ import annotations

import csv
import gzip
import json
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT

from danso.catalogue import load as load_catalogue
from danso.catalogue import only_province
from danso.client import Danso, Refused, Who, Why
from tests.running_home import RunningHome

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def row(danso_home: RunningHome) -> dict[str, str]:
    """Somebody living whose record has a full birth date, from the demo's clean file."""
    with gzip.open(danso_home.home.files / "demo/clean/people.csv.gz", "rt", encoding="utf-8") as f:
        return next(
            row
            for row in csv.DictReader(f)
            if row["number"] and row["status"] == "alive" and len(row["birth"]) == 10
        )


@pytest.fixture(scope="session")
def partner(danso_home: RunningHome) -> tuple[str, Path, str]:
    """Code, key file and purpose of the first demo agency."""
    keys = [Path(path) for path in danso_home.json("status")["partner_keys"]]
    key = next(path for path in keys if not path.stem.startswith("demo-"))
    province = load_catalogue(only_province(ROOT / "provinces"))
    agreed = {
        purpose
        for database in province.databases.values()
        if key.stem in database.owner_today
        for purpose in database.purposes
    }
    purpose = next(code for code in province.purposes if code in agreed)
    return key.stem, key, purpose


@pytest.fixture
def why(partner: tuple[str, Path, str]) -> Why:
    return Why(purpose=partner[2], procedure="1.001193", file_code="INTEROP-1", officer="TEST-1")


@pytest.fixture
def danso(danso_home: RunningHome, partner: tuple[str, Path, str]) -> Danso:
    return Danso(danso_home.gateway, partner=partner[0], key=partner[1])


def who(row: dict[str, str], **changes: str) -> Who:
    return Who(
        number=row["number"],
        full_name=changes.get("full_name", row["full_name"]),
        birth=changes.get("birth", row["birth"]),
    )


def eventually(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return condition()


@pytest.mark.clause("I.A.2022.5", partly="the national portal is a later slice")
@pytest.mark.clause("II.2.1", partly="the national portal is a later slice")
def test_our_client_verifies_and_is_told_what_to_do_about_a_mismatch(
    danso: Danso, why: Why, row: dict[str, str]
) -> None:
    assert danso.verify(why, who(row)).result == "match"
    answer = danso.verify(why, who(row, birth="1901-01-01"))
    assert answer.fields["birth"].result == "no_match"
    assert answer.next is not None
    assert row["birth"] not in repr(answer)


def test_our_client_gets_shared_fields_with_quality_and_date(
    danso: Danso, why: Why, row: dict[str, str]
) -> None:
    answer = danso.share(why, who(row), ["full_name", "permanent_place"])
    assert answer.shared is not None
    assert answer.shared.fields["full_name"] == row["full_name"]
    assert answer.shared.as_of
    with pytest.raises(Refused) as refused:
        danso.share(why, who(row), ["religion"])
    assert refused.value.fix


def test_our_client_verifies_many_in_order(danso: Danso, why: Why, row: dict[str, str]) -> None:
    asked = [
        Who(row["number"], row["full_name"], row["birth"], ref="a"),
        Who(row["number"][:-1] + "x".replace("x", "0"), "Không Ai", row["birth"], ref="b"),
    ] * 700
    answers = list(danso.verify_many(why, asked[:1100]))
    assert [answer.ref for answer in answers[:3]] == ["a", "b", "a"]
    assert len(answers) == 1100


def test_a_correction_mends_itself_all_the_way(
    danso: Danso, why: Why, row: dict[str, str], danso_home: RunningHome
) -> None:
    danso.share(why, who(row), ["full_name"], follow=True)
    seen = danso.changes(why).next_after
    opened = danso.report_wrong(
        why, who(row), field="sex", claimed="Nam" if row["sex"] == "2" else "Nữ", evidence="card"
    )
    assert eventually(lambda: danso.correction(why, opened.correction).due is not None)
    danso_home.danso("corrections", "answer", opened.correction, "--accept", "--reason", "seen")
    assert danso.correction(why, opened.correction).state == "accepted"
    assert eventually(lambda: bool(danso.changes(why, after=seen).changes))
    asked = Who(row["number"], row["full_name"], row["birth"], sex=3 - int(row["sex"]))
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
    danso_home: RunningHome, partner: tuple[str, Path, str], row: dict[str, str]
) -> None:
    code, key, purpose = partner
    endpoint = f"{danso_home.gateway}/v1/token"
    jwk = json.loads(key.read_text())
    client = OAuth2Client(
        client_id=code,
        client_secret=jwk,
        token_endpoint_auth_method=PrivateKeyJWT(
            endpoint,
            headers={"kid": jwk["kid"]},
            alg="EdDSA",
            claims={"exp": int(time.time()) + 50},
        ),
    )
    client.fetch_token(endpoint, grant_type="client_credentials")
    answer = client.post(
        f"{danso_home.gateway}/v1/verify",
        json={
            "envelope": {
                "purpose": purpose,
                "procedure": "1.001193",
                "officer": "T",
                "file_code": "F",
            },
            "person": {"number": row["number"], "full_name": row["full_name"]},
        },
    )
    assert answer.json()["result"] == "match"


def test_the_journal_of_all_this_verifies(danso_home: RunningHome) -> None:
    danso_home.danso("journal", "verify")
