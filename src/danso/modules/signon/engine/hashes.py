"""Secrets as they are kept and compared: SHA-256, base64url without padding."""

from __future__ import annotations

import base64
import hashlib
import secrets


def new_secret() -> str:
    """256 random bits in 43 characters."""
    return secrets.token_urlsafe(32)


def digest(*parts: str) -> str:
    """The hash of some texts, kept apart by a byte that none of them holds."""
    found = hashlib.sha256("\0".join(parts).encode()).digest()
    return base64.urlsafe_b64encode(found).rstrip(b"=").decode()
