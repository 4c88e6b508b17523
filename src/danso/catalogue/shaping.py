"""Turns read files into shapes, and every mismatch into a fault with its line and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from danso.catalogue.faults import Faults
from danso.catalogue.reading import Document, Where, read_csv, read_json, read_yaml, spell
from danso.catalogue.shapes.base import Shape

S = TypeVar("S", bound=Shape)
STRAY = "Correct its name (see docs/how-to/bring-another-province.md), or remove it"


@dataclass(frozen=True)
class Shaped(Generic[S]):
    """A file's shape, or nothing when its faults were noted: raise those first."""

    name: str
    found: S | None

    @property
    def value(self) -> S:
        """The shape; LookupError when the file had faults."""
        if self.found is None:
            raise LookupError(self.name)
        return self.found


class Reader:
    """Reads files of one folder into shapes and notes what doesn't fit."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults = Faults(root)
        self.documents: dict[str, Document] = {}
        self._asked: set[str] = set()

    def shape(self, name: str, shape: type[S]) -> Shaped[S]:
        """A YAML file as `shape`; faults are noted when it doesn't fit."""
        before = len(self.faults.found)
        document = self._keep(name, read_yaml(self.root / name, self.faults))
        if document is None or len(self.faults.found) > before:
            return Shaped(name, None)
        try:
            return Shaped(name, shape.model_validate(document.value))
        except ValidationError as error:
            self._note(document, error, ())
            return Shaped(name, None)

    def folder(
        self, folder: str, shape: type[S], *, is_needed: bool = True
    ) -> tuple[Shaped[S], ...]:
        """One shape per YAML file of a folder, in the order of their names; one must be there
        where the folder is needed."""
        names = sorted(file.name for file in (self.root / folder).glob("*.yaml"))
        if not names and is_needed:
            self.faults.add(
                self.root / folder,
                line=1,
                item="the folder",
                wrong="it is missing, or holds no .yaml file",
                fix="Add it (see docs/how-to/bring-another-province.md)",
            )
        return tuple(self.shape(f"{folder}/{name}", shape) for name in names)

    def rows(self, name: str, shape: type[S]) -> tuple[S, ...]:
        """A CSV file as a tuple of `shape`; rows that don't fit are noted and left out."""
        document = self._keep(name, read_csv(self.root / name, self.faults))
        if document is None or not self._knows_columns(document, shape):
            return ()
        rows: list[S] = []
        for index, cells in enumerate(document.value):
            filled = {key: text for key, text in cells.items() if text != ""}
            try:
                rows.append(shape.model_validate_strings(filled, strict=True))
            except ValidationError as error:
                self._note(document, error, (index,))
        return tuple(rows)

    def _knows_columns(self, document: Document, shape: type[Shape]) -> bool:
        """Whether the header fits; said once at the header, not at every row."""
        known = list(shape.model_fields)
        header = list(document.value[0]) if document.value else known
        strange = [column for column in header if column not in known]
        for column in strange:
            wrong = f"the column {column} is not known here"
            self.faults.add(
                document.file,
                line=1,
                item="the header",
                wrong=wrong,
                fix=f"Correct its name; the columns are {', '.join(known)}",
            )
        return not strange

    def json(self, name: str) -> Mapping[str, Any]:
        """A JSON file as a mapping; empty, with the fault noted, when it can't be read."""
        document = self._keep(name, read_json(self.root / name, self.faults))
        return document.value if document and isinstance(document.value, dict) else {}

    def line(self, name: str, where: Where = ()) -> int:
        """The line of an item in a file already read."""
        document = self.documents.get(name)
        return document.line(where) if document else 1

    def note(self, name: str, where: Where, *, item: str, wrong: str, fix: str) -> None:
        """Note a fault of a cross-check at an item's line."""
        line = self.line(name, where)
        self.faults.add(self.root / name, line=line, item=item, wrong=wrong, fix=fix)

    def note_strays(self) -> None:
        """Note every file that nothing has asked for: a misspelt name would say nothing."""
        for file in sorted(self.root.rglob("*")):
            name = file.relative_to(self.root)
            is_ours = name.suffix == ".md" or any(part.startswith(".") for part in name.parts)
            if file.is_dir() or is_ours or name.as_posix() in self._asked:
                continue
            wrong = "no file of a province is called so, and nothing reads it"
            self.faults.add(file, line=1, item="the file", wrong=wrong, fix=STRAY)

    def _keep(self, name: str, document: Document | None) -> Document | None:
        self._asked.add(name)
        if document is not None:
            self.documents[name] = document
        return document

    def _note(self, document: Document, error: ValidationError, within: Where) -> None:
        note_misfit(self.faults, document, error, within)


def note_misfit(
    faults: Faults, document: Document, error: ValidationError, within: Where = ()
) -> None:
    """Note every place where a document does not fit its shape."""
    for problem in error.errors(include_url=False, include_input=True):
        where = (*within, *problem["loc"])
        faults.add(
            document.file,
            line=document.line(where),
            item=spell(where) or "the file",
            wrong=_wrong(problem["type"], problem["msg"], problem.get("input")),
            fix=_FIXES.get(problem["type"], "Write it as the schema beside the file says"),
            said=(f"shape_{problem['type']}", _about(problem)),
        )


_FIXES = {
    "missing": "Add the key",
    "extra_forbidden": "Remove the key, or correct its spelling",
    "string_type": "Put the value in quotes",
    "string_pattern_mismatch": "Write it in the form shown",
    "literal_error": "Use one of the values named",
    "date_type": "Write a date as 2022-12-31, without quotes",
}


def _about(problem: Mapping[str, Any]) -> tuple[str, ...]:
    """What was given, and what was expected where that is a list or a form."""
    context = problem.get("ctx", {})
    expected = context.get("expected", context.get("pattern", context.get("error", "")))
    return _short(problem.get("input")), str(expected)


def _short(given: object) -> str:
    shown = repr(given)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _wrong(kind: str, message: str, given: object) -> str:
    if kind in {"missing", "extra_forbidden"}:
        return "the key is missing" if kind == "missing" else "no such key is known here"
    return f"{message} (here {_short(given)})"
