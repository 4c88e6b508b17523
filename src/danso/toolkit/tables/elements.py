"""XML of repeated elements: which of them are the rows is told by the paths that are known."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from danso.toolkit.tables.files import Format, unreadable
from danso.toolkit.tables.header import tidied
from danso.toolkit.tables.nested import pieces_of
from danso.toolkit.tables.tables import Piece, Wanted
from danso.wire.flattening import DEEPEST, MOST_PATHS, Gathering, Texts, below

# Elements looked at to find out which are the rows; a row longer than this is none.
_SAMPLE_ELEMENTS: Final = 20_000
_MOST_IN_A_ROW: Final = 10_000
_MOST_DEPTH: Final = 32

Steps = tuple[str, ...]


@dataclass
class _Seen:
    """What lies below elements of one path: its own paths, and how often the element came."""

    paths: dict[str, None] = field(default_factory=dict)
    count: int = 0


@dataclass(frozen=True)
class ElementTable:
    """An XML file whose rows are the elements at `at`."""

    path: Path
    at: Steps
    headings: tuple[str, ...]
    format: Format = "xml"

    def read(self, wanted: Wanted, *, after: int = 0) -> Iterator[Piece]:
        """Its rows behind a row, counted from 1. InvalidValue `xml_broken` where it breaks off;
        the rows before that have come."""
        return pieces_of(self._rows(after), wanted)

    def _rows(self, after: int) -> Iterator[tuple[int, Texts | str]]:
        count = 0
        for open_path, element, parent in _ended(self.path):
            if open_path != self.at:
                continue
            count += 1
            if count > after:
                yield count, _texts(element)
            if parent is not None:
                parent.clear()


def open_element_table(path: Path, known: Collection[str]) -> ElementTable:
    """The XML file; `known`: paths that a row is expected to have."""
    seen: dict[Steps, _Seen] = {}
    try:
        _look(path, seen)
    except UnicodeError as error:
        raise _broken(path) from error
    wanted = frozenset(map(tidied, known))
    if not seen:
        raise _broken(path)

    def rank(at: Steps) -> tuple[int, int]:
        hits = sum(tidied(below) in wanted for below in seen[at].paths)
        return hits, seen[at].count

    best = max(seen, key=rank)
    return ElementTable(path, best, tuple(seen[best].paths)[:MOST_PATHS])


def _look(path: Path, seen: dict[Steps, _Seen]) -> None:
    for looked, (open_path, element, parent) in enumerate(_ended(path)):
        if len(element) or element.attrib:
            texts = _texts(element)
            if not isinstance(texts, str):
                one = seen.setdefault(open_path, _Seen())
                one.count += 1
                one.paths.update(dict.fromkeys(texts))
        if looked >= _SAMPLE_ELEMENTS:
            return
        if parent is not None and len(parent) > _MOST_IN_A_ROW:
            parent.clear()


def _ended(path: Path) -> Iterator[tuple[Steps, Element, Element | None]]:
    """Each element as it ends: its path of names, itself, its parent."""
    names: list[str] = []
    parents: list[Element] = []
    try:
        for event, element in iterparse(str(path), events=("start", "end"), forbid_dtd=True):
            if event == "start":
                names.append(_local(element.tag))
                parents.append(element)
                if len(names) > _MOST_DEPTH:
                    raise _too_deep(path)
                continue
            at = tuple(names)
            names.pop()
            parents.pop()
            yield at, element, parents[-1] if parents else None
    except DefusedXmlException as error:
        raise unreadable(
            f"{path.name} declares entities or a document type.",
            code="xml_forbidden",
            fix="Data has none; ask the sender for a clean file.",
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        raise _broken(path) from error


def _texts(element: Element) -> Texts | str:
    """Texts below an element by path, attributes too; or why it is no row."""
    found = Gathering()
    _gather(element, "", found, 0)
    return found.texts()


def _gather(element: Element, path: str, found: Gathering, depth: int) -> None:
    _attributes(element, path, found)
    for child in element:
        inside = below(path, _local(child.tag))
        if inside is None:
            continue
        if len(child) and depth < DEEPEST:
            _gather(child, inside, found, depth + 1)
        else:
            found.add(inside, (child.text or "").strip())
            _attributes(child, inside, found)


def _attributes(element: Element, path: str, found: Gathering) -> None:
    for name, value in element.attrib.items():
        inside = below(path, _local(name))
        if inside is not None:
            found.add(inside, value.strip())


def _local(name: str) -> str:
    """Without its namespace: senders differ in it."""
    return str(name).rpartition("}")[2]


def _too_deep(path: Path) -> Exception:
    return unreadable(
        f"{path.name} has elements more than {_MOST_DEPTH} deep.",
        code="xml_too_deep",
        fix="A list has none; ask the sender for one that is flatter.",
    )


def _broken(path: Path) -> Exception:
    return unreadable(
        f"{path.name} is malformed, cut off, or has no elements.",
        code="xml_broken",
        fix="Ask for the whole file: what is in already is not doubled.",
    )
