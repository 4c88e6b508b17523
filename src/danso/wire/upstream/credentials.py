"""Who calls: HTTP Basic whose password is a hash of address, name, moment and secret.

The parts are known from public clients (SHA-256 over url, username, timestamp, secret, and a
`timestamp` header); hexadecimal digits and milliseconds are assumed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

TIMESTAMP: Final = "timestamp"


def password(url: str, account: str, timestamp: str, secret: str) -> str:
    """The password that goes with this moment."""
    return hashlib.sha256(f"{url}{account}{timestamp}{secret}".encode()).hexdigest()


def headers(url: str, account: str, secret: str, *, at: float) -> dict[str, str]:
    """The headers of a call at `at` (seconds since 1970)."""
    timestamp = str(int(at * 1000))
    pair = f"{account}:{password(url, account, timestamp, secret)}"
    coded = base64.b64encode(pair.encode()).decode()
    return {"Authorization": f"Basic {coded}", TIMESTAMP: timestamp}


def pseudonym(secret: str, number: str) -> str:
    """What counts wrong tries on a number where nothing of the person may be kept: without the
    secret, which is not in the database, nobody can go back from it."""
    return hmac.new(secret.encode(), f"danso tries {number}".encode(), hashlib.sha256).hexdigest()
