"""Which addresses a connector may open a connection to: those its entry names, never this machine.

A name is resolved here and the connection goes to the address that was looked at, so that a name
which points elsewhere a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

import httpx

from danso.kernel.errors import Refused
from danso.modules.sources.adapters.faults import SourceDown

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolver = Callable[[str, int], Sequence[str]]

# "This network", and where clouds answer questions about the machine itself.
_MORE: Final = tuple(
    map(
        ip_network,
        ("0.0.0.0/8", "100.100.100.200/32", "168.63.129.16/32", "192.0.0.0/24", "fd00:ec2::/32"),
    )
)
_NAT64: Final = ip_network("64:ff9b::/96")


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, as the machine's own resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]).partition("%")[0] for *_, address in found]


@dataclass(frozen=True)
class Reach:
    """Where one source may be. `networks`: listed by the operator, then nothing else is allowed;
    `internal`: a demo home's stand-ins on this machine."""

    networks: tuple[Network, ...] = ()
    internal: bool = False
    resolve: Resolver = look_up

    def address_of(self, host: str, port: int) -> str:
        """The address to connect to. Refused where any that the name has is not allowed;
        SourceDown where it has none."""
        try:
            found = [ip_address(one) for one in self.resolve(host, port)]
        except (OSError, UnicodeError, ValueError) as error:
            raise SourceDown("name") from error
        if not found:
            raise SourceDown("name")
        for one in found:
            self._check(one)
        # Where a name has both, the older protocol is the one that networks of offices carry.
        return str(min(found, key=lambda address: address.version))

    def _check(self, address: Address) -> None:
        inner = _inner(address)
        if self.networks:
            if not any(one in network for one in (address, inner) for network in self.networks):
                raise Refused(
                    "The source's name leads to an address that sources.toml does not list.",
                    code="source_address_unlisted",
                    fix="Compare `addresses` in sources.toml with what the owner gave.",
                )
        elif not self.internal and is_internal(address):
            raise Refused(
                "The source's name leads to this machine or to a network's inside.",
                code="source_address_internal",
                fix="Name the source's real host; if it really is there, list its address "
                "under `addresses` in sources.toml.",
            )


def is_internal(address: Address) -> bool:
    """Whether it is this machine, its neighbourhood, or a cloud's data about it."""
    inner = _inner(address)
    return (
        inner.is_loopback
        or inner.is_link_local
        or inner.is_unspecified
        or inner.is_multicast
        or inner.is_reserved
        or any(inner in network for network in _MORE)
    )


def _inner(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries, else itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    carried = address.ipv4_mapped or address.sixtofour
    if carried is None and address.teredo is not None:
        carried = address.teredo[1]
    return carried or address


class CheckedTransport(httpx.BaseTransport):
    """Sends each request to an address that was looked at, under the name that was asked for."""

    def __init__(self, reach: Reach, inner: httpx.BaseTransport) -> None:
        self._reach = reach
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The request, its Host header and TLS name unchanged."""
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = self._reach.address_of(host, port)
        request.url = request.url.copy_with(host=address)
        request.extensions = {**request.extensions, "sni_hostname": host}
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close what it sends through."""
        self._inner.close()


@contextlib.contextmanager
def connected_socket(reach: Reach, host: str, port: int, seconds: float) -> Iterator[socket.socket]:
    """A socket to an address that was looked at, for clients that take one."""
    try:
        made = socket.create_connection((reach.address_of(host, port), port), timeout=seconds)
    except OSError as error:
        raise SourceDown("connect") from error
    try:
        yield made
    except BaseException:
        made.close()
        raise
