"""A hosted register from text that was typed, checked beside the province it is to belong to."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from danso.catalogue.checks.hosted import register_findings
from danso.catalogue.faults import Faults
from danso.catalogue.province import Province
from danso.catalogue.reading import Document, parse_yaml, spell
from danso.catalogue.shapes.hosted import Register
from danso.catalogue.shaping import note_misfit

# In letters; several times the longest there is.
LONGEST_TEXT: Final = 100_000


def read_register(text: str, province: Province, others: Mapping[str, Register]) -> Register:
    """The register that a YAML text describes, of the same shape as a file of registers/.

    `others`: the registers there are beside it. Raises CatalogueError with every fault: line, item,
    what is wrong, what to do.
    """
    faults = Faults(Path())
    document = _document(text, faults)
    register = _shaped(document, faults)
    beside = {**others, register.code: register}
    known = province.model_copy(update={"registers": beside})
    for one in register_findings(known, register):
        faults.add(
            document.file,
            line=document.line(one.where),
            item=spell(one.where),
            wrong=one.wrong,
            fix=one.fix,
            said=one.said,
        )
    faults.raise_any()
    return register


def shape_register(text: str) -> Register:
    """A register's text that was checked once, read again: its shape only. CatalogueError."""
    faults = Faults(Path())
    return _shaped(_document(text, faults), faults)


def _document(text: str, faults: Faults) -> Document:
    file = Path("register.yaml")
    if len(text) > LONGEST_TEXT:
        wrong = f"it is longer than {LONGEST_TEXT} letters"
        faults.add(file, line=1, item="the file", wrong=wrong, fix="Describe fewer fields")
    faults.raise_any()
    document = parse_yaml(text, file, faults)
    faults.raise_any()
    if document is None:
        raise LookupError("a text without a document has faults")
    return document


def _shaped(document: Document, faults: Faults) -> Register:
    try:
        return Register.model_validate(document.value)
    except ValidationError as error:
        note_misfit(faults, document, error)
    faults.raise_any()
    raise LookupError("a misfit was noted")
