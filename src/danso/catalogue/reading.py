"""Reads YAML, CSV and GeoJSON into plain values that remember their lines.

Refused is what YAML would silently change: equal keys, 071 (57), 12:30 (750), no (False).
"""

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from danso.catalogue.faults import Faults, Said

Where = tuple[str | int, ...]
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# YAML 1.1 and 1.2 readers disagree about these words, so nobody may write them bare.
DOUBTFUL_NUMBER = re.compile(r"[-+.]?[0-9][0-9a-fA-FxXoO_.:+-]*")
DOUBTFUL_WORDS = frozenset(("y", "n", "yes", "no", "on", "off"))
# Six deep and two thousand items is the most that a province's files had when this was set.
DEEPEST = 16
MOST_EVENTS = 200_000
SPECIAL_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


@dataclass(frozen=True)
class Document:
    """A file's content as plain values, with the line of every item."""

    file: Path
    value: Any
    lines: Mapping[Where, int] = field(default_factory=dict)

    def line(self, where: Where) -> int:
        """The line of the nearest enclosing item that has one (1 when none has)."""
        for end in range(len(where), -1, -1):
            if where[:end] in self.lines:
                return self.lines[where[:end]]
        return 1


class _Builder:
    """Turns YAML nodes into values; lists become tuples, doubtful scalars faults."""

    def __init__(self, file: Path, faults: Faults) -> None:
        self.file, self.faults = file, faults
        self.lines: dict[Where, int] = {}

    def build(self, node: yaml.Node, where: Where) -> Any:
        self.lines[where] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.build(item, (*where, i)) for i, item in enumerate(node.value))
        return self._scalar(node, where)

    def _mapping(self, node: yaml.MappingNode, where: Where) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._scalar(key_node, where)
            if not isinstance(key, str):
                wrong, said = f"the key {key_node.value} is not text", ("key_not_text", (f"{key}",))
                self._fault(key_node, where, wrong, "Quote it", said)
                continue
            if key in built:
                wrong, said = f"the key {key} stands twice", ("key_twice", (key,))
                self._fault(key_node, where, wrong, "Keep one (YAML keeps the last)", said)
            built[key] = self.build(value_node, (*where, key))
            self.lines[(*where, key)] = key_node.start_mark.line + 1
        return built

    def _scalar(self, node: yaml.Node, where: Where) -> Any:
        text = str(node.value)
        # A quoted scalar, or a block of text, is text whatever it looks like.
        if getattr(node, "style", None):
            return text
        if text in SPECIAL_WORDS:
            return SPECIAL_WORDS[text]
        if INTEGER.fullmatch(text):
            return int(text)
        if DECIMAL.fullmatch(text):
            return float(text)
        if ISO_DATE.fullmatch(text):
            return self._date(node, where, text)
        if not node.tag.endswith(":str") or _is_doubtful(text):
            self._fault(
                node,
                where,
                f"YAML readers silently change the bare value {text or '(empty)'}",
                "Put it in quotes if it is text" if text else "Write null, or remove the key",
                ("bare_value" if text else "bare_nothing", (text,)),
            )
        return text

    def _date(self, node: yaml.Node, where: Where, text: str) -> Any:
        try:
            return date.fromisoformat(text)
        except ValueError:
            wrong, said = f"{text} is no day of the calendar", ("no_day", (text,))
            self._fault(node, where, wrong, "Correct the date", said)
            return text

    def _fault(self, node: yaml.Node, where: Where, wrong: str, fix: str, said: Said) -> None:
        item = spell(where) or "the file"
        line = node.start_mark.line + 1
        self.faults.add(self.file, line=line, item=item, wrong=wrong, fix=fix, said=said)


def _is_doubtful(text: str) -> bool:
    return text.lower() in DOUBTFUL_WORDS or bool(DOUBTFUL_NUMBER.fullmatch(text))


