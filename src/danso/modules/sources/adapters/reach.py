"""Which addresses a connector may open a connection to: those its entry names, never this machine.

A name is resolved here and the connection goes to the address that was looked at, so that a name
which points elsewhere a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from danso.kernel.errors import Refused
from danso.modules.sources.adapters.faults import SourceDown
from danso.toolkit.addresses import (
    Address,
    Network,
    Resolver,
    inner_address,
    is_internal,
    look_up,
)


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
        inner = inner_address(address)
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
