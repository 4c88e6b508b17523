"""Routes of public services. Pages for everybody last: a service's code is any word."""

from django.urls import URLPattern

from danso.screens.services import drafting, files, pages, receipts

app_name = "services"
urlpatterns: list[URLPattern] = [
    *files.ROUTES,
    *receipts.ROUTES,
    *drafting.ROUTES,
    *pages.ROUTES,
]
