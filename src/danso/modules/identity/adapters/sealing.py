"""What identity keeps unreadable at rest: secrets of factors, numbers and telephones.

A number is found again by a keyed digest. With every key of the home (`factor-key`, and while it is
being replaced `factor-key-old`) one digest; the newest is the one that is written.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def cipher() -> MultiFernet:
    """The factor keys, newest first; old ones only decrypt."""
    keys = [hashlib.sha256(key.encode()).digest() for key in settings.FACTOR_KEYS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def seal(text: str) -> str:
    """The text, readable with the home's keys only."""
    return cipher().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What `seal` wrote; an empty text stays empty."""
    return cipher().decrypt(sealed.encode()).decode() if sealed else ""


def digests(kind: str, text: str) -> list[str]:
    """The keyed digests of a text, the newest key's first. `kind` keeps subjects apart."""
    message = f"{kind}:{text}".encode()
    return [
        hmac.new(key.encode(), message, hashlib.sha256).hexdigest() for key in settings.FACTOR_KEYS
    ]


def digest(kind: str, text: str) -> str:
    """The one to write."""
    return digests(kind, text)[0]


def digest_many(kind: str, texts: Sequence[str]) -> list[str]:
    """`digest` of each text ('' of an empty one), at a fraction of its price."""
    key, prefix = settings.FACTOR_KEYS[0].encode(), f"{kind}:"
    return [
        hmac.digest(key, f"{prefix}{text}".encode(), "sha256").hex() if text else ""
        for text in texts
    ]
