"""Nonces for proofs of possession: a window of time under our own key, kept nowhere."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

WINDOW: Final = 120


def make_nonce(key: bytes, now: float) -> str:
    """The nonce of this moment; all clients get the same, it only proves that a proof is new."""
    return _of(key, int(now) // WINDOW)


def is_fresh(key: bytes, nonce: str, now: float) -> bool:
    """Whether we gave it out within the last two windows."""
    window = int(now) // WINDOW
    return any(hmac.compare_digest(nonce, _of(key, one)) for one in (window, window - 1))


def _of(key: bytes, window: int) -> str:
    return hmac.new(key, f"dpop {window}".encode(), hashlib.sha256).hexdigest()[:32]
