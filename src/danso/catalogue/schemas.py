"""JSON Schemas of a province's YAML files, so that editors complete and check while one types.

Run `python -m danso.catalogue.schemas provinces/schemas` to write them.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from danso.catalogue.shapes.base import Shape
from danso.catalogue.shapes.calendar import Year
from danso.catalogue.shapes.courts import Courts
from danso.catalogue.shapes.hosted import Register
from danso.catalogue.shapes.identity import Identity
from danso.catalogue.shapes.names import Composition, Names
from danso.catalogue.shapes.people import Fields, Numbers, Purposes, RetentionRules
from danso.catalogue.shapes.plan import NotBuilt, PlanFile
from danso.catalogue.shapes.procedures import Desk, Papers, Procedure
from danso.catalogue.shapes.registers import Agencies, CodeListFile, Database
from danso.catalogue.shapes.rights import Rights
from danso.catalogue.shapes.sources import Source
from danso.catalogue.shapes.units import UnitFiles

SHAPES: Mapping[str, type[Shape]] = {
    "province": Identity,
    "units": UnitFiles,
    "numbers": Numbers,
    "agencies": Agencies,
    "clauses": PlanFile,
    "not_built": NotBuilt,
    "database": Database,
    "source": Source,
    "register": Register,
    "procedure": Procedure,
    "papers": Papers,
    "desk": Desk,
    "code_lists": CodeListFile,
    "fields": Fields,
    "purposes": Purposes,
    "retention": RetentionRules,
    "courts": Courts,
    "rights": Rights,
    "calendar": Year,
    "names": Names,
    "composition": Composition,
}


def schema_texts() -> dict[str, str]:
    """File name to text of every schema."""
    return {f"{name}.json": _text(shape) for name, shape in SHAPES.items()}


def _text(shape: type[Shape]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= shape.model_json_schema(by_alias=True)
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write(folder: Path) -> None:
    """Write every schema into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema_texts().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
