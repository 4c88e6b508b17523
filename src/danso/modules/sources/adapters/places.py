"""A home's `sources.toml`: where each source is for this home, and who we are to it.

One table a source, named by its code. Addresses and accounts are the home's; secrets lie in its
secrets folder and are named here only. What rows hold is the province's affair (sources/*.yaml).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from danso.modules.sources.adapters.faults import setup_wrong
from danso.modules.sources.adapters.reach import Reach
from danso.modules.sources.adapters.roads import AxisRoad, Ndop, OwnRoad, PlatformRoad, Road
from danso.wire.upstream.lgsp import Lgsp

FILE: Final = "sources.toml"
GUIDE: Final = "Compare with docs/how-to/connect-a-source.md."
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

Seconds = Annotated[float, Meta(gt=0, le=3600)]
# A name of its own kind, so that no source can be sent one of the home's own keys.
SecretName = Annotated[str, Meta(pattern=r"^source-[a-z0-9-]{1,60}$")]
Host = Annotated[str, Meta(pattern=r"^[A-Za-z0-9.:_-]{1,255}$")]
MostBytes = Annotated[int, Meta(ge=1024, le=256 << 20)]


class FilePlace(Struct, frozen=True, forbid_unknown_fields=True):
    """The folder into which files are dropped; a relative one lies in the home's files."""

    folder: Annotated[str, Meta(min_length=1)]
    quiet: Annotated[float, Meta(ge=0, le=86_400)] = 10.0


class RestPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """The address of the first page; account and secret for basic or OAuth sign-in.

    `timeout`: silence between two bytes; `page_seconds`: the whole of one page. `lgsp`: who we are
    to the sharing axis before it (its SecretKey is the secret); `ndop`: what is known of the
    Ministry's platform before it.
    """

    url: str
    lgsp: Lgsp | None = None
    ndop: Ndop | None = None
    account: str = ""
    secret: SecretName | None = None
    token_url: str = ""
    scope: str = ""
    ca_file: str = ""
    addresses: tuple[str, ...] = ()
    internal: bool = False
    timeout: Seconds = 30.0
    page_seconds: Seconds = 120.0
    most_bytes: MostBytes = 32 << 20
    attempts: Annotated[int, Meta(ge=2, le=20)] = 6
    longest_wait: Seconds = 120.0


class SqlPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """A database and a user who may read one table or view.

    `settled`: rows changed within so many seconds wait, for a transaction begun earlier may still
    commit behind them.
    """

    host: Host
    database: Annotated[str, Meta(min_length=1, max_length=64)]
    user: Annotated[str, Meta(min_length=1, max_length=128)]
    port: Annotated[int, Meta(ge=1, le=65_535)] | None = None
    secret: SecretName | None = None
    tls: Literal["verify", "off"] = "verify"
    ca_file: str = ""
    addresses: tuple[str, ...] = ()
    internal: bool = False
    timeout: Seconds = 30.0
    statement_seconds: Seconds = 300.0
    settled: Annotated[float, Meta(ge=0, le=86_400)] = 60.0


class PushPlace(Struct, frozen=True, forbid_unknown_fields=True):
    """Nowhere: the owner sends its records to our gateway, whichever way the description has them
    come. `push`: whether a sweep that it ends holds everything it has, or what changed."""

    push: Literal["everything", "changes"]


Place = FilePlace | RestPlace | SqlPlace | PushPlace
_KINDS: Final[Mapping[str, type[Place]]] = {
    "folder": FilePlace,
    "url": RestPlace,
    "host": SqlPlace,
    "push": PushPlace,
}


def read_places(text: str, *, is_demo: bool) -> dict[str, Place]:
    """Every source's place by its code; InvalidValue `source_setup` says what is wrong where."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise setup_wrong(f"{FILE}: {error}", GUIDE) from error
    return {code: _read_place(code, table, is_demo) for code, table in tables.items()}


def _read_place(code: str, table: Any, is_demo: bool) -> Place:
    kinds = [kind for mark, kind in _KINDS.items() if isinstance(table, dict) and mark in table]
    if len(kinds) != 1:
        raise setup_wrong(f"{FILE}: [{code}] needs one of folder, url, host or push.", GUIDE)
    try:
        place: Place = msgspec.convert(table, kinds[0])
    except msgspec.ValidationError as error:
        raise setup_wrong(f"{FILE}: [{code}]: {error}", GUIDE) from error
    if isinstance(place, RestPlace | SqlPlace):
        _check_outgoing(code, place, is_demo)
    return place


def _check_outgoing(code: str, place: RestPlace | SqlPlace, is_demo: bool) -> None:
    if place.internal and not is_demo:
        raise setup_wrong(
            f"{FILE}: [{code}]: internal is for the stand-ins of a demo home.",
            "List the source's own address under `addresses`.",
        )
    if place.ca_file and not Path(place.ca_file).is_file():
        raise setup_wrong(f"{FILE}: [{code}]: there is no {place.ca_file}.", GUIDE)
    reach_of(code, place)
    if isinstance(place, RestPlace):
        for address in filter(None, (place.url, place.token_url)):
            _check_url(code, address)


def _check_url(code: str, address: str) -> None:
    parts = urlsplit(address)
    if parts.username or parts.fragment or not parts.hostname:
        raise setup_wrong(
            f"{FILE}: [{code}]: an address is not a plain https://host[:port]/path.",
            "Credentials are account and secret.",
        )
    is_here = parts.hostname in _LOOPBACK
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise setup_wrong(
            f"{FILE}: [{code}]: the address would send people's data in the clear.",
            "Use https; plain http is for a stand-in on this machine only.",
        )


def road_of(place: RestPlace, secret: str) -> Road:
    """The road that this entry describes."""
    if place.lgsp is not None:
        return AxisRoad(place.lgsp, secret)
    return OwnRoad() if place.ndop is None else PlatformRoad(place.ndop)


def reach_of(code: str, place: RestPlace | SqlPlace) -> Reach:
    """Where this source may be connected to."""
    try:
        networks = tuple(ip_network(one) for one in place.addresses)
    except ValueError as error:
        raise setup_wrong(f"{FILE}: [{code}]: addresses: {error}.", GUIDE) from error
    return Reach(networks, place.internal)
