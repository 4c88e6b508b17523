"""Routes of the citizen's pages, part by part. No address holds a number or a name."""

from django.urls import URLPattern, path

from danso.screens.citizen import consents, home, looks, mandates, my_data, printing, reports

app_name = "citizen"
urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    *my_data.ROUTES,
    *looks.ROUTES,
    *reports.ROUTES,
    *printing.ROUTES,
    path("lam-thay/", mandates.begin_acting, name="acting-begin"),
    path("lam-thay/thoi/", mandates.end_acting, name="acting-end"),
    path("uy-quyen/", mandates.mandates, name="mandates"),
    path("uy-quyen/moi/", mandates.offer, name="mandate-offer"),
    path("uy-quyen/da-lam/", mandates.deeds, name="mandate-deeds"),
    path("uy-quyen/<uuid:key>/", mandates.answer, name="mandate-answer"),
    path("uy-quyen/<uuid:key>/cham-dut/", mandates.end, name="mandate-end"),
    *consents.ROUTES,
]
