"""Nothing undeclared runs; what is refused or fails after sign-in is journaled, then shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from danso.kernel.errors import DansoError
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import journal_refusal
from danso.modules.identity.data import Officer
from danso.toolkit.html.errors import page_of
from danso.toolkit.permission import permission_of, send_to


class RefusalMiddleware:
    """Innermost: by the time an exception arrives here the action's transaction is rolled back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        """A view that declares no permission is closed to everyone."""
        if permission_of(view) is None:
            raise PermissionDenied("this route declares no permission")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Journal it in a transaction of its own, then say what happened and what to do."""
        if isinstance(error, ImmediateHttpResponse):
            return None
        if isinstance(error, ReauthenticationRequired):
            return send_to(request, reverse("account_reauthenticate"))
        journal(request, error)
        return page_of(request, error) if isinstance(error, DansoError) else None


def journal(request: HttpRequest, error: Exception) -> None:
    """One entry for a signed-in officer, unless the action that refused has written its own."""
    officer: Officer | None = getattr(request, "officer", None)
    if officer is None or isinstance(error, Http404):
        return
    match = request.resolver_match
    opening = Entry(
        actor=officer.actor,
        action=f"page.{match.view_name if match else ''}",
        outcome="opened",
        subject=getattr(error, "subject", None),
        detail={"method": request.method or ""},
    )
    journal_refusal(opening, error)
