"""The national service on the wire: fields in order, credentials, answers read or refused."""

from __future__ import annotations

import base64
import hashlib

import pytest
from defusedxml.ElementTree import fromstring

from danso.kernel.errors import InvalidValue
from danso.wire.upstream import credentials, feed, soap
from danso.wire.upstream.citizen import find, local
from danso.wire.upstream.faults import UpstreamDown, UpstreamRefuses, check_status
from danso.wire.upstream.setup import read_setup

SETUP = """
[service]
address = "https://ndxp.example/c06"
verify = "/xac-thuc"
look_up = "/tra-cuu"
[caller]
account = "province"
agency = "000.00.01"
officer = "shared"
[codes]
verify = "033"
look_up = "037"
[officers]
"kettle/officer-7" = "C06-77"
"""


def question(**changes: str) -> soap.Question:
    given = {
        "number": "909000000001",
        "full_name": "Nguyễn  Văn Ấm & Con",
        "birth": "1984-03-21",
        "procedure": "1.004222",
        "officer": "C06-77",
        "request": "q-1",
    } | changes
    return soap.Question(**given)


def envelope(inside: str) -> bytes:
    return f'<a:Envelope xmlns:a="{soap.ENVELOPE}"><a:Body>{inside}</a:Body></a:Envelope>'.encode()


def test_ask_writes_the_fields_in_their_fixed_order() -> None:
    url, body = soap.ask(soap.VERIFY, read_setup(SETUP), question())
    operation = find(fromstring(body), soap.VERIFY)
    assert operation is not None
    told = [(local(one), (one.text or "") or (one[0].text or "")) for one in operation]
    assert url == "https://ndxp.example/c06/xac-thuc"
    assert told == [
        ("MaYeuCau", "q-1"),
        ("MaDVC", "1.004222"),
        ("MaTichHop", "033"),
        ("MaDonVi", "000.00.01"),
        ("MaCanBo", "C06-77"),
        ("SoDinhDanh", "909000000001"),
        ("HoVaTen", "NGUYỄN VĂN ẤM & CON"),
        ("NgayThangNamSinh", "19840321"),
    ]


def test_ask_sends_an_old_number_and_a_year_in_their_own_fields() -> None:
    _, body = soap.ask(soap.LOOK_UP, read_setup(SETUP), question(number="123456789", birth="1960"))
    assert b"<SoCMND>123456789</SoCMND>" in body
    assert b"SoDinhDanh" not in body
    assert b"<Nam>1960</Nam>" in body


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"birth": "1984-03"}, "NgayThangNamSinh"),
        ({"procedure": "1" * 21}, "MaDVC"),
        ({"full_name": "A" * 101}, "HoVaTen"),
    ],
)
def test_ask_refuses_what_the_service_would_not_take(changes: dict[str, str], field: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        soap.ask(soap.VERIFY, read_setup(SETUP), question(**changes))
    assert caught.value.code == field


def test_credentials_hash_address_name_moment_and_secret() -> None:
    made = credentials.headers("https://a/b", "province", "s3", at=12.5)
    wanted = hashlib.sha256(b"https://a/bprovince12500s3").hexdigest()
    coded = made["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(coded).decode() == f"province:{wanted}"
    assert made["timestamp"] == "12500"


def test_officer_is_the_mapped_one_or_the_homes_own() -> None:
    setup = read_setup(SETUP)
    assert setup.officer_for("kettle", "officer-7") == "C06-77"
    assert setup.officer_for("kettle", "officer-8") == "shared"


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<KetQuaXacThuc>true</KetQuaXacThuc>", True),
        ('<x:r xmlns:x="u"><x:TonTai> 0 </x:TonTai></x:r>', False),
        ("<TonTai>1</TonTai>", True),
    ],
)
def test_verify_answers_are_read_whatever_wraps_them(inside: str, expected: bool) -> None:
    assert soap.read_verified(envelope(inside)) is expected


