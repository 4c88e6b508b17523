"""Nothing undeclared runs; what is refused or fails after sign-in is journaled, then shown."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from danso.kernel.errors import DansoError, Refused
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import record_refusal
from danso.modules.identity.data import Officer
from danso.toolkit.html.errors import page_of
from danso.toolkit.permission import permission_of, send_to

log = logging.getLogger("danso.refusals")


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
    """One entry for a signed-in officer: refused or failed, where, and the reason's code."""
    officer: Officer | None = getattr(request, "officer", None)
    if officer is None or isinstance(error, Http404):
        return
    match = request.resolver_match
    refused = isinstance(error, (Refused, PermissionDenied))
    try:
        record_refusal(
            Entry(
                actor=officer.actor,
                action=f"page.{match.view_name if match else ''}",
                outcome="refused" if refused else "failed",
                subject=getattr(error, "subject", None),
                detail={"code": code_of(error), "method": request.method or ""},
            )
        )
    except DatabaseError:
        # The refusal stands without its row; the answer below is no access either way.
        log.exception("a refusal could not be journaled")


def code_of(error: Exception) -> str:
    """The stable code, or the kind of an error that has none; never its text."""
    return error.code if isinstance(error, DansoError) else type(error).__name__
