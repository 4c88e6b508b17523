"""Reading how sources run by themselves: runs, alerts, trials, faulty records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from uuid import UUID

from danso.modules.sources.data import (
    AlertRecord,
    Findings,
    RunRecord,
    TrialRecord,
    trial_not_found,
)
from danso.modules.sources.models import SourceAlert, SourceRecord, SourceRun, Trial
from danso.modules.sources.queries.locks import RUN, held_locks
from danso.toolkit.platform import province

_TRIAL: Final = tuple(name for name in TrialRecord.__dataclass_fields__ if name != "found")
_PIECE: Final = 2_000


def runs() -> dict[str, RunRecord]:
    found = {row.source: RunRecord.of(row) for row in SourceRun.objects.all()}
    claimed = [code for code, run in found.items() if run.phase]
    # One whose process died is taken up by the jobs' next round.
    for code in set(claimed) - held_locks(RUN, claimed):
        found[code] = replace(found[code], phase="", step="")
    return {code: found.get(code, RunRecord(code)) for code in province().sources}


def alerts(code: str | None = None) -> list[AlertRecord]:
    rows = SourceAlert.objects.filter(closed_at__isnull=True, source__in=province().sources)
    if code is not None:
        rows = rows.filter(source=code)
    return [AlertRecord.of(row) for row in rows.order_by("opened_at")]


def get_trial(key: UUID, source: str) -> TrialRecord:
    row = Trial.objects.filter(key=key, source=source).first()
    if row is None:
        raise trial_not_found()
    return _record(row)


def trials_of(code: str, *, limit: int) -> list[TrialRecord]:
    rows = Trial.objects.filter(source=code, kind="upload").order_by("-opened_at")[:limit]
    return [_record(row) for row in rows]


def _record(row: Trial) -> TrialRecord:
    given = {name: getattr(row, name) for name in _TRIAL}
    return TrialRecord(**given, found=Findings.of(row.found))


def faulty_records(code: str) -> Iterator[tuple[str, str, str]]:
    rows = SourceRecord.objects.filter(source=code, gone_at__isnull=True).exclude(faults={})
    listed = rows.order_by("record").values_list("record", "faults")
    for record, faults in listed.iterator(chunk_size=_PIECE):
        for field, fault in sorted(faults.items()):
            yield record, field, fault
