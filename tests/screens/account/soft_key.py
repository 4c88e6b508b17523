"""A passkey in software: makes and uses one ES256 credential as a browser would post it."""

from __future__ import annotations

import hashlib
import json
import secrets
from base64 import urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

UP, UV, AT = 0x01, 0x04, 0x40


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


class SoftKey:
    """One credential for one site; `verifies` says whether it checks a PIN or finger."""

    def __init__(self, site: str = "testserver", *, verifies: bool = True) -> None:
        self.site = site
        self.flags = UP | (UV if verifies else 0)
        self.id = secrets.token_bytes(16)
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.count = 0
        self.user = ""

    def make(self, options: dict[str, Any]) -> str:
        """Answer creation options, as `navigator.credentials.create` would."""
        asked = options["publicKey"]
        self.user = asked["user"]["id"]
        cose = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor.encode(dict(cose))
        attestation = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._authenticator(AT) + credential,
        }
        return self._answer(
            {
                "clientDataJSON": b64(self._client("webauthn.create", asked["challenge"])),
                "attestationObject": b64(cbor.encode(attestation)),
            }
        )

    def use(self, options: dict[str, Any]) -> str:
        """Answer request options, as `navigator.credentials.get` would."""
        client = self._client("webauthn.get", options["publicKey"]["challenge"])
        self.count += 1
        authenticator = self._authenticator(0)
        signature = self.key.sign(
            authenticator + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256())
        )
        return self._answer(
            {
                "clientDataJSON": b64(client),
                "authenticatorData": b64(authenticator),
                "signature": b64(signature),
                "userHandle": self.user,
            }
        )

    def _authenticator(self, extra: int) -> bytes:
        site = hashlib.sha256(self.site.encode()).digest()
        return site + bytes([self.flags | extra]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": f"http://{self.site}"}
        return json.dumps({**said, "crossOrigin": False}).encode()

    def _answer(self, response: dict[str, str]) -> str:
        return json.dumps(
            {
                "id": b64(self.id),
                "rawId": b64(self.id),
                "type": "public-key",
                "response": response,
                "clientExtensionResults": {},
                "authenticatorAttachment": "cross-platform",
            }
        )
