"""The Ed25519 key that signs tree heads; only the sealer's process may read its file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from danso.kernel.errors import Unavailable
from danso.wire.head import SignedHead, TreeHead, key_id


@dataclass(frozen=True)
class SealingKey:
    """A private key in memory."""

    private: Ed25519PrivateKey

    @classmethod
    def load(cls, path: Path) -> SealingKey:
        """Read a PKCS#8 PEM file."""
        try:
            return cls.from_pem(path.read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            raise _unusable() from error

    @classmethod
    def from_pem(cls, text: str) -> SealingKey:
        """The key from the text of such a file."""
        try:
            key = load_pem_private_key(text.encode(), password=None)
        except ValueError as error:
            raise _unusable() from error
        if not isinstance(key, Ed25519PrivateKey):
            raise _unusable()
        return cls(key)

    @property
    def public(self) -> bytes:
        """The public half, 32 raw bytes."""
        return self.private.public_key().public_bytes_raw()

    def sign(self, head: TreeHead) -> SignedHead:
        """The head with this key's signature."""
        name = key_id(head.origin, self.public)
        return SignedHead(head, name, self.private.sign(head.text()))


def is_signed(signed: SignedHead, keys: dict[str, bytes]) -> bool:
    """Whether one of the known public keys made the signature."""
    public = keys.get(signed.key_id)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signed.signature, signed.head.text())
    except InvalidSignature:
        return False
    return True


def _unusable() -> Unavailable:
    return Unavailable(
        "The sealing key can't be read, so no tree head can be signed.",
        code="sealing_key",
        fix="Put the Ed25519 key (PKCS#8 PEM) back into the home's secrets/sealing-key.",
    )
