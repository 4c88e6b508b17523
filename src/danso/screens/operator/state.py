"""The state of this home, moving; the tail of the security log."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from danso.kernel import clock
from danso.modules.audit import interface as audit
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Role
from danso.screens.operator import probes
from danso.toolkit.permission import requires

LINES = 100
STATES = {
    "good": _("chạy"),
    "warn": _("chậm"),
    "bad": _("hỏng"),
    "mute": _("không dùng"),
}


@requires(Role.OPERATOR)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everything at a glance."""
    return render(request, "operator/home.html", _state())


@requires(Role.OPERATOR)
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The moving part alone."""
    return render(request, "operator/_state.html", _state())


@requires(Role.OPERATOR)
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Tries on names nobody has: a code and a network each, never what was typed."""
    return render(request, "operator/security.html", {"lines": identity.security_events(LINES)})


def _state() -> dict[str, Any]:
    found = probes.links()
    health = audit.journal_health()
    return {
        "now": clock.now(),
        "links": [(one, STATES[one.tone]) for one in found],
        "down": [one for one in found if one.tone == "bad"],
        "health": health,
        "head": health.head,
        "followers": probes.followers(),
        "processes": probes.processes(),
        "backup": probes.last_backup(),
        "disk": probes.disk(),
    }
