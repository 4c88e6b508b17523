"""A home's `upstream.toml`: where the national service is and who we are to it.

The specification is not public: paths, codes and the way the credentials are hashed are assumed
after public clients, so they are settings, and a home says for itself what holds.
"""

from __future__ import annotations

import tomllib
from ipaddress import ip_address
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from danso.kernel.errors import InvalidValue
from danso.wire.upstream.lgsp import Lgsp

FILE: Final = "upstream.toml"
SECRET_FILE: Final = "upstream-secret"  # noqa: S105 - where it lies, not what it is
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

Path = Annotated[str, Meta(pattern=r"^(/[\x21-\x7e]*)?$")]
Seconds = Annotated[float, Meta(gt=0, le=120)]
Count = Annotated[int, Meta(ge=1, le=1000)]


class Service(Struct, frozen=True, forbid_unknown_fields=True):
    """Where it answers. An empty path: this home may not use that operation."""

    address: str
    verify: Path = ""
    look_up: Path = ""
    changes: Path = ""
    requests: Path = ""
    # On the road over the sharing axis: where its tokens come from.
    token: Path = ""
    ca_file: str = ""
    timeout: Seconds = 10.0
    together: Count = 16
    waiting: Count = 500


class Caller(Struct, frozen=True, forbid_unknown_fields=True):
    """Who we are: HTTP account (on the direct road), agency (MaDonVi), officer (MaCanBo) where none
    is mapped."""

    agency: Annotated[str, Meta(min_length=1, max_length=35)]
    account: str = ""
    officer: Annotated[str, Meta(max_length=20)] = ""


class Codes(Struct, frozen=True, forbid_unknown_fields=True):
    """Integration codes (MaTichHop) by operation, and the procedure that a mere check names."""

    verify: Annotated[str, Meta(max_length=20, pattern=r"^[0-9]*$")] = ""
    look_up: Annotated[str, Meta(max_length=20, pattern=r"^[0-9]*$")] = ""
    check_procedure: Annotated[str, Meta(max_length=20)] = ""


class Pace(Struct, frozen=True, forbid_unknown_fields=True):
    """Seconds: how long a fallen service is left alone, how often answers to requests are asked
    for; and how many changes are taken at once."""

    pause: Seconds = 5.0
    answers: Annotated[float, Meta(ge=0, le=86_400)] = 60.0
    page: Count = 200


class Setup(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. `road`: `direct` signs each call with the account's hashed password, `ndxp`
    goes over the province's sharing axis with its token and headers ([lgsp])."""

    service: Service
    caller: Caller
    road: Literal["direct", "ndxp"] = "direct"
    lgsp: Lgsp | None = None
    codes: Codes = Codes()
    pace: Pace = Pace()
    # "partner/officer" -> the officer's code registered with the service.
    officers: dict[str, Annotated[str, Meta(max_length=20)]] = {}
    # A procedure as partners name it -> its national code (MaDVC), where the two differ.
    procedures: dict[str, Annotated[str, Meta(min_length=1, max_length=20)]] = {}

    def url(self, path: str) -> str:
        """The address of an operation: always under the one configured host."""
        if not path:
            raise _wrong("this home names no path for that operation", "Add it under [service].")
        return self.service.address.rstrip("/") + path

    def officer_for(self, partner: str, officer: str) -> str:
        """The registered officer for a partner's officer, or the home's own; '' for none."""
        return self.officers.get(f"{partner}/{officer}", self.caller.officer)

    def procedure_for(self, procedure: str) -> str:
        """The national code of a procedure: the mapped one, or the name itself."""
        return self.procedures.get(procedure, procedure)


def read_setup(text: str) -> Setup:
    """The settings; InvalidValue says what is wrong with them and where."""
    try:
        setup = msgspec.convert(tomllib.loads(text), Setup)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise _wrong(f"{FILE}: {error}", "Compare with docs/how-to/connect-the-upstream.md.") from (
            error
        )
    _check_road(setup)
    address = urlsplit(setup.service.address)
    if address.username or address.query or address.fragment or not address.hostname:
        raise _wrong(
            f"{FILE}: the address is not a plain https://host[:port]/path",
            "Credentials belong into [caller] and the secrets folder.",
        )
    _check_host(address.hostname)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise _wrong(
            f"{FILE}: the address would send people's data in the clear",
            "Use https; plain http is for a stand-in on this machine only.",
        )
    return setup


def _check_road(setup: Setup) -> None:
    """Each road has what it needs, and nothing is set that it would never look at."""
    if (setup.road == "ndxp") != (setup.lgsp is not None):
        raise _wrong(f"{FILE}: the road ndxp and [lgsp] go together", "Set both, or neither.")
    if setup.road == "ndxp" and not setup.service.token:
        raise _wrong(f"{FILE}: the road ndxp needs its token path", "Add it under [service].")
    if setup.road == "direct" and not setup.caller.account:
        raise _wrong(f"{FILE}: the direct road needs an account", "Add it under [caller].")


def _check_host(host: str) -> None:
    """The service may lie on a line of its own (10.0.0.0/8 and the like), and a stand-in on this
    machine; no address means the machine's neighbourhood, or a cloud's data about it."""
    try:
        address = ip_address(host)
    except ValueError:
        return
    inner = getattr(address, "ipv4_mapped", None) or address
    is_odd = inner.is_link_local or inner.is_multicast or inner.is_unspecified or inner.is_reserved
    if is_odd and not inner.is_loopback:
        raise _wrong(
            f"{FILE}: the address leads to this machine's neighbourhood",
            "Name the host that the connection's papers name.",
        )


def _wrong(message: str, fix: str) -> InvalidValue:
    return InvalidValue(message, code="upstream_setup", fix=fix)
