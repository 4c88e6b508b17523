"""A browser's own key, as `device.js` makes it with WebCrypto."""

from __future__ import annotations

import base64

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Device:
    """One key; `public` as the page posts it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        der = self._key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        self.public = base64.b64encode(der).decode()

    def sign(self, use: str, origin: str, challenge: str) -> str:
        """The two numbers of an ECDSA signature, one after the other."""
        said = "\n".join(("danso device key 1", use, origin, challenge)).encode()
        r, s = decode_dss_signature(self._key.sign(said, ec.ECDSA(SHA256())))
        return base64.b64encode(r.to_bytes(32, "big") + s.to_bytes(32, "big")).decode()
