"""A URLconf with the page's own routes only: the room is tested without the screens above it."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from danso.toolkit.permission import public


@public
def sign_out(request: HttpRequest) -> HttpResponse:
    """Stands for the route that the header's button posts to."""
    return HttpResponse()


urlpatterns = [
    path("", include("danso.toolkit.html.urls")),
    path("ra", sign_out, name="account_logout"),
]

handler400 = "danso.toolkit.html.errors.bad_request"
handler403 = "danso.toolkit.html.errors.forbidden"
handler404 = "danso.toolkit.html.errors.not_found"
handler500 = "danso.toolkit.html.errors.server_error"
