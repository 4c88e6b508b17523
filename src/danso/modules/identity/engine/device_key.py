"""What a device's key signs, and whether a signature is its own. Pure.

The key is made by the browser (WebCrypto, P-256) and can't be taken out of it (`extractable` is
false): RFC 8176 calls what it proves `swk`. A signature is bound to the site, the use and one
challenge, so that none is good anywhere else or a second time.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

from danso.kernel.errors import InvalidValue

ADD: Final = "add"
GIVE: Final = "give"
_SIZE: Final = 32
_LONGEST: Final = 400


def message(use: str, origin: str, challenge: str) -> bytes:
    """What is signed: static/danso `device.js` makes the same."""
    return "\n".join(("danso device key 1", use, origin, challenge)).encode()


def is_signed(public: str, said: bytes, signature: str) -> bool:
    """Whether this key (SubjectPublicKeyInfo, base64) signed it: ECDSA with SHA-256, the two
    numbers one after the other as WebCrypto gives them, base64."""
    try:
        raw = base64.b64decode(signature, validate=True)
    except (ValueError, binascii.Error):
        return False
    if len(raw) != 2 * _SIZE:
        return False
    numbers = encode_dss_signature(
        int.from_bytes(raw[:_SIZE], "big"), int.from_bytes(raw[_SIZE:], "big")
    )
    try:
        read_public(public).verify(numbers, said, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def read_public(public: str) -> ec.EllipticCurvePublicKey:
    """The key. Raises InvalidValue (`device_key`) for anything but a P-256 public key."""
    try:
        der = base64.b64decode(public[:_LONGEST], validate=True)
        key = load_der_public_key(der)
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise InvalidValue(
            "That is no key of a device.",
            code="device_key",
            fix="Use a browser that knows WebCrypto, and try again.",
        )
    return key
