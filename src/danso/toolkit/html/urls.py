"""Routes that belong to the page's own surroundings: the language switch, the gallery of macros."""

from django.urls import path
from django.views.i18n import set_language

from danso.toolkit.html.gallery import gallery, gallery_live
from danso.toolkit.html.gallery_shapes import shapes
from danso.toolkit.html.shapes import unit_shapes
from danso.toolkit.permission import public

app_name = "html"

urlpatterns = [
    path("ngon-ngu", public(set_language), name="language"),
    path("ban-do/don-vi.json", unit_shapes, name="unit-shapes"),
    path("gallery", gallery, name="gallery"),
    path("gallery/live", gallery_live, name="gallery-live"),
    path("gallery/shapes.json", shapes, name="gallery-shapes"),
]
