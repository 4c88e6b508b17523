"""A shelf of its own for every test, and a virus scanner that really listens."""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

# The test file that every scanner knows (eicar.org), put together so that none finds it here.
VIRUS = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@dataclass
class Clamd:
    """A scanner that speaks clamd's INSTREAM and knows one virus."""

    address: str = ""
    answer: bytes = b""
    scanned: list[int] = field(default_factory=list)


@pytest.fixture(autouse=True)
def shelf_folder(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    settings.PAPERS_ADDRESS = folder.as_uri()
    return folder


@pytest.fixture
def clamd(settings: Any) -> Iterator[Clamd]:
    known = Clamd()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            assert self.rfile.read(10) == b"zINSTREAM\0"
            content = b""
            while size := struct.unpack("!L", self.rfile.read(4))[0]:
                content += self.rfile.read(size)
            known.scanned.append(len(content))
            found = b"stream: Eicar-Test-Signature FOUND" if VIRUS in content else b"stream: OK"
            self.wfile.write((known.answer or found) + b"\0")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        known.address = f"127.0.0.1:{server.server_address[1]}"
        settings.CLAMD_ADDRESS = known.address
        yield known
        server.shutdown()
