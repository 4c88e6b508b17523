"""A run of matching: both sides copied out, compared beside the database, decisions kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.kernel.keys import new_key
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.linkage.actions.keeping import keep_candidates, keep_links
from danso.modules.linkage.data import MatchCounts, MatchRun, SourceMatched
from danso.modules.linkage.engine import exact, scoring, training
from danso.modules.linkage.engine.model import Model
from danso.modules.linkage.engine.scratch import scratch
from danso.modules.linkage.engine.tables import Workspace
from danso.modules.linkage.models import Run
from danso.modules.linkage.queries.links import check_not_closed
from danso.modules.population import interface as population
from danso.toolkit.platform import platform

# What a run may take of the machine's memory; the rest of it goes to disk.
MEMORY: Final = "5GB"
THREADS: Final = 2
PAIRS: Final = 2e7
SEED: Final = 1
DECIDED: Final = "decided.csv"
CANDIDATES: Final = "candidates.csv"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Matching:
    """What is to be matched: frames with the columns population.data.COMPARED, named by source and
    digest. `whole`: they are all the records the source has."""

    source: str
    digest: str
    frames: Iterable[pl.DataFrame]
    whole: bool = True


def match_records(matching: Matching, *, model: Model, actor: Actor, say: Say) -> MatchRun:
    started, run = clock.now(), new_key()
    opening = Entry(
        actor=actor,
        action="linkage.match_records",
        outcome="done",
        detail={"run": str(run), "source": matching.source, "digest": matching.digest},
    )
    with audit.refusals_journaled(opening), _workspace() as workspace:
        check_not_closed(matching.source)
        # Minutes of comparing, outside any transaction.
        counts = _compare(workspace, matching, model, say)
        say("keep")
        with audit.carried_out(opening) as ledger:
            now = clock.now()
            kept = keep_links(
                workspace.folder / DECIDED,
                source=matching.source,
                run=run,
                now=now,
                whole=matching.whole,
            )
            keep_candidates(workspace.folder / CANDIDATES, source=matching.source)
            counts = replace(counts, **kept)
            done = MatchRun(
                run, matching.source, matching.digest, _digest(model), started, now, counts
            )
            written = {"counts": asdict(counts), "bands": asdict(model.bands)}
            Run.objects.create(**{**vars(done), **written})
            ledger.detail |= asdict(counts)
            ledger.happened(SourceMatched(run, matching.source))
    return done


def train_model(frames: Iterable[pl.DataFrame], *, model: Model, actor: Actor, say: Say) -> Model:
    opening = Entry(actor=actor, action="linkage.train_model", outcome="done")
    with audit.refusals_journaled(opening), _workspace() as workspace:
        _fill(workspace, frames, say)
        say("train")
        people, records = workspace.count("people"), workspace.count("records")
        learnt = training.train(workspace, model, pairs=PAIRS, seed=SEED)
        with audit.carried_out(opening) as ledger:
            ledger.detail |= {"records": records}
    about = {
        "trained_on": clock.today().isoformat(),
        "people": people,
        "records": records,
        "pairs_for_u": int(PAIRS),
        "seed": SEED,
    }
    return replace(learnt, about=about)


def _compare(workspace: Workspace, matching: Matching, model: Model, say: Say) -> MatchCounts:
    _fill(workspace, matching.frames, say)
    people, records = workspace.count("people"), workspace.count("records")
    if not people:
        raise InvalidValue(
            "The register holds nobody to match with.",
            code="register_empty",
            fix="Load people first: danso import people.",
        )
    say("number")
    by_number = exact.match_by_number(workspace)
    say("score")
    # Drawn blindly, a record is one of so many people's.
    scoring.score(workspace, replace(model, prior=1 / (people + 1)))
    scoring.decide(workspace, model.bands)
    scoring.keep_candidates(workspace, model.bands)
    for table, file in (("decided", DECIDED), ("candidates", CANDIDATES)):
        workspace.run(f"COPY {table} TO '{workspace.folder / file}' (HEADER false)")
    return MatchCounts(
        records=records,
        linked=workspace.count("decided", "band = 'linked'"),
        clerk=workspace.count("decided", "band = 'clerk'"),
        not_found=workspace.count("decided", "band = 'not_found'"),
        by_number=by_number,
        changed=0,
        gone=0,
    )


def _fill(workspace: Workspace, frames: Iterable[pl.DataFrame], say: Say) -> None:
    say("records")
    _write(frames, workspace.folder / "records.csv")
    workspace.read("records", workspace.folder / "records.csv")
    _check_keys(workspace)
    say("people")
    population.copy_for_matching(workspace.folder)
    workspace.read("people", workspace.folder / "people.csv")
    for table in ("numbers", "old_numbers"):
        workspace.read_pairs(table, workspace.folder / f"{table}.csv")


def _write(frames: Iterable[pl.DataFrame], target: Path) -> None:
    with target.open("wb") as file:
        for place, frame in enumerate(frames):
            frame.write_csv(file, include_header=place == 0)
    if not target.stat().st_size:
        raise InvalidValue(
            "There are no records to match.",
            code="records_empty",
            fix="Check the file: it has no rows under its headings.",
        )


def _check_keys(workspace: Workspace) -> None:
    twice = workspace.count(
        "(SELECT unique_id FROM records GROUP BY unique_id HAVING count(*) > 1)"
    )
    if workspace.count("records", "unique_id IS NULL") or twice:
        raise InvalidValue(
            "Two records have the same key, or one has none.",
            code="record_key_twice",
            fix="Name the column that is different for every record (--key HEADING).",
        )


@contextmanager
def _workspace() -> Iterator[Workspace]:
    # Of its own, so that the jobs' user may write here and nowhere else beside the home's locks.
    with scratch(platform().home / "run" / "work") as folder:
        workspace = Workspace(folder, memory=MEMORY, threads=THREADS)
        try:
            yield workspace
        finally:
            workspace.close()


def _digest(model: Model) -> str:
    return hashlib.sha256(model.as_text().encode()).hexdigest()[:16]
