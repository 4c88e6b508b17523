"""A home's `sign-in.toml`: other providers whose client it is, one table each, and their keys.

Read again when the file changes, so that a change needs no restart. How the national portal's
sign-in looks to a province today is not public: every name and level in such a table is what its
papers say, marked `assumed` until somebody has seen it.
"""

from __future__ import annotations

import threading
import tomllib
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from django.conf import settings
from joserfc.jwk import ECKey

from danso.kernel.errors import InvalidValue, NotFound, Unavailable
from danso.modules.signon.data import Upstream
from danso.modules.signon.engine.signing_as_client import PrivateKey, read_private_key
from danso.modules.signon.engine.told import SAFE
from danso.toolkit.platform import platform

FILE: Final = "sign-in.toml"
_FIELDS: Final = frozenset(Upstream.__dataclass_fields__) - {"code"}
LONGEST_TIMEOUT: Final = 30
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_CODE: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


@dataclass
class _Known:
    stamp: tuple[str, int] = ("", -1)
    found: dict[str, Upstream] = field(default_factory=dict)


_known = _Known()
_lock = threading.Lock()


def file() -> Path:
    """Where this home keeps it."""
    return platform().home / "files" / FILE


def upstreams() -> tuple[Upstream, ...]:
    """Every provider whose client this home is, in the file's order. Raises InvalidValue."""
    path = file()
    try:
        stamp = (str(path), path.stat().st_mtime_ns)
    except OSError:
        return ()
    with _lock:
        if _known.stamp != stamp:
            _known.found = {one.code: one for one in read(path.read_text(encoding="utf-8"))}
            _known.stamp = stamp
        return tuple(_known.found.values())


def get_upstream(code: str) -> Upstream:
    """One of them. Raises NotFound (`upstream_unknown`)."""
    for one in upstreams():
        if one.code == code:
            return one
    raise NotFound(
        "this home is no client of a provider by that name",
        code="upstream_unknown",
        fix=f"See {FILE}, or `danso signon upstream show`.",
    )


def key_name(code: str) -> str:
    """The secret that holds our key for an upstream."""
    return f"sign-in-{code}-key"


def key_of(upstream: Upstream) -> PrivateKey:
    """What we sign assertions for it with. Raises Unavailable (`upstream_key_missing`)."""
    path: Path = settings.SIGN_IN_KEYS / key_name(upstream.code)
    try:
        return read_private_key(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unavailable(
            "the key that this home signs in with elsewhere cannot be read",
            code="upstream_key_missing",
            fix="`danso signon upstream add` makes one, or takes the one beside its file.",
        ) from error


def new_key() -> str:
    """A fresh P-256 key as PEM: every provider can check it."""
    return ECKey.generate_key("P-256").as_pem(private=True).decode()


def public_key(text: str) -> dict[str, Any]:
    """The public half of a key of ours as a JWK, to be registered with the upstream."""
    key = read_private_key(text)
    return {**key.as_dict(private=False), "kid": str(key.kid), "use": "sig"}


def read(text: str) -> tuple[Upstream, ...]:
    """The providers of a file; InvalidValue says what is wrong and where."""
    try:
        tables = tomllib.loads(text)
        found = tuple(_one(code, table) for code, table in tables.items())
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _wrong(str(error)) from error
    for one in found:
        _check(one)
    return found


def _one(code: str, table: Any) -> Upstream:
    if not isinstance(table, dict):
        raise _wrong(f"{code} is no table")
    if not code or set(code) - _CODE or len(code) > 24:
        raise _wrong(f"[{code[:40]}] must be small letters, digits and dashes")
    if strange := set(table) - _FIELDS:
        raise _wrong(f"[{code}] has no setting {sorted(strange)[0]!r}")
    return msgspec.convert({**table, "code": code}, Upstream)


def _check(one: Upstream) -> None:
    """Refuse what could not be kept to, or would let somebody else answer."""
    if fault := _fault_of_place(one) or _fault_of_tokens(one):
        raise _wrong(f"[{one.code}] {fault}")


def _fault_of_place(one: Upstream) -> str:
    place = urlsplit(one.issuer)
    is_plain = place.hostname and not (place.username or place.query or place.fragment)
    if not is_plain or one.issuer.endswith("/") or not is_allowed_scheme(one.issuer):
        return (
            "issuer must be https://host[:port]/path without a slash at its end "
            "(plain http: a demo home, on this machine)"
        )
    if not one.client_id or not one.name or not 0 < one.timeout <= LONGEST_TIMEOUT:
        return f"needs name, client_id, and a timeout of at most {LONGEST_TIMEOUT} seconds"
    try:
        for network in one.networks:
            ip_network(network)
    except ValueError as error:
        return f"networks: {error}"
    return ""


def _fault_of_tokens(one: Upstream) -> str:
    if not one.algorithms or set(one.algorithms) - SAFE:
        return f"algorithms may be {', '.join(sorted(SAFE))}"
    for rule in one.levels:
        if rule.level not in (0, 1, 2) or rule.authentication not in (1, 2, 3, 4):
            return "levels are 0 to 2, authentication levels 1 to 4"
    if one.ask_by == "claims" and one.claims and not 3 <= len(one.purpose) <= 300:
        return "purpose must be 3 to 300 characters that people can read"
    return ""


def is_allowed_scheme(url: str) -> bool:
    """https; plain http in a demo home only, to this machine."""
    place = urlsplit(url)
    is_here = platform().is_demo and place.hostname in LOOPBACK
    return place.scheme == "https" or (place.scheme == "http" and is_here)


def _wrong(message: str) -> InvalidValue:
    return InvalidValue(
        f"{FILE}: {message}",
        code="upstream_sign_in_setup",
        fix="Compare with docs/how-to/sign-in-with-vneid.md.",
    )
