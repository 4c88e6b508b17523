"""The schemas editors use are those of the shapes, and every file names its own."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from danso.catalogue.faults import Faults
from danso.catalogue.reading import read_yaml
from danso.catalogue.schemas import SHAPES, schema_texts
from tests.catalogue.conftest import ROOT, THANH_HOA

SCHEMAS = ROOT / "provinces" / "schemas"
FILES = sorted(THANH_HOA.rglob("*.yaml"))
HEADER = re.compile(r"# yaml-language-server: \$schema=(\S+)\n")


def test_the_schemas_are_up_to_date() -> None:
    on_disk = {file.name: file.read_text(encoding="utf-8") for file in SCHEMAS.glob("*.json")}
    assert on_disk == schema_texts(), "run: python -m danso.catalogue.schemas provinces/schemas"


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(THANH_HOA)))
def test_every_file_fits_the_schema_it_names(file: Path) -> None:
    header = HEADER.match(file.read_text(encoding="utf-8"))
    assert header, "the first line names the schema for editors"
    named = (file.parent / header.group(1)).resolve()
    assert named.parent == SCHEMAS
    assert named.stem in SHAPES
    faults = Faults(file.parent)
    document = read_yaml(file, faults)
    assert document is not None
    jsonschema.validate(_as_json(document.value), json.loads(named.read_text(encoding="utf-8")))


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, tuple):
        return [_as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
