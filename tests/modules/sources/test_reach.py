"""A connector pointed at this machine, or at a name that turns out to be it."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from ipaddress import ip_address, ip_network

import httpx
import pytest

from danso.kernel.errors import InvalidValue, Refused, Unavailable
from danso.modules.sources.adapters.places import FilePlace, RestPlace, SqlPlace, read_places
from danso.modules.sources.adapters.reach import Reach
from danso.toolkit.addresses import CheckedTransport, is_internal

INTERNAL = (
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "100.100.100.200",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "ff02::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
)


@pytest.mark.parametrize("address", INTERNAL)
def test_an_internal_address_is_refused(address: str) -> None:
    assert is_internal(ip_address(address))
    with pytest.raises(Refused) as caught:
        Reach(resolve=lambda host, port: [address]).address_of("source.example", 443)
    assert caught.value.code == "source_address_internal"


@pytest.mark.parametrize("address", ["203.0.113.7", "10.1.2.3", "192.168.1.9", "2001:db8::7"])
def test_an_agencys_own_network_is_reached(address: str) -> None:
    reach = Reach(resolve=lambda host, port: [address])
    assert reach.address_of("source.example", 443) == address


@pytest.mark.parametrize("spelling", ["127.1", "2130706433", "0x7f.0.0.1", "localhost"])
def test_no_spelling_of_this_machine_passes(spelling: str) -> None:
    with pytest.raises((Refused, Unavailable)):
        Reach().address_of(spelling, 80)


def test_one_internal_address_among_others_is_enough_to_refuse() -> None:
    with pytest.raises(Refused):
        Reach(resolve=lambda host, port: ["203.0.113.7", "127.0.0.1"]).address_of("a", 1)


def test_what_the_operator_listed_is_reached_and_nothing_else() -> None:
    listed = Reach((ip_network("10.1.2.0/24"), ip_network("127.0.0.1/32")))
    assert listed.address_of("127.0.0.1", 80) == "127.0.0.1"
    with pytest.raises(Refused) as caught:
        listed.address_of("10.9.9.9", 80)
    assert caught.value.code == "source_address_unlisted"


def test_a_name_without_an_address_is_an_outage() -> None:
    def resolve(host: str, port: int) -> Sequence[str]:
        raise OSError

    with pytest.raises(Unavailable):
        Reach(resolve=resolve).address_of("source.example", 443)


def test_the_connection_goes_to_the_address_that_was_looked_at() -> None:
    """DNS rebinding: the name is resolved once for each connection, and never again behind it."""
    answers = iter([["203.0.113.7"], ["127.0.0.1"]])
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    transport = CheckedTransport(
        Reach(resolve=lambda host, port: next(answers)).address_of, httpx.MockTransport(answer)
    )
    with httpx.Client(transport=transport, verify=ssl.create_default_context()) as client:
        client.get("https://source.example/rows")
        assert sent[0].url.host == "203.0.113.7"
        assert sent[0].headers["host"] == "source.example"
        assert sent[0].extensions["sni_hostname"] == "source.example"
        with pytest.raises(Refused):
            client.get("https://source.example/rows")
    assert len(sent) == 1


GOOD = """
[insurance]
folder = "incoming/insurance"

[births]
url = "https://source.example/api/rows"
token_url = "https://login.example/token"
account = "danso"
secret = "source-births"

[tax]
host = "db.source.example"
database = "tax"
user = "reader"
secret = "source-tax"
addresses = ["10.1.2.3/32"]
"""


def test_a_file_of_places_is_read() -> None:
    places = read_places(GOOD, is_demo=False)
    assert [type(place) for place in places.values()] == [FilePlace, RestPlace, SqlPlace]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a]\n", "one of folder, url, host or push"),
        ('[a]\nfolder = "x"\nurl = "y"\n', "one of folder, url, host or push"),
        ("[a\n", "sources.toml"),
        ('[a]\nfolder = "x"\ncolour = "red"\n', "colour"),
        ('[a]\nurl = "http://source.example/"\n', "in the clear"),
        ('[a]\nurl = "ftp://source.example/"\n', "in the clear"),
        ('[a]\nurl = "https://me:secret@source.example/"\n', "plain"),
        ('[a]\nurl = "https://a.example/"\ntoken_url = "http://b.example/"\n', "in the clear"),
        ('[a]\nurl = "https://a.example/"\ninternal = true\n', "demo"),
        ('[a]\nurl = "https://a.example/"\nsecret = "../../etc/passwd"\n', "secret"),
        ('[a]\nurl = "https://a.example/"\nsecret = "sealing-key"\n', "secret"),
        ('[a]\nhost = "/var/run"\ndatabase = "d"\nuser = "u"\n', "host"),
        ('[a]\nurl = "https://a.example/"\naddresses = ["10.1.2.3/8"]\n', "addresses"),
        ('[a]\nurl = "https://a.example/"\nca_file = "/nowhere.pem"\n', "nowhere"),
    ],
)
def test_wrong_places_are_told(text: str, said: str) -> None:
    with pytest.raises(InvalidValue, match=said) as caught:
        read_places(text, is_demo=False)
    assert caught.value.code == "source_setup"
    assert "secret@" not in str(caught.value)


def test_stand_ins_on_this_machine_are_for_demo_homes() -> None:
    text = '[a]\nurl = "http://127.0.0.1:8019/rows"\ninternal = true\n'
    place = read_places(text, is_demo=True)["a"]
    assert isinstance(place, RestPlace)
    assert place.internal
