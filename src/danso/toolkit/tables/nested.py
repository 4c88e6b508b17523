"""Columns picked out of rows whose values lie in each other, read as texts by dotted path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from danso.kernel.errors import InvalidValue
from danso.toolkit.tables.header import tidied
from danso.toolkit.tables.lines import Fault
from danso.toolkit.tables.tables import ROWS_AT_ONCE, Piece, Wanted, text_frame
from danso.wire.flattening import MOST_PATHS, Texts


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
