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
    path("dong-y/", consents.consents, name="consents"),
    path("dong-y/dich-vu/ket-thuc/", consents.end_access, name="end-access"),
    path("dong-y/yeu-cau/<uuid:key>/", consents.asked, name="consent-asked"),
    path("dong-y/yeu-cau/<uuid:key>/dong-y-nhan/", consents.agree, name="consent-agree"),
    path("dong-y/yeu-cau/<uuid:key>/tu-choi/", consents.decline, name="consent-decline"),
    path("dong-y/<uuid:key>/", consents.given, name="consent"),
    path("dong-y/<uuid:key>/rut-lai/", consents.withdraw, name="consent-withdraw"),
]
