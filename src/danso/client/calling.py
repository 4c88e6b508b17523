"""Tokens, retries and problems: how a call reaches the gateway and what can go wrong."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS: Final = 50
EARLY_SECONDS: Final = 20  # renew before the token runs out under a request
RETRIES: Final = 3
ALGORITHMS: Final = {"OKP": "Ed25519", "EC": "ES256", "RSA": "PS256"}
KINDS: Final[Mapping[str, Any]] = {"OKP": OKPKey, "EC": ECKey, "RSA": RSAKey}


class Refused(Exception):
    """The gateway said no: `code` is stable, `fix` says what to do. Nothing personal is in it."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code") or problem.get("error") or status)
        self.title = str(problem.get("title_en") or problem.get("error_description") or "")
        self.detail = str(problem.get("detail") or "")
        self.fix = str(problem.get("fix", ""))
        self.field = str(problem.get("field", ""))
        super().__init__(f"{self.code}: {self.title} {self.fix}".strip())


class Unreachable(Exception):
    """No answer after the retries. Whether the call was carried out is not known: it is on the
    journal if it was. Verifying again is harmless; a correction is kept single by its key."""


class Line:
    """An authenticated line to one gateway. Safe to share between threads."""

    def __init__(
        self,
        url: str,
        partner: str,
        key: Path | Mapping[str, Any],
        *,
        timeout: float = 10.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        jwk = dict(key) if isinstance(key, Mapping) else json.loads(Path(key).read_text())
        self.url = url.rstrip("/")
        self._partner = partner
        self._kid = jwk["kid"]
        self._algorithm = ALGORITHMS[jwk["kty"]]
        self._key = KINDS[jwk["kty"]].import_key(jwk)
        self._http = httpx.Client(base_url=self.url, timeout=timeout, transport=transport)
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> bytes:
        """POST JSON; the answer's body. Waits when asked to, renews the token once.

        Raises Refused for a problem, Unreachable without an answer.
        """
        known = {"content-type": "application/json", **(headers or {})}
        return self._ask("POST", path, msgspec.json.encode(body), known)

    def get(self, path: str) -> bytes:
        """GET; as `post`."""
        return self._ask("GET", path, None, {})

    def _ask(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]
    ) -> bytes:
        renewed = False
        for attempt in range(RETRIES + 1):
            is_last = attempt == RETRIES
            answer = self._send(method, path, content, headers, last=is_last)
            if answer is None:
                time.sleep(0.2 * 2**attempt)
                continue
            if answer.status_code == 401 and not renewed:
                renewed = True
                self._forget()
                continue
            if answer.status_code == 503 and attempt < RETRIES:
                time.sleep(min(float(answer.headers.get("retry-after", "1")), 5.0))
                continue
            if answer.status_code >= 400:
                raise Refused(answer.status_code, _problem(answer))
            return answer.content
        raise Unreachable(f"{self.url} did not answer")

    def _send(
        self,
        method: str,
        path: str,
        content: bytes | None,
        headers: Mapping[str, str],
        *,
        last: bool,
    ) -> httpx.Response | None:
        try:
            signed = {"authorization": f"Bearer {self._bearer()}", **headers}
            return self._http.request(method, path, content=content, headers=signed)
        except httpx.TransportError as error:
            if last:
                raise Unreachable(f"{self.url} did not answer ({type(error).__name__})") from error
            return None

    def _bearer(self) -> str:
        with self._lock:
            if time.monotonic() > self._until:
                answer = self._http.post("/v1/token", data=self._form())
                if answer.status_code >= 400:
                    raise Refused(answer.status_code, _problem(answer))
                granted = answer.json()
                self._token = str(granted["access_token"])
                self._until = time.monotonic() + granted["expires_in"] - EARLY_SECONDS
            return self._token

    def _forget(self) -> None:
        with self._lock:
            self._until = 0.0

    def _form(self) -> dict[str, str]:
        now = int(time.time())
        claims = {
            "iss": self._partner,
            "sub": self._partner,
            "aud": f"{self.url}/v1/token",
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(18),
        }
        header = {"alg": self._algorithm, "kid": self._kid}
        signed = jwt.encode(header, claims, self._key, algorithms=[self._algorithm])
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": signed,
        }


def _problem(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {"code": str(answer.status_code), "title_en": answer.reason_phrase}
    return found if isinstance(found, Mapping) else {}
