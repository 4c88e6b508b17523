"""Keys and passwords of a home: made at first start, one file each, readable by the owner only."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from danso.config.home import Home
from danso.config.identities import holder_of, let_read
from danso.kernel import clock

PASSWORDS = (
    "db-super",
    "db-owner",
    "db-app",
    "db-gateway",
    "db-sealer",
    "django-secret-key",
    "factor-key",
)
OUTSIDE = "DANSO_SECRET_"
SIGN_ON_KEY = "sign-on-key"
SIGNING_KEYS = ("sealing-key", "token-key", SIGN_ON_KEY)


@dataclass(frozen=True)
class Secrets:
    """Reads a secret from the environment, a named file, or the home's secrets folder."""

    home: Home

    def path(self, name: str) -> Path:
        return self.home.secrets / name

    def get(self, name: str) -> str:
        """The secret, from DANSO_SECRET_<NAME>, DANSO_SECRET_<NAME>_FILE or the home."""
        variable = _variable(name)
        if value := os.environ.get(variable):
            return value
        if named := os.environ.get(f"{variable}_FILE"):
            return Path(named).read_text().strip()
        return self.path(name).read_text().strip()

    def replaced(self, names: Sequence[str]) -> dict[str, str]:
        """Variables with those of the named secrets that come from outside the home."""
        found = {name: self.find(name) for name in names if not self._is_own(name)}
        return {_variable(name): value for name, value in found.items() if value is not None}

    def _is_own(self, name: str) -> bool:
        variable = _variable(name)
        return not (os.environ.get(variable) or os.environ.get(f"{variable}_FILE"))

    def find(self, name: str) -> str | None:
        """As `get`, but None where there is no such secret yet, or it is another process's."""
        try:
            return self.get(name)
        except (FileNotFoundError, PermissionError):
            return None

    def make_missing(self) -> None:
        """Create every secret that the home lacks; never replaces one."""
        for name in PASSWORDS:
            if self.find(name) is None:
                self.write(name, secrets.token_urlsafe(36))
        for name in SIGNING_KEYS:
            if self.find(name) is None:
                self.write(name, new_signing_key(name))

    def rotate(self, name: str) -> Path:
        """Replace a signing key; returns the folder that keeps the public half of the old one."""
        retired = self.home.secrets / "retired"
        retired.mkdir(exist_ok=True)
        # Public halves: every process that checks signatures may read them.
        retired.chmod(0o755)
        moment = clock.now().strftime("%Y%m%dT%H%M%SZ")
        kept = retired / f"{name}-{moment}.pub"
        kept.write_bytes(_public_half(self.get(name)))
        kept.chmod(0o644)
        self.write(name, new_signing_key(name))
        return retired

    def write(self, name: str, value: str) -> None:
        """Write a secret so that nobody but its holder can read it, not even for a moment."""
        draft = self.path(f"{name}.new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(value)
            handle.flush()
            os.fsync(handle.fileno())
        let_read(draft, holder_of(self.home, name))
        draft.replace(self.path(name))


def _variable(name: str) -> str:
    return OUTSIDE + name.upper().replace("-", "_")


def new_signing_key(name: str = "") -> str:
    """A fresh private key as PKCS#8 PEM: Ed25519, or P-256 for what every client can check."""
    made: ec.EllipticCurvePrivateKey | Ed25519PrivateKey = (
        ec.generate_private_key(ec.SECP256R1())
        if name == SIGN_ON_KEY
        else Ed25519PrivateKey.generate()
    )
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _public_half(private: str) -> bytes:
    key = serialization.load_pem_private_key(private.encode(), None)
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
