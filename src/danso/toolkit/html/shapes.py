"""The province's boundaries for maps: one compressed file, kept by browsers while unchanged."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from danso.toolkit.permission import public
from danso.toolkit.platform import province


@dataclass(frozen=True, slots=True)
class Shapes:
    """The file in both forms, and the digest that is its version."""

    plain: bytes
    packed: bytes
    version: str


@cache
def _shapes() -> Shapes:
    collection = province().units.boundaries
    plain = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
    version = hashlib.sha256(plain).hexdigest()[:12]
    return Shapes(plain, gzip.compress(plain, 9, mtime=0), version)


def unit_shapes_url() -> str:
    """Where the GeoJSON of today's communes is (AreaMap(shapes=...)); joined by `code`."""
    return f"{reverse('html:unit-shapes')}?v={_shapes().version}"


@public
def unit_shapes(request: HttpRequest) -> HttpResponse:
    """Boundaries are nobody's personal data: public, and cacheable for ever under their version."""
    found = _shapes()
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    answer = HttpResponse(found.packed if packed else found.plain, content_type="application/json")
    if packed:
        answer["Content-Encoding"] = "gzip"
    kept = request.GET.get("v") == found.version
    answer["Cache-Control"] = "public, max-age=31536000, immutable" if kept else "no-cache"
    answer["Vary"] = "Accept-Encoding"
    return answer
