"""Checks of outlines: one area on the globe for each commune of today, none for strangers."""

from collections.abc import Iterator
from typing import Any

from danso.catalogue.shapes.units import Units
from danso.catalogue.shaping import Reader

AREAS = frozenset(("Polygon", "MultiPolygon"))
EAST, NORTH = 180.0, 90.0


def check_outlines(units: Units, reader: Reader) -> None:
    """Every commune has exactly one outline and every outline is a commune's."""
    file = f"units/{units.files.boundaries.file}"

    def note(code: str, wrong: str, fix: str) -> None:
        reader.note(file, (), item=code, wrong=wrong, fix=fix)

    seen: set[str] = set()
    for place, feature in enumerate(_features(units)):
        code = _code(feature) or f"feature {place}"
        if code not in units.by_code:
            note(code, "no commune has this code", "Correct properties.code, or remove the feature")
        elif code in seen:
            note(code, "it has two outlines", "Join them into one MultiPolygon")
        seen.add(code)
        if not _on_the_globe(feature):
            fix = "Give a Polygon or MultiPolygon of longitude, latitude (WGS84)"
            note(code, "its outline is no area on the globe", fix)
    for code in sorted(set(units.by_code) - seen):
        note(code, "the commune has no outline", "Add a feature whose properties have this code")


def _features(units: Units) -> tuple[Any, ...]:
    features = units.boundaries.get("features")
    return tuple(features) if isinstance(features, list) else ()


def _code(feature: Any) -> str | None:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    return code if isinstance(code, str) else None


def _on_the_globe(feature: Any) -> bool:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or geometry.get("type") not in AREAS:
        return False
    points = list(_points(geometry.get("coordinates")))
    return bool(points) and all(abs(x) <= EAST and abs(y) <= NORTH for x, y in points)


def _points(coordinates: Any) -> Iterator[tuple[float, float]]:
    """Every position of nested rings; nothing for what is no list."""
    if not isinstance(coordinates, list):
        return
    if len(coordinates) >= 2 and all(isinstance(x, int | float) for x in coordinates):
        yield coordinates[0], coordinates[1]
        return
    for inner in coordinates:
        yield from _points(inner)
