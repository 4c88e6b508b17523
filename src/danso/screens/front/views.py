"""The front page, the readiness answer, and what anybody may check of the journal."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from danso.kernel.errors import InvalidValue, NotFound
from danso.modules.audit import interface as audit
from danso.modules.audit.data import NotSealedYet
from danso.toolkit.permission import public
from danso.toolkit.platform import platform


@public
def home(request: HttpRequest) -> HttpResponse:
    """Where everybody lands."""
    here = platform()
    context = {
        "is_demo": here.is_demo,
        "is_broker": here.identity_mode == "broker",
        "gateway": here.gateway_url,
    }
    return render(request, "front/home.html", context)


@public
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the pages can do their work, 503 with the reason when not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")


@public
def journal(request: HttpRequest) -> HttpResponse:
    """The latest signed tree head and how to check with it."""
    try:
        signed = audit.tree_head()
    except NotSealedYet:
        return render(request, "front/journal.html", {"signed": None})
    context = {
        "signed": signed,
        "root": signed.head.root.hex(),
        "withheld": audit.count_withheld(),
    }
    return render(request, "front/journal.html", context)


@public
def head_file(request: HttpRequest) -> HttpResponse:
    """The signed head as a C2SP checkpoint, to be kept."""
    answer = HttpResponse(audit.tree_head().note(), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="tree-head.txt"'
    return answer


@public
def consistency_proof(request: HttpRequest) -> HttpResponse:
    """`?old=SIZE`: that the tree of that size is the start of today's (RFC 6962, 2.1.2)."""
    try:
        signed = audit.tree_head()
        proof = audit.consistency(_number(request, "old"), signed.head.size)
    except (InvalidValue, NotFound) as error:
        return _problem(error)
    return JsonResponse({"head": signed.note(), "proof": [node.hex() for node in proof]})


@public
def inclusion_proof(request: HttpRequest) -> HttpResponse:
    """`?position=N`: that this leaf is in today's tree (RFC 6962, 2.1.1). Shows no entry."""
    try:
        proof = audit.inclusion(_number(request, "position"))
    except (InvalidValue, NotFound) as error:
        return _problem(error)
    return JsonResponse(
        {
            "position": proof.position,
            "second": proof.second,
            "leaf": proof.leaf.hex(),
            "path": [node.hex() for node in proof.path],
            "head": proof.head.note(),
        }
    )


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise InvalidValue(
            f"{name} is not a number.", code="not_a_number", fix=f"Ask with ?{name}=123."
        )
    return int(text)


def _problem(error: InvalidValue | NotFound) -> JsonResponse:
    status = 404 if isinstance(error, NotFound) else 400
    return JsonResponse(
        {"type": "about:blank", "title": error.message, "code": error.code, "fix": error.fix},
        status=status,
        content_type="application/problem+json",
    )
