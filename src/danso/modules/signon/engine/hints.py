"""An ID token kept as the hint with which its session is ended: sealed with what one browser keeps,
so that our tables tell nobody what an upstream said."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

# Longer ones are not kept: whoever signs out there is asked once more.
LONGEST: Final = 8000


def seal_hint(token: str, browser: str) -> str:
    """Readable with that browser's secret only; empty where there is nothing to keep."""
    if not token or not browser or len(token) > LONGEST:
        return ""
    return _cipher(browser).encrypt(token.encode()).decode()


def open_hint(sealed: str, browser: str) -> str:
    """What `seal_hint` kept; empty for another browser."""
    try:
        return _cipher(browser).decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def _cipher(browser: str) -> Fernet:
    key = hashlib.sha256(b"danso id_token_hint\0" + browser.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
