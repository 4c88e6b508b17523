"""Routes of the leadership's page."""

from django.urls import path

from danso.screens.leadership import connections, views

app_name = "leadership"
urlpatterns = [
    path("", views.home, name="home"),
    path("so-lieu", views.live, name="live"),
    path("ban-do", views.map_alone, name="map"),
    path("ket-noi/", connections.page, name="connections"),
    path("xa/<slug:code>", views.commune, name="commune"),
]
