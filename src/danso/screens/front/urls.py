"""Routes of the front door."""

from django.urls import path

from danso.screens.front import views

app_name = "front"
urlpatterns = [
    path("", views.home, name="home"),
    path("san-sang", views.ready, name="ready"),
]
