"""Routes of the citizen's pages, part by part. No address holds a number or a name."""

from django.urls import URLPattern, path

from danso.screens.citizen import consents, home, looks, my_data, printing, reports

app_name = "citizen"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    *my_data.ROUTES,
    *looks.ROUTES,
    *reports.ROUTES,
    *printing.ROUTES,
    *consents.ROUTES,
]
