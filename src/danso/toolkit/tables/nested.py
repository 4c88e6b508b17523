"""Rows whose values lie in each other (JSON, XML), as texts by dotted path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from danso.kernel.errors import InvalidValue
from danso.toolkit.tables.header import tidied
from danso.toolkit.tables.lines import Fault
from danso.toolkit.tables.tables import ROWS_AT_ONCE, Piece, Wanted, text_frame

# Between the values of a path that a row holds more than once.
SEVERAL: Final = "; "
MOST_PATHS: Final = 300
DEEPEST: Final = 8

Texts = Mapping[str, str]


def flat(row: Mapping[str, Any]) -> dict[str, str]:
    """Every value of a JSON object as text, by its path; null and empty as the empty text."""
    found: dict[str, str] = {}
    _flatten(row, "", found, 0)
    return found


def _flatten(value: Any, path: str, found: dict[str, str], depth: int) -> None:
    if isinstance(value, Mapping) and depth < DEEPEST:
        for name, inner in value.items():
            _flatten(inner, f"{path}.{name}" if path else str(name), found, depth + 1)
    elif isinstance(value, list) and depth < DEEPEST:
        for inner in value:
            _flatten(inner, path, found, depth + 1)
        found.setdefault(path, "")
    elif len(found) < MOST_PATHS or path in found:
        shown = text_of(value)
        before = found.get(path)
        found[path] = f"{before}{SEVERAL}{shown}" if before and shown else before or shown


def text_of(value: Any) -> str:
    """A JSON value as the text that stood there; null is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


@dataclass
class Picker:
    """Finds the wanted columns in rows of texts by path, and remembers which paths it met."""

    wanted: Wanted
    _tidied: dict[str, str] = field(default_factory=dict)
    _names: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self._names = {name: tuple(map(tidied, paths)) for name, paths in self.wanted.items()}

    def pick(self, texts: Texts) -> list[str]:
        """The wanted values in order: of each the first path that has one."""
        known: dict[str, str] = {}
        for path, value in texts.items():
            known.setdefault(self._tidy(path), value)
        return [
            next((known[path] for path in paths if known.get(path)), "")
            for paths in self._names.values()
        ]

    def _tidy(self, path: str) -> str:
        found = self._tidied.get(path)
        if found is None:
            if len(self._tidied) > 100 * MOST_PATHS:
                self._tidied.clear()
            found = self._tidied[path] = tidied(path)
        return found


def pieces_of(rows: Iterable[tuple[int, Texts | str]], wanted: Wanted) -> Iterator[Piece]:
    """Pieces of rows with their numbers; a row that is a code instead is a faulty one.

    Where `rows` breaks off, what came before it comes first, then its InvalidValue.
    """
    picker = Picker(wanted)
    source = iter(rows)
    end: InvalidValue | None = None
    while end is None:
        kept: list[list[str]] = []
        lines: list[int] = []
        faults: list[Fault] = []
        try:
            for line, row in islice(source, ROWS_AT_ONCE):
                if isinstance(row, str):
                    faults.append(Fault(line, row))
                else:
                    kept.append(picker.pick(row))
                    lines.append(line)
        except InvalidValue as error:
            end = error
        if not (kept or faults):
            break
        last = max(lines[-1] if lines else 0, faults[-1].line if faults else 0)
        yield _piece(wanted, kept, lines, faults, last)
    if end is not None:
        raise end


def _piece(
    wanted: Wanted,
    rows: Sequence[Sequence[str]],
    lines: Sequence[int],
    faults: Sequence[Fault],
    last: int,
) -> Piece:
    columns = [[row[place] for row in rows] for place in range(len(wanted))]
    return Piece(text_frame(dict(zip(wanted, columns, strict=True)), lines), tuple(faults), last)


def paths_of(rows: Iterable[Texts | str]) -> tuple[str, ...]:
    """The paths that these rows have, in the order in which they came."""
    found: dict[str, None] = {}
    for row in rows:
        if not isinstance(row, str):
            found.update(dict.fromkeys(row))
    return tuple(found)[:MOST_PATHS]
