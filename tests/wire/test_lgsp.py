"""The road over the sharing axis: its header, token and officers' keys; settings that fit it."""

from __future__ import annotations

import base64
import json

import pytest

from danso.kernel.errors import InvalidValue
from danso.wire.upstream import lgsp, soap
from danso.wire.upstream.faults import UpstreamDown, UpstreamRefuses
from danso.wire.upstream.setup import read_setup
from danso.wire.upstream.signing import Signer
from tests.wire.test_upstream import SETUP, envelope, question

OVER_AXIS = (
    'road = "ndxp"\n'
    + SETUP.replace('account = "province"\n', "").replace("[caller]", 'token = "/token"\n[caller]')
    + '[procedures]\n"local-7" = "1.004222"\n'
    + '[lgsp]\naccess_key = "AK"\napp = "danso"\npartner = "000.00.01"\n'
)
SECRET = "s3\nC06-77=k-77:p=77\n"


def signer(secret: str = SECRET) -> Signer:
    return Signer(read_setup(OVER_AXIS), secret)


def test_header_is_the_base64_of_five_members() -> None:
    first = signer().token_call(0.0)
    assert first is not None
    url, body, headers = first
    assert (url, body) == ("https://ndxp.example/c06/token", b"grant_type=client_credentials")
    assert json.loads(base64.b64decode(headers["lgspaccesstoken"])) == {
        "AccessKey": "AK",
        "SecretKey": "s3",
        "AppName": "danso",
        "PartnerCode": "000.00.01",
        "PartnerCodeCus": "",
    }


def test_token_is_used_until_shortly_before_it_expires() -> None:
    one = signer()
    one.take_token(200, b'{"access_token": "T1", "expires_in": 300}', 1000.0)
    assert one.headers("https://x/", now=1000.0)["Authorization"] == "Bearer T1"
    assert one.token_call(1269.0) is None
    assert one.token_call(1271.0) is not None


def test_token_that_is_no_longer_known_is_dropped_once() -> None:
    one = signer()
    assert not one.is_forgotten(401), "there is none to forget"
    one.take_token(200, b'{"access_token": "T1", "expires_in": "300"}', 0.0)
    assert not one.is_forgotten(403)
    assert one.is_forgotten(401)
    assert one.token_call(1.0) is not None


@pytest.mark.parametrize(
    "content", [b"<html>", b"{}", b'{"access_token": ""}', b'{"access_token": "a\\nb"}', b"\xff"]
)
def test_token_that_cannot_be_read_is_no_answer(content: bytes) -> None:
    with pytest.raises(UpstreamDown):
        signer().take_token(200, content, 0.0)


@pytest.mark.parametrize(("status", "raised"), [(401, UpstreamRefuses), (503, UpstreamDown)])
def test_token_that_is_not_given_says_why(status: int, raised: type[Exception]) -> None:
    with pytest.raises(raised, match=f"token_http_{status}"):
        signer().take_token(status, b"", 0.0)


def test_officer_with_a_key_pair_is_named_by_it() -> None:
    told = signer().officer("C06-77")["AuthHash"]
    assert base64.b64decode(told) == b"k-77:p=77"
    assert signer().officer("C06-78") == {}
    assert Signer(read_setup(SETUP), SECRET).officer("C06-77") == {}


def test_pseudonym_does_not_change_with_the_officers() -> None:
    assert signer().pseudonym("909000000001") == signer("s3").pseudonym("909000000001")


def test_secrets_are_not_shown() -> None:
    keys = lgsp.read_keys(SECRET)
    assert "s3" not in repr(keys)
    assert "p=77" not in repr(keys)
    assert "T1" not in repr(lgsp.Token("T1"))


def test_procedure_of_ones_own_goes_as_its_national_code() -> None:
    _, body = soap.ask(soap.VERIFY, read_setup(OVER_AXIS), question(procedure="local-7"))
    assert b"<MaDVC>1.004222</MaDVC>" in body
    _, body = soap.ask(soap.VERIFY, read_setup(OVER_AXIS), question(procedure="2.000889"))
    assert b"<MaDVC>2.000889</MaDVC>" in body


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (OVER_AXIS.partition("[lgsp]")[0], "go together"),
        (OVER_AXIS.replace('road = "ndxp"', 'road = "direct"'), "go together"),
        (OVER_AXIS.replace('token = "/token"\n', ""), "token path"),
        (SETUP.replace('account = "province"\n', ""), "account"),
        (OVER_AXIS.replace('app = "danso"', 'app = ""'), "app"),
    ],
)
def test_road_without_what_it_needs_is_refused(wrong: str, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        read_setup(wrong)


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "0.0.0.0", "224.0.0.1", "[fe80::1]", "[::ffff:169.254.169.254]"]
)
def test_address_in_the_machines_neighbourhood_is_refused(host: str) -> None:
    with pytest.raises(InvalidValue, match="neighbourhood"):
        read_setup(OVER_AXIS.replace("ndxp.example", host))


@pytest.mark.parametrize("host", ["10.1.2.3", "127.0.0.1", "[::1]", "ndxp.example"])
def test_address_on_a_line_of_its_own_is_taken(host: str) -> None:
    assert read_setup(OVER_AXIS.replace("ndxp.example", host)).road == "ndxp"


@pytest.mark.parametrize(
    "content",
    [
        b'<?xml version="1.0" encoding="x-vni"?>' + envelope("<TonTai>true</TonTai>"),
        b'<?xml version="1.0" encoding="big5"?>' + envelope("<TonTai>true</TonTai>"),
        b'<?xml version="1.0" encoding="utf-8"?>' + envelope("<TonTai>true</TonTai>") + b"\xaa",
    ],
    ids=["an encoding nobody knows", "one of several bytes", "bytes not in it"],
)
def test_answer_in_an_encoding_that_cannot_be_read_is_no_answer(content: bytes) -> None:
    with pytest.raises(UpstreamDown):
        soap.read_verified(content)


@pytest.mark.parametrize("born", ["00000000", "19840230", "1984", "①⑨⑧④⓪①⓪①"])
def test_day_that_does_not_exist_is_not_told(born: str) -> None:
    citizen = soap.read_looked_up(
        envelope(
            "<CongdanCollection><CongDan><NgayThangNamSinh>"
            f"<NgayThangNam>{born}</NgayThangNam></NgayThangNamSinh></CongDan></CongdanCollection>"
        )
    )
    assert citizen is not None
    assert citizen.fields["birth"] is None
