"""A device's key: what it signs is good for one site, one use, one challenge."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from danso.kernel.errors import InvalidValue
from danso.modules.identity.engine import device_key
from tests.device import Device

ORIGIN = "https://danso.example"


def test_what_the_key_signed_is_its_own() -> None:
    device = Device()
    said = device_key.message(device_key.GIVE, ORIGIN, "c")
    assert device_key.is_signed(device.public, said, device.sign("give", ORIGIN, "c"))


@pytest.mark.parametrize(
    ("use", "origin", "challenge"),
    [("add", ORIGIN, "c"), ("give", "https://other.example", "c"), ("give", ORIGIN, "d")],
)
def test_it_is_good_nowhere_else(use: str, origin: str, challenge: str) -> None:
    device = Device()
    said = device_key.message(device_key.GIVE, ORIGIN, "c")
    assert not device_key.is_signed(device.public, said, device.sign(use, origin, challenge))
    assert not device_key.is_signed(Device().public, said, device.sign("give", ORIGIN, "c"))


@pytest.mark.parametrize("signature", ["", "x", "====", base64.b64encode(b"a" * 63).decode()])
def test_no_signature_is_none(signature: str) -> None:
    assert not device_key.is_signed(Device().public, b"said", signature)


def test_only_p_256_is_a_device_key() -> None:
    other = ec.generate_private_key(ec.SECP384R1()).public_key()
    der = other.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for public in ("", "AAAA", base64.b64encode(der).decode()):
        with pytest.raises(InvalidValue):
            device_key.read_public(public)
