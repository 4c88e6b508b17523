"""The short way to the machine endpoints: past sessions, languages, messages and scripts, which
mean nothing to a machine. TLS, the trusted proxies and the host's name were looked at before."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, resolve, reverse

from danso.toolkit.permission import permission_of
from danso.toolkit.security import PERMISSIONS_POLICY

View = Callable[..., HttpResponse]
# Those that a sign-in goes through; the others take the pages' way, with the same answer.
NAMES: Final = ("push", "token", "userinfo", "introspect")
HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
    "X-Frame-Options": settings.X_FRAME_OPTIONS,
}


class DirectMiddleware:
    """After Django's SecurityMiddleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = self.views.get(request.path_info)
        if view is None:
            return self.get_response(request)
        request.get_host()  # refuses a name that is not this home's
        response = view(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        return response

    @cached_property
    def views(self) -> dict[str, View]:
        """Path -> view; made with the first request, when every route is known. None where the
        routes are not those of a home (the gallery's, tests of layouts)."""
        try:
            paths = [reverse(f"sso:{name}") for name in NAMES]
        except NoReverseMatch:
            return {}
        found = {path: resolve(path).func for path in paths}
        return {path: view for path, view in found.items() if permission_of(view) is not None}
