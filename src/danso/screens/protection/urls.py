"""Routes of the data-protection pages."""

from django.urls import path

from danso.screens.protection import acting, breaches, home, people, requests

app_name = "protection"
urlpatterns = [
    path("", home.home, name="home"),
    path("yeu-cau/", requests.listed, name="requests"),
    path("yeu-cau/<uuid:key>/", requests.one, name="request"),
    path("yeu-cau/<uuid:key>/nhan/", requests.take, name="request-take"),
    path("yeu-cau/<uuid:key>/gia-han/", requests.extend, name="request-extend"),
    path("yeu-cau/<uuid:key>/thuc-hien/", requests.carry_out, name="request-done"),
    path("yeu-cau/<uuid:key>/tu-choi/", requests.refuse, name="request-refuse"),
    path("su-co/", breaches.listed, name="breaches"),
    path("su-co/moi/", breaches.record, name="breach-record"),
    path("su-co/<uuid:key>/", breaches.one, name="breach"),
    path("su-co/<uuid:key>/sua/", breaches.change, name="breach-change"),
    path("su-co/<uuid:key>/ghi/", acting.note, name="breach-note"),
    path("su-co/<uuid:key>/thong-bao/", acting.notify, name="breach-notify"),
    path("su-co/<uuid:key>/ket-thuc/", acting.close, name="breach-close"),
    path("su-co/<uuid:key>/bao-cao.txt", acting.report, name="breach-report"),
    path("su-co/<uuid:key>/nguoi-bi-anh-huong/", people.concerned, name="breach-people"),
]
