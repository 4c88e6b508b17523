"""What every run does: a workspace of its own, records read, weighed pairs judged, links kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import polars as pl

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.kernel.keys import new_key
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger
from danso.modules.linkage.actions.keeping import keep_candidates, keep_keys, keep_links
from danso.modules.linkage.data import MatchCounts, MatchRun, SourceMatched
from danso.modules.linkage.engine import scoring
from danso.modules.linkage.engine.model import Model, digest_of
from danso.modules.linkage.engine.scratch import scratch
from danso.modules.linkage.engine.tables import Workspace
from danso.modules.linkage.models import KeptModel, Run
from danso.toolkit.platform import platform

# What a run may take of the machine's memory; the rest of it goes to disk.
MEMORY: Final = "6GB"
THREADS: Final = 2
DECIDED: Final = "decided.csv"
CANDIDATES: Final = "candidates.csv"
KEYS: Final = "open_keys.csv"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Running:
    """A run on its way: over which source, by which model and whom. `position` and `people`: as
    kept with it (`models.Run`)."""

    source: str
    digest: str
    model: Model
    actor: Actor
    key: UUID
    started: datetime
    position: int | None = None
    people: int | None = None

    @classmethod
    def begin(cls, source: str, digest: str, model: Model, actor: Actor) -> Running:
        """A new one."""
        return cls(source, digest, model, actor, new_key(), clock.now())

    @property
    def opening(self) -> Entry:
        """Its journal row."""
        detail = {"run": str(self.key), "source": self.source, "digest": self.digest}
        return Entry(
            actor=self.actor, action="linkage.match_records", outcome="done", detail=dict(detail)
        )


@contextmanager
def workspace() -> Iterator[Workspace]:
    """Both sides lie here while a run lasts."""
    # Of its own, so that the jobs' user may write here and nowhere else beside the locks.
    with scratch(platform().home / "run" / "work") as folder:
        made = Workspace(folder, memory=MEMORY, threads=THREADS)
        try:
            yield made
        finally:
            made.close()


def write_records(frames: Iterable[pl.DataFrame], target: Path) -> int:
    """Frames of COMPARED as one CSV; returns how many rows."""
    rows = 0
    with target.open("wb") as file:
        for frame in frames:
            frame.write_csv(file, include_header=not rows)
            rows += frame.height
    return rows


def read_records(made: Workspace) -> None:
    """Table `records`, each with a key of its own. Raises InvalidValue `record_key_twice`."""
    made.read("records", made.folder / "records.csv")
    twice = made.count("(SELECT unique_id FROM records GROUP BY unique_id HAVING count(*) > 1)")
    if made.count("records", "unique_id IS NULL") or twice:
        raise InvalidValue(
            "Two records have the same key, or one has none.",
            code="record_key_twice",
            fix="Name the column that is different for every record (--key HEADING).",
        )


def judge(made: Workspace, running: Running, *, people: int, by_number: int) -> MatchCounts:
    """What becomes of the records, written as CSV beside them.

    Needs tables records, people, exact, commonness. `people`: how many there are, for drawn
    blindly, a record is one of so many people's.
    """
    model = replace(running.model, prior=1 / (people + 1))
    scoring.score(made, model, unseen=1 / people)
    scoring.decide(made, model.bands)
    scoring.keep_candidates(made, model)
    scoring.keep_keys(made)
    for table, file in (("decided", DECIDED), ("candidates", CANDIDATES)):
        made.run(f"COPY {table} TO '{made.folder / file}' (HEADER false)")
    made.run(
        f"COPY (SELECT '{running.source}', record, key FROM open_keys)"  # noqa: S608 - our words
        f" TO '{made.folder / KEYS}' (HEADER false)"
    )
    records = made.count("records")
    return MatchCounts(
        records=records,
        linked=0,
        clerk=0,
        not_found=0,
        by_number=by_number,
        changed=0,
        gone=0,
        looked=records,
    )


def keep(
    folder: Path,
    running: Running,
    counts: MatchCounts,
    ledger: Ledger,
    *,
    whole: bool,
    looked: Collection[str] | None = None,
) -> MatchRun:
    """The files of `judge` as the source's links, with the run, inside the caller's transaction.
    `looked`: of these records only, which are all there is of them."""
    now = clock.now()
    kept = keep_links(
        folder / DECIDED,
        source=running.source,
        run=running.key,
        now=now,
        whole=whole or looked is not None,
        looked=looked,
    )
    keep_candidates(folder / CANDIDATES, source=running.source)
    if whole or looked is not None:
        keep_keys(folder / KEYS, source=running.source, looked=looked)
    counts = replace(counts, **kept)
    return finish(running, counts, ledger, now=now, whole=whole)


def finish(
    running: Running, counts: MatchCounts, ledger: Ledger, *, now: datetime, whole: bool
) -> MatchRun:
    """The run on record, with its model and its event."""
    done = MatchRun(
        running.key,
        running.source,
        running.digest,
        digest_of(running.model),
        running.started,
        now,
        counts,
        whole,
    )
    written = {"counts": asdict(counts), "bands": asdict(running.model.bands)}
    Run.objects.create(
        **{**vars(done), **written}, position=running.position, people=running.people
    )
    KeptModel.objects.get_or_create(
        digest=done.model,
        defaults={
            "model": json.loads(running.model.as_text()),
            "first_used_at": now,
            "first_used_by": running.actor.id,
        },
    )
    ledger.detail |= asdict(counts)
    ledger.happened(SourceMatched(running.key, running.source))
    return done
