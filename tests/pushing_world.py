"""The teahouse with a source whose owner sends its records, for tests of pushing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

from tests.exchange_world import TEAHOUSE

SOURCE: Final = "cups"
OWNER: Final = "kettle-office"
_CUPS: Final = """code: cups
vi: Sổ chén
en: Register of cups
database: kettles
owner: kettle-office
road: own
due: 2026-12-31
rhythm_days: 1
transport: {{kind: push, holds: {holds}}}
key: cup
fields:
  - {{code: cup, vi: Chén, en: Cup, columns: [CUP, cup.no], kind: text, required: true,
     basis: law, sensitivity: basic}}
  - {{code: keeper, vi: Chủ chén, en: Keeper, columns: [NAME], kind: name, term: full_name,
     basis: law, sensitivity: basic}}
  - {{code: born, vi: Ngày sinh, en: Born, columns: [BORN], kind: date, term: birth,
     basis: law, sensitivity: basic}}
retention: quarantine
basis: assumed
cites: [U.1]
"""


def pushing_teahouse(folder: Path, holds: str = "everything") -> Path:
    """A copy of the teahouse in which cups are sent to the gateway."""
    made = folder / holds / "teahouse"
    shutil.copytree(TEAHOUSE, made)
    (made / "sources" / f"{SOURCE}.yaml").write_text(_CUPS.format(holds=holds), encoding="utf-8")
    purposes = made / "purposes.yaml"
    text = purposes.read_text(encoding="utf-8")
    purposes.write_text(text.replace("correction]", "correction, push]", 1), encoding="utf-8")
    return made


def cup(number: int, name: str = "Nguyễn Văn Ấm") -> dict[str, str]:
    """One record as its owner writes it."""
    return {"CUP": f"C{number}", "NAME": name, "BORN": "1984-03-21"}
