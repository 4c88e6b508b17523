"""Every view says who may call it: `public`, `signed_in` or `requires(role, ...)`, or never runs.

The decorator both declares (a test walks the URLconf) and enforces. What the caller holds comes as
`request.officer`, which the identity module's middleware sets; this file knows no module.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.http import urlencode

from danso.kernel.errors import Refused

View = Callable[..., HttpResponseBase]
Kind = Literal["public", "signed_in", "roles"]


class Bearer(Protocol):
    """What an enforcing view asks of `request.officer`."""

    @property
    def roles(self) -> frozenset[str]:
        """Codes of the roles held now, in whatever scope."""

    @property
    def is_fresh(self) -> bool:
        """Whether a password or factor was given within the last minutes."""

    @property
    def first_stop(self) -> str:
        """The name of a route to be visited before any other, or an empty text."""

    @property
    def own_stop(self) -> str:
        """Where a person's own pages lead to while a post is open; empty where none is."""

    @property
    def proof_at(self) -> str:
        """The name of the route at which a password or factor is given again."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One view's declaration. `before_all` marks the pages an unfinished account may still use,
    `in_post` those that are not the person's alone: they are there while a post is open too."""

    kind: Kind
    roles: frozenset[str] = frozenset()
    reauth: bool = False
    before_all: bool = False
    in_post: bool = False


def public(view: View) -> View:
    """Anyone may call this view."""
    return _declared(view, Permission("public"))


def signed_in(
    *, reauth: bool = False, before_all: bool = False, in_post: bool = False
) -> Callable[[View], View]:
    """Whoever has an account may call this view, whatever the posts held.

    It is a page of one's own: closed while a person has a post open, unless `in_post`."""
    permission = Permission("signed_in", reauth=reauth, before_all=before_all, in_post=in_post)
    return lambda view: _declared(view, permission)


def requires(*roles: str, reauth: bool = False) -> Callable[[View], View]:
    """Holders of one of these roles may call this view; `reauth` asks for a fresh factor too.

    Scope is not decided here: the view passes the holder's scopes to the query.
    """
    if not roles:
        raise TypeError("requires() needs a role; use signed_in() or public")
    permission = Permission("roles", frozenset(str(role) for role in roles), reauth=reauth)
    return lambda view: _declared(view, permission)


def permission_of(view: object) -> Permission | None:
    """What a view declared, or None for one that declared nothing."""
    found = getattr(view, "permission", None)
    return found if isinstance(found, Permission) else None


@dataclass(frozen=True, slots=True)
class Route:
    """One pattern of the URLconf with its view."""

    name: str
    pattern: str
    view: View
    permission: Permission | None


def routes(resolver: URLResolver | None = None, prefix: str = "", space: str = "") -> list[Route]:
    """Every route of the URLconf, depth first."""
    found: list[Route] = []
    for entry in (resolver or get_resolver()).url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            name = f"{space}{entry.name or ''}"
            found.append(Route(name, pattern, entry.callback, permission_of(entry.callback)))
        else:
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            found.extend(routes(entry, pattern, inner))
    return found


def _declared(view: View, permission: Permission) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stop = check(request, permission)
        return stop if stop is not None else view(request, *args, **kwargs)

    guarded.permission = permission  # type: ignore[attr-defined]
    return guarded


def check(request: HttpRequest, permission: Permission) -> HttpResponse | None:
    """None to go on; a redirect to sign in, finish or re-authenticate; Refused for a wrong role."""
    if permission.kind == "public":
        return None
    officer: Bearer | None = getattr(request, "officer", None)
    if officer is None:
        return send_to(request, resolve_url("account_login"))
    if officer.first_stop and not permission.before_all:
        return send_to(request, reverse(officer.first_stop))
    if permission.kind == "signed_in" and officer.own_stop and not permission.in_post:
        return send_to(request, reverse(officer.own_stop))
    if permission.kind == "roles" and not (officer.roles & permission.roles):
        raise Refused(
            "Tài khoản hoặc vị trí công tác của bạn không cho phép việc này.",
            code="role_missing",
            fix="Nếu công việc cần quyền này, hãy đề nghị người quản trị hệ thống của đơn vị "
            "cấp quyền.",
        )
    if permission.reauth and not officer.is_fresh:
        return send_to(request, reverse(officer.proof_at))
    return None


def send_to(request: HttpRequest, url: str) -> HttpResponse:
    """Send the browser elsewhere and back; an htmx fragment moves the whole page."""
    target = f"{url}?{urlencode({'next': _page_of(request)})}"
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _page_of(request: HttpRequest) -> str:
    """The page the person is on. What was posted is not kept: it may hold personal data."""
    if request.method == "GET" and request.headers.get("HX-Request") != "true":
        return request.get_full_path()
    shown = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    parts = urlsplit(shown)
    return parts.path if parts.netloc == request.get_host() else request.path


__all__ = [
    "Bearer",
    "Permission",
    "Route",
    "View",
    "check",
    "permission_of",
    "public",
    "requires",
    "routes",
    "send_to",
    "signed_in",
]
