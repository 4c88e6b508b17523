"""Routes of the front door."""

from django.urls import path

from danso.screens.front import views

app_name = "front"
urlpatterns = [
    path("", views.home, name="home"),
    path("san-sang", views.ready, name="ready"),
    path("nhat-ky", views.journal, name="journal"),
    path("nhat-ky/goc-cay", views.head_file, name="tree-head"),
    path("nhat-ky/nhat-quan", views.consistency_proof, name="consistency"),
    path("nhat-ky/bao-gom", views.inclusion_proof, name="inclusion"),
]