def spell(where: Where) -> str:
    """The place of an item as a person writes it: goals[3].due."""
    text = ""
    for step in where:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def read_text(file: Path, faults: Faults) -> str | None:
    """The file's text, or None with the fault noted; a byte-order mark is taken off."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        fix = "Add it (see docs/how-to/bring-another-province.md)"
        faults.add(file, line=1, item="the file", wrong="it is missing", fix=fix)
    except UnicodeDecodeError as error:
        wrong = f"it is not UTF-8 (byte {error.start})"
        faults.add(file, line=1, item="the file", wrong=wrong, fix="Save it as UTF-8")
    return None


def read_yaml(file: Path, faults: Faults) -> Document | None:
    """One YAML document as plain values with lines; None, faults noted, if unreadable."""
    text = read_text(file, faults)
    return None if text is None else parse_yaml(text, file, faults)


def parse_yaml(text: str, file: Path, faults: Faults) -> Document | None:
    """As `read_yaml`, of text that need not lie in a file; faults are noted under its name."""
    try:
        if beyond := _beyond_bounds(text):
            line, wrong, fix, said = beyond
            faults.add(file, line=line, item="the file", wrong=wrong, fix=fix, said=said)
            return None
        node = yaml.compose(text, Loader=LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        wrong = f"it is not YAML: {getattr(error, 'problem', None) or error}"
        line = mark.line + 1 if mark else 1
        said = ("not_yaml", (str(getattr(error, "problem", None) or ""),))
        fix = "Mend the syntax there"
        faults.add(file, line=line, item="the file", wrong=wrong, fix=fix, said=said)
        return None
    if node is None:
        fix, wrong = "Write its items", "it is empty"
        faults.add(file, line=1, item="the file", wrong=wrong, fix=fix, said=("empty", ()))
        return None
    builder = _Builder(file, faults)
    return Document(file, builder.build(node, ()), builder.lines)


def _beyond_bounds(text: str) -> tuple[int, str, str, Said] | None:
    """Line, wrong, fix and code of an alias, or of where it goes too deep or too far.

    Told from the events: composing recurses, in C, and takes the process with it.
    """
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=LOADER)):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            fix = "Write the value out at each place"
            return line, "it uses a YAML alias (*name)", fix, ("alias", ())
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            wrong, said = f"it is nested more than {DEEPEST} deep", ("too_deep", (str(DEEPEST),))
            return line, wrong, "Write it flatter", said
        if count > MOST_EVENTS:
            wrong, said = f"it has more than {MOST_EVENTS} items", ("too_many", (str(MOST_EVENTS),))
            return line, wrong, "Split it", said
    return None


def read_csv(file: Path, faults: Faults) -> Document | None:
    """A CSV with a header row, as a tuple of {column: text}; every cell stays text."""
    text = read_text(file, faults)
    if text is None:
        return None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, [])
        if len(header) == 1 and (other := next((one for one in ";\t|" if one in header[0]), "")):
            name = {"\t": "tabs"}.get(other, other)
            wrong = f"its cells stand between {name}, not commas"
            fix = "Save it as CSV with commas (UTF-8)"
            faults.add(file, line=1, item="the header", wrong=wrong, fix=fix)
            return None
        if len(set(header)) != len(header) or not all(header):
            wrong = "a column name is empty or stands twice"
            faults.add(file, line=1, item="the header", wrong=wrong, fix="Give each its own name")
            return None
        rows, lines = _rows(file, reader, header, faults)
    except csv.Error as error:
        line = reader.line_num
        faults.add(
            file, line=line, item="the row", wrong=f"not CSV: {error}", fix="Mend the quotes"
        )
        return None
    return Document(file, tuple(rows), lines)


def _rows(
    file: Path, reader: Any, header: list[str], faults: Faults
) -> tuple[list[dict[str, str]], dict[Where, int]]:
    rows: list[dict[str, str]] = []
    lines: dict[Where, int] = {(): 1}
    for cells in reader:
        if len(cells) != len(header):
            wrong = f"{len(cells)} cells where the header has {len(header)}"
            fix = "Add or remove cells; quote a cell that holds a comma"
            faults.add(file, line=reader.line_num, item="the row", wrong=wrong, fix=fix)
            continue
        lines[(len(rows),)] = reader.line_num
        rows.append(dict(zip(header, cells, strict=True)))
    return rows, lines


def read_json(file: Path, faults: Faults) -> Document | None:
    """A JSON (GeoJSON) file as plain values."""
    text = read_text(file, faults)
    if text is None:
        return None
    try:
        return Document(file, json.loads(text))
    except json.JSONDecodeError as error:
        wrong = f"it is not JSON: {error.msg}"
        faults.add(file, line=error.lineno, item="the file", wrong=wrong, fix="Mend it there")
        return None
