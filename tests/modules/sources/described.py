"""Sources as their description files say, made for connectors to be tried on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from danso.catalogue.shapes.sources import Source
from danso.modules.sources.adapters.port import Batch, Checkpoint, Connector


def _field(code: str, *columns: str, kind: str = "text", required: bool = False) -> dict[str, Any]:
    return {
        "code": code,
        "vi": code,
        "en": code,
        "columns": columns,
        "kind": kind,
        "required": required,
        "basis": "law",
        "sensitivity": "basic",
    }


def source(**transport: Any) -> Source:
    """Kettles and their keepers, carried by this transport."""
    return Source.model_validate(
        {
            "code": "kettles",
            "vi": "Ấm",
            "en": "Kettles",
            "database": "kettles",
            "owner": "kettle-office",
            "road": "own",
            "due": "2026-01-31",
            "rhythm_days": 7,
            "transport": transport,
            "key": "kettle",
            "fields": (
                _field("kettle", "MA_AM", "AM", required=True),
                _field("keeper", "TEN_CHU_AM_DAY_DU", "HO_TEN", "chu.ten"),
                _field("born", "NGAY_SINH", kind="date"),
                _field("updated_at", "CAP_NHAT"),
            ),
            "facts": (),
            "retention": "source-record",
            "basis": "assumed",
            "cites": ("I.A.2022.1",),
        },
        strict=False,
    )


def rows_of(batches: Iterable[Batch]) -> list[dict[str, Any]]:
    """All rows of these batches."""
    frames = [batch.rows for batch in batches]
    return pl.concat(frames).drop("line").to_dicts() if frames else []


def kettles_of(batches: Iterable[Batch]) -> list[str]:
    """The keys of these batches' rows, in order."""
    return [str(row["kettle"]) for row in rows_of(batches)]


def pull_killed_after(
    connector: Connector, since: Checkpoint | None, batches: int
) -> tuple[list[Batch], Checkpoint | None]:
    """What was stored before the process died: so many batches, and the last checkpoint."""
    kept: list[Batch] = []
    for batch in connector.pull(since):
        if len(kept) == batches:
            break
        kept.append(batch)
        since = batch.after
    return kept, since
