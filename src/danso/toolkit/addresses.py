"""Which addresses are a machine's own or its neighbourhood's, and calls that look before they go.

A name is resolved here and the connection goes to the address that was looked at, so that a name
which points elsewhere a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)
from typing import Final

import httpx

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


def is_internal(address: Address) -> bool:
    """Whether it is this machine, its neighbourhood, or a cloud's data about it."""
    inner = inner_address(address)
    return (
        inner.is_loopback
        or inner.is_link_local
        or inner.is_unspecified
        or inner.is_multicast
        or inner.is_reserved
        or any(inner in network for network in _MORE)
    )


def inner_address(address: Address) -> Address:
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

    def __init__(self, address_of: Callable[[str, int], str], inner: httpx.BaseTransport) -> None:
        self._address_of = address_of
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The request, its Host header and TLS name unchanged."""
        host = request.url.host
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        address = self._address_of(host, port)
        request.url = request.url.copy_with(host=address)
        request.extensions = {**request.extensions, "sni_hostname": host}
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close what it sends through."""
        self._inner.close()
