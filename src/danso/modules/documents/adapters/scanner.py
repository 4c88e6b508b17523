"""The virus check, as a port to clamd (its INSTREAM command, clamd(8)).

A home without one keeps papers as `unscanned` and says so; a home with one keeps nothing that
it could not check.
"""

from __future__ import annotations

import socket
import struct
from typing import Final

from django.conf import settings

from danso.kernel.errors import InvalidValue, Unavailable
from danso.modules.documents.data import Scan

_TIMEOUT: Final = 30.0
_CHUNK: Final = 1 << 16
_LONGEST_ANSWER: Final = 4096


def scan(content: bytes) -> Scan:
    """Raises InvalidValue (`paper_infected`), Unavailable (`scanner_out_of_reach`)."""
    address: str = settings.CLAMD_ADDRESS
    if not address:
        return "unscanned"
    try:
        answer = _ask(address, content)
    except (OSError, ValueError) as error:
        raise _out_of_reach() from error
    if answer.endswith("FOUND"):
        raise InvalidValue(
            "The file carries a virus.",
            code="paper_infected",
            fix="Clean your device, then scan or photograph the paper again.",
        )
    if not answer.endswith("OK"):
        raise _out_of_reach()
    return "clean"


def _ask(address: str, content: bytes) -> str:
    with _connected(address) as peer:
        peer.sendall(b"zINSTREAM\0")
        for at in range(0, len(content), _CHUNK):
            part = content[at : at + _CHUNK]
            peer.sendall(struct.pack("!L", len(part)) + part)
        peer.sendall(struct.pack("!L", 0))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
            more = peer.recv(1024)
            if not more:
                break
            answer += more
    return answer.rstrip(b"\0").decode("utf-8", "replace")


def _connected(address: str) -> socket.socket:
    """`/path/of/socket`, or `host:port`."""
    if address.startswith("/"):
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            peer.settimeout(_TIMEOUT)
            peer.connect(address)
        except OSError:
            peer.close()
            raise
        return peer
    host, _, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=_TIMEOUT)


def _out_of_reach() -> Unavailable:
    return Unavailable(
        "The virus check can't be reached.",
        code="scanner_out_of_reach",
        fix="Try again in some minutes. Nothing was kept.",
    )
