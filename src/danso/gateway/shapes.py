"""Where a body is wrong and how, in plain words and never with its values."""

from __future__ import annotations

import re
from typing import Final

from danso.wire.envelope import IN

_FIELD: Final = re.compile(r"(missing required|contains unknown) field `([^`]*)`")
_KINDS: Final = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
_LENGTH: Final = re.compile(r"Expected `(str|array)` of length (>=|<=) (\d+)")
_BOUND: Final = re.compile(r"Expected `int` (>=|<=) (-?\d+)")
_SIDES: Final = {">=": "at least", "<=": "at most"}


def place_and_words(error: str) -> tuple[str, str]:
    """The place (`$` is the whole body) and what is wrong there, of a decoder's message."""
    said, _, place = error.rpartition(" - at ")
    reason, _, field = (said or error).partition(IN)
    at = ".".join(filter(None, (place.strip("`") if said else "$", field.strip("`"))))
    if found := _FIELD.search(reason):
        how = "is missing" if found[1] == "missing required" else "is not known here"
        return f"{at}.{found[2]}", f"This field {how}."
    return at, _plain(reason)


def _plain(reason: str) -> str:
    if found := _LENGTH.fullmatch(reason):
        unit = "characters" if found[1] == "str" else "items"
        return f"Expected {_SIDES[found[2]]} {found[3]} {unit}."
    if found := _BOUND.fullmatch(reason):
        return f"Expected a whole number of {_SIDES[found[1]]} {found[2]}."
    if reason.startswith("Expected `str` matching regex"):
        return "Expected text of another form; see /v1/openapi.json."
    if reason.startswith("Invalid enum value"):
        return "Expected one of the values in /v1/openapi.json."
    plain = re.sub(r"`([a-z]+)( \| [a-z]+)*`", _kinds, reason)
    return plain if plain.endswith(".") else plain + "."


def _kinds(found: re.Match[str]) -> str:
    kinds = found[0].strip("`").split(" | ")
    return " or ".join(_KINDS.get(kind, kind) for kind in kinds)
