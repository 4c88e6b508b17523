"""Routes of the posts of a person."""

from django.urls import URLPattern, path

from danso.screens.posts import keys, views

app_name = "posts"

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("<int:post>/mo/", views.open_one, name="open"),
    path("dong/", views.close, name="close"),
    path("khoa/them/", keys.add, name="key-add"),
    path("khoa/<int:key>/bo/", keys.remove, name="key-remove"),
    path("xac-nhan/", views.again, name="again"),
]
