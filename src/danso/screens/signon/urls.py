"""Routes of signing in to other services; the machine endpoints stand beside them."""

from django.urls import path

from danso.screens.signon import elsewhere, leaving, views

app_name = "signon"
urlpatterns = [
    path("authorize", views.authorize, name="authorize"),
    path("tiep-tuc/<uuid:key>/", views.go_on, name="go-on"),
    path("tiep-tuc/<uuid:key>/quay-lai/", views.turn_back, name="turn-back"),
    path("end-session", leaving.end_session, name="end-session"),
    path("dang-xuat/", leaving.sign_out, name="sign-out"),
    path("di/<slug:code>/", elsewhere.depart, name="depart"),
    path("ve/<slug:code>", elsewhere.come_back, name="come-back"),
    path("roi/<slug:code>/", elsewhere.left, name="left"),
    path("da-dang-xuat", elsewhere.ended, name="ended"),
]
