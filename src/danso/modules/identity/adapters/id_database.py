"""The police's ID database: does this face, do these fingerprints belong to this number?

The port, and one adapter over HTTP. The real service's specification is not public: this is ours,
and `danso stand-in-id-database` speaks it. Pictures leave in the request and are kept nowhere.
"""

from __future__ import annotations

import base64
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol
from uuid import uuid4

import httpx
import msgspec
from django.conf import settings

from danso.kernel.errors import Unavailable
from danso.modules.identity.data import Biometrics

_LONGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the ID database answered; `reference` is its own, for asking back."""

    face: bool
    fingerprints: bool
    reference: str

    @property
    def is_match(self) -> bool:
        """Both belong to the number."""
        return self.face and self.fingerprints


class IdDatabase(Protocol):
    """Raises Unavailable (`id_database_down`, `id_database_unset`). The caller journals."""

    def compare(self, number: str, biometrics: Biometrics) -> Comparison:
        """Whether face and fingerprints are those held for a personal number."""

    def compare_face(self, number: str, face: bytes) -> Comparison:
        """Whether the face is; `fingerprints` of the answer says nothing."""


class Answer(msgspec.Struct):
    """The service's own shape."""

    face: bool
    fingerprints: bool
    reference: str


class HttpIdDatabase:
    """Speaks to the configured address only: no redirects, no proxies of the environment."""

    def __init__(self, address: str, secret: str, ca_file: str = "") -> None:
        self._address = address.rstrip("/")
        self._secret = secret
        self._trust: ssl.SSLContext | bool = True
        if ca_file:
            self._trust = ssl.create_default_context(cafile=Path(ca_file))

    def compare(self, number: str, biometrics: Biometrics) -> Comparison:
        """See IdDatabase."""
        return self._compare(number, biometrics.face, biometrics.fingerprints)

    def compare_face(self, number: str, face: bytes) -> Comparison:
        """See IdDatabase."""
        return self._compare(number, face, ())

    def _compare(self, number: str, face: bytes, fingerprints: tuple[bytes, ...]) -> Comparison:
        body = {
            "request": str(uuid4()),
            "number": number,
            "face": base64.b64encode(face).decode(),
            "fingerprints": [base64.b64encode(one).decode() for one in fingerprints],
        }
        try:
            with httpx.Client(
                timeout=15.0, verify=self._trust, trust_env=False, follow_redirects=False
            ) as http:
                told = http.post(
                    f"{self._address}/v1/compare",
                    json=body,
                    headers={"Authorization": f"Bearer {self._secret}"},
                )
        except httpx.HTTPError as error:
            raise _down(type(error).__name__) from error
        if told.status_code != httpx.codes.OK or len(told.content) > _LONGEST:
            raise _down(str(told.status_code))
        try:
            found = msgspec.json.decode(told.content, type=Answer)
        except msgspec.MsgspecError as error:
            raise _down("shape") from error
        return Comparison(found.face, found.fingerprints, found.reference[:64])


def is_set() -> bool:
    """Whether this home knows its ID database."""
    return bool(settings.ID_DATABASE_ADDRESS)


def id_database() -> IdDatabase:
    """This home's. Raises Unavailable (`id_database_unset`) where nobody has set it."""
    if not is_set():
        raise Unavailable(
            "This home is not connected to the ID database.",
            code="id_database_unset",
            fix="The operator sets DANSO_ID_DATABASE and the secret id-database-secret.",
        )
    return HttpIdDatabase(
        settings.ID_DATABASE_ADDRESS, settings.ID_DATABASE_SECRET, settings.ID_DATABASE_CA_FILE
    )


def _down(why: str) -> Unavailable:
    return Unavailable(
        f"The ID database does not answer ({why}).",
        code="id_database_down",
        fix="Nothing was recorded; try again in a few minutes.",
    )
