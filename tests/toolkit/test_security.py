"""The outer wall: forwarded headers, plain HTTP, cookies, headers."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from danso.toolkit.security import HeadersMiddleware, TransportMiddleware, network_of


class Seen:
    """What the view behind the wall saw."""

    request: HttpRequest | None = None

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.request = request
        response = HttpResponse("in")
        response.set_cookie("danso", "x")
        return response


def through(seen: Seen, remote: str, host: str = "127.0.0.1:8000", **extra: str) -> HttpResponse:
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_HOST=host, **extra)  # type: ignore[arg-type]
    return TransportMiddleware(seen)(request)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "[::1]:8000", "127.9.9.9"])
def test_plain_http_on_loopback_is_answered(host: str) -> None:
    assert through(Seen(), "127.0.0.1", host).status_code == 200


@pytest.mark.parametrize(
    ("remote", "host"),
    [
        ("192.0.2.7", "127.0.0.1:8000"),
        ("127.0.0.1", "danso.thanhhoa.invalid"),
        ("2001:db8::7", "[2001:db8::1]"),
        ("", "127.0.0.1"),
    ],
)
def test_plain_http_beyond_loopback_is_refused_with_the_way_out(remote: str, host: str) -> None:
    seen = Seen()
    response = through(seen, remote, host)
    assert response.status_code == 400
    assert "DANSO_TRUSTED_PROXIES" in response.content.decode()
    assert seen.request is None


def test_forwarded_headers_of_a_stranger_are_forgotten() -> None:
    seen = Seen()
    forged = {
        "HTTP_X_FORWARDED_PROTO": "https",
        "HTTP_X_FORWARDED_FOR": "127.0.0.1",
        "HTTP_X_REAL_IP": "127.0.0.1",
        "wsgi.url_scheme": "https",
    }
    assert through(seen, "192.0.2.7", **forged).status_code == 400
    assert through(seen, "127.0.0.1", **forged).status_code == 200
    assert seen.request is not None
    assert not seen.request.is_secure()
    assert "HTTP_X_FORWARDED_FOR" not in seen.request.META
    assert "HTTP_X_REAL_IP" not in seen.request.META


def test_trusted_proxy_speaks_for_its_caller(settings: pytest.FixtureRequest) -> None:
    settings.TRUSTED_PROXIES = ["10.0.0.0/24", "127.0.0.1"]  # type: ignore[attr-defined]
    seen = Seen()
    response = through(
        seen,
        "127.0.0.1",
        "danso.thanhhoa.invalid",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_FOR="203.0.113.9, 198.51.100.4, 10.0.0.5",
    )
    assert response.status_code == 200
    assert seen.request is not None
    # 203.0.113.9 is what 198.51.100.4 claims; our own proxies vouch for the latter only.
    assert seen.request.META["REMOTE_ADDR"] == "198.51.100.4"
    assert seen.request.is_secure()
    assert response.cookies["danso"]["secure"] is True


def test_trusted_proxy_without_tls_is_refused(settings: pytest.FixtureRequest) -> None:
    settings.TRUSTED_PROXIES = ["127.0.0.1"]  # type: ignore[attr-defined]
    response = through(
        Seen(), "127.0.0.1", HTTP_X_FORWARDED_PROTO="http", HTTP_X_FORWARDED_FOR="198.51.100.4"
    )
    assert response.status_code == 400


def test_cookie_on_plain_loopback_stays_usable() -> None:
    assert not through(Seen(), "127.0.0.1").cookies["danso"]["secure"]


def test_signed_in_page_is_not_stored() -> None:
    request = RequestFactory().get("/")
    request.officer = object()  # type: ignore[attr-defined]
    response = HeadersMiddleware(Seen())(request)
    assert response["Cache-Control"] == "no-store"
    assert "camera=()" in response["Permissions-Policy"]


def test_public_page_may_be_stored() -> None:
    request = RequestFactory().get("/")
    request.officer = None  # type: ignore[attr-defined]
    assert "Cache-Control" not in HeadersMiddleware(Seen())(request)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.77", "198.51.100.0/24"),
        ("::ffff:198.51.100.77", "198.51.100.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("no address", ""),
    ],
)
def test_only_the_network_of_an_address_is_kept(address: str, network: str) -> None:
    assert network_of(address) == network
