"""The outer wall of the pages: where a request really came from, TLS, cookies, headers."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port

Next = Callable[[HttpRequest], HttpResponse]

FORWARDED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_SSL",
    "HTTP_X_REAL_IP",
    "HTTP_X_SSL_CLIENT_CERT",
)
NO_TLS = (
    "danso answers plain HTTP on this machine only.\n"
    "danso chỉ trả lời HTTP không mã hóa trên chính máy này.\n\n"
    "Put a TLS proxy in front of it and name the proxy's address in DANSO_TRUSTED_PROXIES.\n"
    "Đặt một proxy TLS phía trước và khai địa chỉ proxy trong DANSO_TRUSTED_PROXIES.\n"
)
PERMISSIONS_POLICY = ", ".join(
    [
        "publickey-credentials-get=(self)",
        "publickey-credentials-create=(self)",
        *(
            f"{feature}=()"
            for feature in (
                "accelerometer",
                "browsing-topics",
                "camera",
                "display-capture",
                "geolocation",
                "gyroscope",
                "microphone",
                "midi",
                "payment",
                "serial",
                "usb",
            )
        ),
    ]
)


def find_address(text: str) -> IPv4Address | IPv6Address | None:
    """An IP address, or None for anything else; an IPv4 address in IPv6 clothes is unwrapped."""
    try:
        address = ip_address(text.strip().strip("[]"))
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def network_of(text: str) -> str:
    """The /24 or /48 an address lies in: what the security log may keep of it."""
    address = find_address(text)
    if address is None:
        return ""
    bits = 24 if isinstance(address, IPv4Address) else 48
    return str(ip_network(f"{address}/{bits}", strict=False))


def is_trusted_proxy(text: str) -> bool:
    """Whether forwarded headers from this peer are believed (setting TRUSTED_PROXIES)."""
    address = find_address(text)
    return address is not None and any(
        address in ip_network(network) for network in settings.TRUSTED_PROXIES
    )


class TransportMiddleware:
    """First of all: believe forwarded headers from trusted proxies only, refuse plain HTTP beyond
    loopback, mark every cookie Secure where TLS carries it."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        settle_origin(request)
        if not request.is_secure() and not is_on_loopback(request):
            return HttpResponse(NO_TLS, status=400, content_type="text/plain; charset=utf-8")
        response = self.get_response(request)
        if request.is_secure():
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response


def settle_origin(request: HttpRequest) -> None:
    """Set REMOTE_ADDR and the scheme from forwarded headers, or forget the headers."""
    meta = request.META
    forwarded = {name: meta.pop(name) for name in FORWARDED if name in meta}
    if not forwarded:
        return
    if not is_trusted_proxy(meta.get("REMOTE_ADDR", "")):
        # The server itself may have believed the header (gunicorn does, from loopback).
        meta["wsgi.url_scheme"] = "http"
        return
    protocol = forwarded.get("HTTP_X_FORWARDED_PROTO", "").strip().lower()
    meta["wsgi.url_scheme"] = "https" if protocol == "https" else "http"
    hops = [hop.strip() for hop in forwarded.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    # The last hop that is no proxy of ours; what stands left of it is the client's own claim.
    for hop in reversed([hop for hop in hops if hop]):
        if find_address(hop) is None:
            break
        meta["REMOTE_ADDR"] = hop
        if not is_trusted_proxy(hop):
            break


def is_on_loopback(request: HttpRequest) -> bool:
    """Whether both the caller and the name it called are this machine."""
    caller = find_address(request.META.get("REMOTE_ADDR", ""))
    name, _ = split_domain_port(request.META.get("HTTP_HOST", "").lower())
    named = find_address(name)
    return (
        caller is not None
        and caller.is_loopback
        and (name in ("localhost", "") or (named is not None and named.is_loopback))
    )


class HeadersMiddleware:
    """What Django and django-csp leave out: permissions policy, no stored copy of a page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if getattr(request, "officer", None) is not None:
            response.setdefault("Cache-Control", "no-store")
        return response
