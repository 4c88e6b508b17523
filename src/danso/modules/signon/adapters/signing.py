"""The provider's keys: what it signs with, what it publishes, what it still accepts."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet

from danso.kernel import clock
from danso.kernel.errors import Unavailable

ALGORITHM: Final = "ES256"
# A retired key stays published for whoever has an answer signed with it in hand.
OVERLAP: Final = timedelta(hours=24)
_RETIRED: Final = re.compile(r"sign-on-key-(\d{8}T\d{6}Z)\.pub")


@dataclass(frozen=True)
class Keys:
    """The current private key and the public halves before it, newest first."""

    current: ECKey
    retired: tuple[tuple[datetime, ECKey], ...]


@dataclass
class _Known:
    stamp: tuple[int, int] = (-1, -1)
    keys: Keys | None = None


_known = _Known()
_lock = threading.Lock()


def sign(claims: Mapping[str, Any], kind: str) -> str:
    """A JWT of these claims; `kind` is its `typ`."""
    key = _read().current
    header = {"alg": ALGORITHM, "typ": kind, "kid": key.kid}
    return jwt.encode(header, dict(claims), key, algorithms=[ALGORITHM])


def published() -> dict[str, Any]:
    """The JWK set that clients read: the current key, and those retired within `OVERLAP`."""
    keys = _read()
    alive = [key for at, key in keys.retired if clock.now() - at < OVERLAP]
    return {
        "keys": [
            {**key.as_dict(private=False), "use": "sig", "alg": ALGORITHM}
            for key in (keys.current, *alive)
        ]
    }


def read_own(text: str, kind: str = "") -> dict[str, Any] | None:
    """The claims of a JWT that we signed, however long ago; None for any other text. With `kind`,
    only one of that `typ`."""
    keys = _read()
    every: list[Any] = [keys.current, *(key for _, key in keys.retired)]
    try:
        read = jwt.decode(text, KeySet(every), algorithms=[ALGORITHM])
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    return dict(read.claims) if kind in ("", read.header.get("typ")) else None


def _read() -> Keys:
    """Read again when a file has changed: a rotation is taken up with the next signature."""
    path: Path = settings.SIGN_ON_KEY
    retired = path.parent / "retired"
    stamp = (_changed_at(path), _changed_at(retired))
    with _lock:
        if _known.keys is None or _known.stamp != stamp:
            _known.keys, _known.stamp = _load(path, retired), stamp
        return _known.keys


def _load(path: Path, retired: Path) -> Keys:
    try:
        current = ECKey.import_key(path.read_bytes())
        found = sorted(retired.glob("sign-on-key-*.pub"), reverse=True)
        old = tuple((_retired_at(one), ECKey.import_key(one.read_bytes())) for one in found)
    except (OSError, ValueError, JoseError) as error:
        raise Unavailable(
            "the provider cannot read its signing key",
            code="sign_on_key_missing",
            fix="`danso up` makes one; else put a P-256 key as PEM into secrets/sign-on-key.",
        ) from error
    for key in (current, *(key for _, key in old)):
        key.ensure_kid()
    return Keys(current, old)


def _retired_at(path: Path) -> datetime:
    found = _RETIRED.fullmatch(path.name)
    if found is None:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _changed_at(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
