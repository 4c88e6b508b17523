"""Papers are unreadable at rest: sealed with the home's factor keys, derived for papers alone."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

_FOR: Final = b"documents.paper"


def _cipher() -> MultiFernet:
    """The keys, newest first; old ones only decrypt."""
    derived = [hmac.new(key.encode(), _FOR, hashlib.sha256) for key in settings.FACTOR_KEYS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(one.digest())) for one in derived])


def seal(content: bytes) -> bytes:
    """The bytes, readable with the home's keys only."""
    return _cipher().encrypt(content)


def unseal(sealed: bytes) -> bytes | None:
    """What `seal` wrote; None where no key of this home opens it any more."""
    try:
        return _cipher().decrypt(sealed)
    except InvalidToken:
        return None
