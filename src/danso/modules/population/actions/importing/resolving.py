"""A steward decides about a row in quarantine: loaded with other values, or dismissed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import polars as pl

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.population.actions.importing.meeting_people import Newcomers
from danso.modules.population.actions.importing.stretch import ready_rows
from danso.modules.population.actions.importing.tally import Job, Tally
from danso.modules.population.actions.ledger import Ledger, carried_out
from danso.modules.population.data import (
    REASONS,
    Grounds,
    PersonRecorded,
    QuarantinedRow,
    Resolution,
    Scope,
)
from danso.modules.population.engine.importing import words
from danso.modules.population.engine.importing.cleaning import Cleaner, Habits
from danso.modules.population.engine.importing.inputs import inputs_from_catalogue
from danso.modules.population.models import Import, Quarantined
from danso.modules.population.queries.imports import find_quarantined, row_of
from danso.modules.population.rules import check_may_change
from danso.toolkit.platform import platform, province


def resolve_quarantine(
    key: UUID, resolution: Resolution, *, actor: Actor, grounds: Grounds, scope: Scope
) -> QuarantinedRow:
    with carried_out("resolve_quarantine", actor=actor, grounds=grounds) as ledger:
        _check(resolution)
        check_may_change(platform().register_mode, actor)
        row = find_quarantined(key, scope, lock=True)
        if row is None:
            raise NotFound(
                "No such row is in quarantine.",
                code="quarantine_not_found",
                fix="Look at the list again; it may be another commune's.",
            )
        if row.state != "waiting":
            raise Conflict(
                "Somebody has decided about this row already.",
                code="quarantine_decided",
                fix="Look at the list again.",
            )
        if resolution.decision == "load":
            _load(row, resolution, ledger, actor=actor, grounds=grounds)
        row.state = "loaded" if resolution.decision == "load" else "dismissed"
        row.resolved_at = clock.now()
        row.resolved_by = actor.id
        row.resolution = resolution.reason
        row.save(update_fields=["state", "resolved_at", "resolved_by", "resolution"])
        ledger.fields = tuple(sorted(resolution.values))
        ledger.detail = {"row": str(row.key), "decision": resolution.decision, "was": row.reason}
    return row_of(row)


def _check(resolution: Resolution) -> None:
    if not resolution.reason.strip():
        raise InvalidValue(
            "A decision needs a reason.", code="reason_missing", fix="Say why, in a few words."
        )
    strange = sorted(set(resolution.values) - set(words.COLUMNS))
    if strange:
        raise InvalidValue(
            f"The register knows no column {', '.join(strange)}.",
            code="column_unknown",
            fix=f"Use: {', '.join(words.COLUMNS)}.",
        )


def _load(
    row: Quarantined, resolution: Resolution, ledger: Ledger, *, actor: Actor, grounds: Grounds
) -> None:
    """Through the same judgement as a file's row; what still clashes is refused, not set apart
    again."""
    file = Import.objects.get(key=row.import_key)
    inputs = inputs_from_catalogue(
        province(), accepts_synthetic=platform().is_demo, today=clock.today()
    )
    raw = _raw(row, resolution.values)
    cleaned = Cleaner(inputs, Habits(excel=file.format == "xlsx")).clean(raw).with_row_index("at")
    if (reason := cleaned["reason"][0]) is not None:
        raise _still(reason)
    job = Job(
        import_key=row.import_key,
        name=row.file,
        digest=file.digest,
        actor=actor,
        grounds=grounds,
        inputs=inputs,
        as_of=file.as_of,
        source=row.file,
    )
    tally = Tally()
    ready = ready_rows(cleaned, are_new=resolution.is_new_person)
    Newcomers(job, tally, raw).enter(ready)
    for reason in tally.reasons:
        raise _still(reason)
    if tally.loaded:
        ledger.subject = UUID(ready["key"][0])
        ledger.happened(PersonRecorded(ledger.subject))


def _raw(row: Quarantined, values: Mapping[str, str]) -> pl.DataFrame:
    known = {name: cell for name, cell in row.cells.items() if name in words.COLUMNS}
    cells = {**known, **values}
    # Somebody's own key stays with the file's first reading.
    cells.pop("key", None)
    schema = {**dict.fromkeys(cells, pl.String), "line": pl.Int64, "reason": pl.String}
    return pl.DataFrame([{**cells, "line": row.line, "reason": None}], schema=schema)


def _still(reason: str) -> InvalidValue:
    words_for = REASONS[reason]
    return InvalidValue(words_for.en, code=reason, fix=words_for.fix)