@pytest.mark.parametrize(
    "content",
    [
        b"<html>",
        b"",
        envelope("<KetQuaXacThuc>perhaps</KetQuaXacThuc>"),
        b'<!DOCTYPE x [<!ENTITY e "boom">]>' + envelope("<TonTai>&e;</TonTai>"),
        envelope("<TonTai>true</TonTai>" + " " * 300_000),
        envelope("<f:Fault xmlns:f='u'><faultcode>s:Server</faultcode></f:Fault>"),
    ],
    ids=["html", "empty", "unclear", "entities", "too long", "fault"],
)
def test_what_cannot_be_read_is_no_answer(content: bytes) -> None:
    with pytest.raises(UpstreamDown):
        soap.read_verified(content)


def test_a_fault_of_ours_is_a_refusal() -> None:
    fault = "<f:Fault xmlns:f='u'><faultcode>s:Client</faultcode></f:Fault>"
    with pytest.raises(UpstreamRefuses):
        soap.read_verified(envelope(fault))


def test_look_up_reads_the_citizen_message() -> None:
    citizen = soap.read_looked_up(
        envelope(
            '<CongdanCollection xmlns="http://www.mic.gov.vn/dancu/1.0">'
            '<CongDan ThoiDiemDuLieu="20260102"><SoDinhDanh>909000000001</SoDinhDanh>'
            "<SoCMND>123456789</SoCMND><HoVaTen><Ho/><ChuDem/><Ten>NGUYỄN VĂN ẤM</Ten></HoVaTen>"
            "<GioiTinh>1</GioiTinh><NhomMau>00</NhomMau>"
            "<NgayThangNamSinh><Nam>1984</Nam></NgayThangNamSinh>"
            "<ThuongTru><MaPhuongXa>00001</MaPhuongXa><ChiTiet>số 1</ChiTiet></ThuongTru>"
            "<Cha><HoVaTen><Ten>NGUYỄN VĂN BA</Ten></HoVaTen></Cha></CongDan></CongdanCollection>"
        )
    )
    assert citizen is not None
    assert (citizen.number, citizen.old_number, citizen.as_of) == (
        "909000000001",
        "123456789",
        "2026-01-02",
    )
    assert citizen.fields["birth"] == "1984"
    assert citizen.fields["blood_group"] is None
    assert citizen.fields["permanent_place"]["as_recorded"] == "00001"
    assert citizen.fields["permanent_place"]["commune"] is None
    assert citizen.fields["father"] == {"name": "NGUYỄN VĂN BA", "number": None}
    assert "death" not in citizen.fields


def test_look_up_of_nobody_and_of_several() -> None:
    assert soap.read_looked_up(envelope("<CongdanCollection/>")) is None
    with pytest.raises(UpstreamDown):
        soap.read_looked_up(envelope("<CongdanCollection><CongDan/><CongDan/></CongdanCollection>"))
    with pytest.raises(UpstreamDown):
        soap.read_looked_up(envelope("<Other/>"))


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408])
def test_statuses_that_may_pass(status: int) -> None:
    with pytest.raises(UpstreamDown):
        check_status(status)


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 422])
def test_statuses_that_will_not_change_by_themselves(status: int) -> None:
    with pytest.raises(UpstreamRefuses):
        check_status(status)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (SETUP.replace("https://ndxp", "http://ndxp"), "in the clear"),
        (SETUP.replace("https://ndxp", "https://user:pw@ndxp"), "plain https"),
        (SETUP.replace('agency = "000.00.01"', ""), "agency"),
        (SETUP + "\n[more]\nx = 1", "more"),
        ("not toml", "upstream.toml"),
    ],
)
def test_settings_that_cannot_be_right_are_refused(wrong: str, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        read_setup(wrong)


def test_settings_may_speak_plainly_on_this_machine_only() -> None:
    assert read_setup(SETUP.replace("https://ndxp.example", "http://127.0.0.1:9")).service


def test_a_pseudonym_needs_the_secret() -> None:
    first = credentials.pseudonym("a", "909000000001")
    assert first == credentials.pseudonym("a", "909000000001")
    assert first != credentials.pseudonym("b", "909000000001")
    assert "909000000001" not in first


def test_feed_that_is_no_feed_is_no_answer() -> None:
    for content in (b"", b"[]", b'{"changes": 1}', b"\xff"):
        with pytest.raises(UpstreamDown):
            feed.read_json(feed.FeedPage, content)
