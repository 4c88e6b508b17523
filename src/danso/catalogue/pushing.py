"""What a home says of its sources beside their descriptions: whose owners send their records to it,
whichever way the province describes them to come."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from danso.catalogue.province import Province
from danso.catalogue.shapes.sources import PushTransport, Transport

Holds = Literal["everything", "changes"]
# In the home's files, written by `danso source setup`. Codes only: every process may read it.
FILE = "pushed.json"


class HomePush(PushTransport):
    """Sent by its owner because this home says so. `described`: how the description has it come.
    Never in a province's files."""

    described: Transport


def read_pushed(files: Path) -> dict[str, Holds]:
    """Codes of sources that the home whose files these are is sent, and what a sweep of each holds;
    empty where it said nothing."""
    try:
        told: dict[str, Holds] = json.loads((files / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return told


def with_pushed(province: Province, told: Mapping[str, Holds]) -> Province:
    """The province in which these sources are sent by their owners. Sources that it does not
    describe, or describes as sent already, stay as they are."""
    changed = {
        code: source.model_copy(
            update={
                "transport": HomePush(kind="push", holds=told[code], described=source.transport),
                # Nobody asks for what is sent.
                "schedule": None,
            }
        )
        for code, source in province.sources.items()
        if code in told and source.transport.kind != "push"
    }
    if not changed:
        return province
    made = province.model_copy(update={"sources": {**province.sources, **changed}})
    # Worked out before; the only one that hangs on how records come.
    made.__dict__.pop("pushed", None)
    return made
