"""The front page and the readiness answer."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from danso.toolkit.permission import public


@public
def home(request: HttpRequest) -> HttpResponse:
    """Where everybody lands."""
    return render(request, "front/home.html")


@public
def ready(request: HttpRequest) -> HttpResponse:
    """200 when the pages can do their work, 503 with the reason when not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer", status=503, content_type="text/plain")
    return HttpResponse("ready", content_type="text/plain")
