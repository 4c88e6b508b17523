"""The values of a row that lie in each other (JSON, XML) as texts by dotted path.

Gateway and worker read a record through this, so that neither takes what the other can't, and no
record costs more than its length.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# Between the values of a path that a row holds more than once.
SEVERAL: Final = "; "
DEEPEST: Final = 8
MOST_PATHS: Final = 300
# In letters. What lies under a longer path is left out: no column is called that.
LONGEST_PATH: Final = 200
MOST_VALUES: Final = 20_000
TOO_LARGE: Final = "row_too_large"

Texts = Mapping[str, str]


class Gathering:
    """The texts of one row as they are met, joined once at the end."""

    __slots__ = ("_found", "_values")

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}
        self._values = 0

    def add(self, path: str, text: str) -> None:
        """Keep a text; an empty one only tells that its path is there."""
        self._values += 1
        known = self._found.get(path)
        if known is None and len(self._found) < MOST_PATHS:
            known = self._found[path] = []
        if text and known is not None and self._values <= MOST_VALUES:
            known.append(text)

    def texts(self) -> Texts | str:
        """Every text by its path; `row_too_large` where a row has more values than a row has."""
        if self._values > MOST_VALUES:
            return TOO_LARGE
        return {path: SEVERAL.join(texts) for path, texts in self._found.items()}


def below(path: str, name: str) -> str | None:
    """The path of a member, None where it is too long."""
    if len(path) + len(name) >= LONGEST_PATH:
        return None
    return f"{path}.{name}" if path else name


def flat(row: Any) -> Texts | str:
    """Every value of a JSON object as text, by its path; null and empty as the empty text.

    Or the code of its fault: `row_not_object`, `row_too_large`. What lies deeper than eight levels
    is left out, and so is what lies under more than 300 paths.
    """
    if not isinstance(row, Mapping):
        return "row_not_object"
    found = Gathering()
    _flatten(row, "", found, 0)
    return found.texts()


def _flatten(value: Any, path: str, found: Gathering, depth: int) -> None:
    if not isinstance(value, Mapping | list):
        found.add(path, _text_of(value))
    elif depth >= DEEPEST:
        found.add(path, "")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            inside = below(path, str(name))
            if inside is not None:
                _flatten(inner, inside, found, depth + 1)
    else:
        for inner in value:
            _flatten(inner, path, found, depth + 1)
        found.add(path, "")


def _text_of(value: Any) -> str:
    """A JSON value as the text that stood there; null is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
