"""Nine made-up areas for the gallery's map: no real place."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, JsonResponse

from danso.toolkit.html.gallery import demo_only
from danso.toolkit.permission import public


def _square(code: str, x: int, y: int) -> dict[str, Any]:
    west, south = 105 + x / 10, 20 - y / 10
    ring = [
        [west, south],
        [west + 0.1, south + 0.01],
        [west + 0.1, south + 0.11],
        [west, south + 0.1],
        [west, south],
    ]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


@public
@demo_only
def shapes(request: HttpRequest) -> JsonResponse:
    """A three by three board as GeoJSON."""
    squares = [_square(f"A{x}{y}", x, y) for x in range(3) for y in range(3)]
    return JsonResponse({"type": "FeatureCollection", "features": squares})
