"""What waits: requests by their days, breaches by their clocks."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from danso.modules.identity.data import Role
from danso.modules.protection import interface as protection
from danso.screens.protection.workers import ANSWERERS, KEEPERS, held, needed
from danso.toolkit.permission import requires


@requires(Role.STEWARD, Role.AUDITOR, Role.OPERATOR)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Counts and doors; nobody's data."""
    needed(request, *ANSWERERS, *KEEPERS)
    answers, keeps = held(request, *ANSWERERS), held(request, *KEEPERS)
    context = {
        "requests": protection.requests_standing(answers) if answers else None,
        "breaches": protection.breaches_standing() if keeps else None,
    }
    return render(request, "protection/home.html", context)
