"""Checks a court's verification record without asking anybody.

    python -m danso.client.records FILE KEY [KEY ...]

FILE is the JSON of `record` as /v1/case-records answered it, KEY a verifier key that you kept.
"""

from __future__ import annotations

import base64
import binascii
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from danso.kernel.errors import InvalidValue
from danso.wire.case_record import faults_of
from danso.wire.head import ED25519, SignedHead, key_id


def check_record(sealed: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    """What is wrong with a sealed record; an empty list means it is genuine.

    `keys`: the journal's verifier keys that you trust, one line each as `danso journal head --json`
    prints them. Raises InvalidValue (`key_line`) for a line that is none.
    """
    trusted = dict(_read(line) for line in keys)
    return faults_of(sealed, lambda head: _is_signed(head, trusted))


def _read(line: str) -> tuple[tuple[str, str], bytes]:
    origin, _, rest = line.strip().partition("+")
    name, _, packed = rest.partition("+")
    try:
        raw = base64.b64decode(packed, validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if raw[:1] != ED25519 or len(raw) != 33 or key_id(origin, raw[1:]) != name:
        raise InvalidValue(
            "This is not a verifier key of a journal.",
            code="key_line",
            fix="Give the whole line `danso-journal/…+…+…` as it was published.",
        )
    return (origin, name), raw[1:]


def _is_signed(signed: SignedHead, trusted: Mapping[tuple[str, str], bytes]) -> bool:
    public = trusted.get((signed.head.origin, signed.key_id))
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed.signature, signed.head.text())
    except InvalidSignature:
        return False
    return True


def main(arguments: list[str]) -> int:
    """0: genuine. 1: something is wrong, each finding on a line. 2: not asked rightly."""
    if len(arguments) < 2:
        sys.stderr.write(__doc__ or "")
        return 2
    path, *keys = arguments
    faults = check_record(json.loads(Path(path).read_text(encoding="utf-8")), keys)
    sys.stdout.write("".join(f"{fault}\n" for fault in faults) or "genuine\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
