"""Signing in with a passkey, as a browser and a key in software do it: page, challenge, answer."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from fido2.utils import websafe_encode

from danso.config.bench.signing_in.wire import Browser

# Somebody was there, and the key made sure who (WebAuthn level 2, section 6.1).
PRESENT_AND_VERIFIED: Final = b"\x05"
NEVER_COUNTED: Final = b"\0\0\0\0"
_TOKEN: Final = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class PasskeyHolder:
    """Somebody who comes with a new browser each time. `person`: key (PEM), id, handle."""

    port: int
    person: dict[str, Any]
    path: str

    async def once(self) -> None:
        browser = Browser(self.port)
        try:
            page = (await browser.get(self.path)).must(200)
            by_script = {"X-Requested-With": "XMLHttpRequest"}
            options = await browser.get(f"{self.path}khoa/", **by_script)
            asked = json.loads(options.must(200).body)["request_options"]["publicKey"]
            found = _TOKEN.search(page.body)
            if found is None:
                raise AssertionError("the page has no form")
            form = {
                "csrfmiddlewaretoken": found[1].decode(),
                "credential": json.dumps(self._sign(asked["challenge"], browser.origin)),
            }
            answer = await browser.post(f"{self.path}khoa/", form, Origin=browser.origin)
            if "dang-nhap" in answer.must(302).headers["location"]:
                raise AssertionError("the passkey was not accepted")
        finally:
            browser.close()

    def _sign(self, challenge: str, origin: str) -> dict[str, Any]:
        told = {"type": "webauthn.get", "challenge": challenge, "origin": origin}
        client_data = json.dumps(told).encode()
        data = hashlib.sha256(b"localhost").digest() + PRESENT_AND_VERIFIED + NEVER_COUNTED
        key = load_pem_private_key(self.person["key"].encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise AssertionError("not a key of this bench")
        signature = key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(SHA256()))
        return {
            "id": self.person["id"],
            "rawId": self.person["id"],
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.person["handle"],
            },
            "clientExtensionResults": {},
        }
