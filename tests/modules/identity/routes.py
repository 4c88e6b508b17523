"""A URLconf of small faults, for the tests of what a refusal leaves behind."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from danso.kernel.errors import Conflict, Refused, Unavailable
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import record
from danso.modules.identity.interface import actor_of, note_security
from danso.toolkit.permission import public, requires, signed_in


@requires("steward")
def stewards_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


@requires("steward", reauth=True)
def fresh_only(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


@signed_in()
def refuses_half_way(request: HttpRequest) -> HttpResponse:
    """An action that writes, journals, and then finds it may not."""
    with transaction.atomic():
        note_security("half_done", "")
        record(Entry(actor=actor_of(request), action="half.done", outcome="done"))
        raise Refused("that one is not yours", code="not_yours", fix="Ask who may.")


@signed_in()
def fails(request: HttpRequest) -> HttpResponse:
    kinds = {
        "conflict": Conflict("somebody was faster", code="too_late", fix="Look again."),
        "down": Unavailable("the upstream is down", code="upstream_down", fix="Try later."),
        "bug": ZeroDivisionError("079099000001 must never reach the journal"),
        "missing": Http404("nothing here"),
    }
    raise kinds[request.GET["kind"]]


def undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("nobody decided who may see this")


urlpatterns = [
    path("stewards/", stewards_only, name="stewards"),
    path("fresh/", fresh_only, name="fresh"),
    path("half/", refuses_half_way, name="half"),
    path("fails/", fails, name="fails"),
    path("undeclared/", undeclared, name="undeclared"),
    path("open/", public(lambda request: HttpResponse("in")), name="open"),
    path("", include("danso.config.urls")),
]
handler403 = "danso.toolkit.html.errors.forbidden"
handler404 = "danso.toolkit.html.errors.not_found"
handler500 = "danso.toolkit.html.errors.server_error"
