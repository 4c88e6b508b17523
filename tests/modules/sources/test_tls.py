"""Pages over TLS: the address that was looked at must show a certificate for the name called."""

from __future__ import annotations

import http.server
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest

from danso.modules.sources.adapters.calls import Caller
from danso.modules.sources.adapters.places import RestPlace
from danso.modules.sources.adapters.reach import Reach
from danso.modules.sources.adapters.rest import RestConnector
from tests.certificates import make_certificate
from tests.modules.sources.described import kettles_of, source

NAME = "source.example"
PAGE = b'{"data": [{"MA_AM": "K1", "CAP_NHAT": "1"}], "next": null}'


class Pages(http.server.BaseHTTPRequestHandler):
    """The same page for every path; `names`: what it was called."""

    names: list[str] = []

    def do_GET(self) -> None:
        self.names.append(str(self.headers["Host"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    make_certificate(tmp_path, NAME)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server = http.server.HTTPServer(("127.0.0.1", 0), Pages)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()
    thread.join()


def connector(port: int, folder: Path, name: str = NAME) -> RestConnector:
    described = source(kind="rest", rows="data", next="next", page_parameter="page", sign_in="none")
    assert described.transport.kind == "rest"
    place = RestPlace(url=f"https://{name}:{port}/rows", ca_file=str(folder / "ca.pem"), attempts=2)
    reach = Reach((ip_network("127.0.0.1/32"),), resolve=lambda host, port: ["127.0.0.1"])
    caller = Caller(place, "none", "", reach, wait=lambda seconds: None)
    return RestConnector(described, described.transport, place.url, caller)


def test_the_name_called_is_the_name_shown(port: int, tmp_path: Path) -> None:
    Pages.names.clear()
    assert kettles_of(connector(port, tmp_path).pull(None)) == ["K1"]
    assert Pages.names == [f"{NAME}:{port}"]


def test_a_certificate_of_another_name_is_refused(port: int, tmp_path: Path) -> None:
    checked = connector(port, tmp_path, "other.example").check()
    assert [problem.code for problem in checked.problems] == ["source_refuses"]


def test_a_certificate_of_another_authority_is_refused(port: int, tmp_path: Path) -> None:
    make_certificate(tmp_path / "other", NAME)
    checked = replace(connector(port, tmp_path / "other")).check()
    assert [problem.code for problem in checked.problems] == ["source_refuses"]
