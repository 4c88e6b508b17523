"""What everybody may see without signing in."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client

from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.audit.jobs import Sealer
from danso.wire import merkle
from tests.conftest import Database
from tests.modules.audit.conftest import key_path, look, sealer  # noqa: F401
from tests.officers import sign_in


@pytest.mark.django_db
def test_home_leads_to_sign_in_and_says_it_is_a_demo(client: Client) -> None:
    page = client.get("/").content.decode()
    assert "/tai-khoan/" in page
    assert "danso demo logins" in page


@pytest.mark.django_db
def test_ready_answers_in_one_word(client: Client) -> None:
    assert client.get("/san-sang").content == b"ready"


def test_journal_before_the_first_head_says_when_to_come_back(
    fresh_db: Database, client: Client
) -> None:
    assert "Chưa có gốc cây nào" in client.get("/nhat-ky").content.decode()
    assert client.get("/nhat-ky/nhat-quan?old=1").status_code == HTTPStatus.NOT_FOUND


def test_proofs_from_the_pages_check_against_the_published_head(
    fresh_db: Database,
    sealer: Sealer,  # noqa: F811
    client: Client,
) -> None:
    audit.record_many([look() for _ in range(5)])
    sealer.seal(1000)
    old = sealer.sign_head()
    audit.record_many([look() for _ in range(4)])
    sealer.seal(1000)
    with clock.frozen(clock.now() + timedelta(seconds=30)):
        new = sealer.sign_head()
    assert old is not None
    assert new is not None
    assert client.get("/nhat-ky/goc-cay").content.decode() == new.note()
    assert new.head.root.hex() in client.get("/nhat-ky").content.decode()

    answer = client.get("/nhat-ky/nhat-quan?old=5").json()
    proof = [bytes.fromhex(node) for node in answer["proof"]]
    assert merkle.verify_consistency(5, old.head.root, 9, new.head.root, proof)

    answer = client.get("/nhat-ky/bao-gom?position=6").json()
    path = [bytes.fromhex(node) for node in answer["path"]]
    leaf = bytes.fromhex(answer["leaf"])
    assert merkle.verify_inclusion(leaf, 6, 9, path, new.head.root)


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["", "?old=x", "?old=-1", "?old=99999999999999999999"])
def test_proof_asked_wrongly_is_told_how_to_ask(client: Client, asked: str) -> None:
    answer = client.get("/nhat-ky/nhat-quan" + asked)
    assert answer.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND)
    assert answer.json()["fix"]


@pytest.mark.django_db
def test_home_leads_whoever_is_signed_in_to_their_work_and_not_to_sign_in(client: Client) -> None:
    sign_in(client, "guardian")
    page = client.get("/").content.decode().partition("<main")[2]
    assert "mở tài khoản định danh" not in page
    assert "/kiem-tra/canh-bao/" in page
