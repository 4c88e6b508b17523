"""A signed tree head as text: a C2SP tlog-checkpoint in a C2SP signed note, so that any witness
or checker of transparency logs can read and keep it.

    danso-journal/<uuid>           origin, also the key's name
    <size>
    <base64 root>
    at <UTC time, whole seconds>

    — <origin> <base64 of key id (4 bytes) and Ed25519 signature (64 bytes)>
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from danso.kernel.errors import InvalidValue

ED25519 = b"\x01"
_STAMP = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What the journal was at an instant: so many leaves, this root. `at` has whole seconds."""

    origin: str
    size: int
    root: bytes
    at: datetime

    def text(self) -> bytes:
        """The bytes that are signed."""
        root = base64.b64encode(self.root).decode()
        stamp = self.at.astimezone(UTC).strftime(_STAMP)
        return f"{self.origin}\n{self.size}\n{root}\nat {stamp}\n".encode()


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A tree head with the key that signed it (hex id) and its Ed25519 signature."""

    head: TreeHead
    key_id: str
    signature: bytes

    def note(self) -> str:
        """The head as a file or an answer carries it."""
        signed = base64.b64encode(bytes.fromhex(self.key_id) + self.signature).decode()
        return f"{self.head.text().decode()}\n— {self.head.origin} {signed}\n"


def key_id(origin: str, public_key: bytes) -> str:
    """The short hex name of an Ed25519 public key (32 raw bytes) under an origin."""
    return hashlib.sha256(origin.encode() + b"\n" + ED25519 + public_key).hexdigest()[:8]


def verifier_key(origin: str, public_key: bytes) -> str:
    """A public key as one line, C2SP's vkey: what somebody who checks heads should keep."""
    packed = base64.b64encode(ED25519 + public_key).decode()
    return f"{origin}+{key_id(origin, public_key)}+{packed}"


def parse_note(note: str) -> SignedHead:
    """Read a head file. The signature is read, not checked."""
    try:
        text, _, signatures = note.partition("\n\n")
        origin, size, root, stamp = text.split("\n")
        mark, name, packed = signatures.split("\n")[0].split(" ")
        signed = base64.b64decode(packed, validate=True)
        at = datetime.strptime(stamp, f"at {_STAMP}").replace(tzinfo=UTC)
        head = TreeHead(origin, int(size), base64.b64decode(root, validate=True), at)
    except (ValueError, binascii.Error) as error:
        raise _unreadable() from error
    if mark != "—" or name != origin or len(signed) != 68 or len(head.root) != 32:
        raise _unreadable()
    return SignedHead(head, signed[:4].hex(), signed[4:])


def _unreadable() -> InvalidValue:
    return InvalidValue(
        "This is not a tree head of a danso journal.",
        code="head_unreadable",
        fix="Give the whole file as it was published, from the first line to the signature.",
    )
