"""Routes of the citizen's pages, part by part. No address holds a number or a name."""

from django.urls import URLPattern, path

from danso.screens.citizen import (
    complaints,
    consents,
    copies,
    home,
    looks,
    mandates,
    my_data,
    organisations,
    printing,
    reports,
    requests,
)

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
    *organisations.ROUTES,
    *consents.ROUTES,
    path("yeu-cau/", requests.listed, name="requests"),
    path("yeu-cau/moi/", requests.choose, name="request-choose"),
    path("yeu-cau/moi/<slug:right>/", requests.file, name="request-file"),
    path("yeu-cau/<uuid:key>/", requests.one, name="request"),
    path("yeu-cau/<uuid:key>/rut/", requests.withdraw, name="request-withdraw"),
    path("khieu-nai/", complaints.listed, name="complaints"),
    path("khieu-nai/luot/<slug:reference>/", complaints.file, name="complain"),
    path("khieu-nai/<uuid:key>/", complaints.one, name="complaint"),
    path("khieu-nai/<uuid:key>/rut/", complaints.withdraw, name="complaint-withdraw"),
    path("ban-sao/", copies.listed, name="copies"),
    path("ban-sao/lap/", copies.ask, name="copy-ask"),
    path("ban-sao/<uuid:key>/", copies.one, name="copy"),
    path("ban-sao/<uuid:key>/tai/", copies.fetch, name="copy-fetch"),
]
