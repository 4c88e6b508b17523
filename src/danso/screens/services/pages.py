"""Pages for everybody: find a service, and read what it will ask before beginning."""

from __future__ import annotations

from functools import cache
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from danso.modules.cases import interface as cases
from danso.screens.services.finding import Entry, entries_of, find
from danso.screens.services.telling import said, told
from danso.toolkit.permission import public

LONGEST: Final = 80


@public
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The essential services, or those that some words mean. Names of people go nowhere here."""
    words = request.GET.get("q", "")[:LONGEST]
    found = find(words, _searched()) if words.strip() else ()
    essential = sorted(
        (one for one in cases.procedures() if one.essential), key=lambda one: one.essential or 0
    )
    others = [one for one in cases.procedures() if not one.essential]
    context = {
        "words": words,
        "found": [(one.code, said(one)) for one in found],
        "essential": [(one.code, said(one)) for one in essential],
        "others": sorted(((one.code, said(one)) for one in others), key=lambda pair: pair[1]),
    }
    return render(request, "services/index.html", context)


@public
@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    """One service: asked, not asked, proven, days, fee, result."""
    return render(request, "services/service.html", {"one": told(cases.get_procedure(code))})


@cache
def _searched() -> tuple[Entry, ...]:
    """The catalogue is read once per process; so is this."""
    return entries_of(cases.procedures())


ROUTES = (
    path("", index, name="index"),
    path("<slug:code>/", service, name="service"),
)
