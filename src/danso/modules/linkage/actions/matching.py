"""A whole run of matching: both sides copied out, compared beside the database, links kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import polars as pl
from django.db import connections

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.linkage.actions.keeping import keep_commonness
from danso.modules.linkage.actions.running import (
    Running,
    Say,
    judge,
    keep,
    read_records,
    workspace,
    write_records,
)
from danso.modules.linkage.data import MatchCounts, MatchRun
from danso.modules.linkage.engine import exact, training, weighing
from danso.modules.linkage.engine.model import Model
from danso.modules.linkage.engine.tables import Workspace
from danso.modules.linkage.queries.changes import Seen
from danso.modules.linkage.queries.links import check_not_closed
from danso.modules.population import interface as population

PAIRS: Final = 2e7
SEED: Final = 1
COMMONNESS: Final = "commonness.csv"
# What is to be done in the transaction that keeps the links.
After = Callable[[], None]


@dataclass(frozen=True)
class Matching:
    """What is to be matched: frames with the columns population.data.COMPARED, named by source and
    digest. `whole`: they are all the records the source has."""

    source: str
    digest: str
    frames: Iterable[pl.DataFrame]
    whole: bool = True


def match_records(
    matching: Matching,
    *,
    model: Model,
    actor: Actor,
    say: Say,
    then: After = lambda: None,
    seen: Seen | None = None,
) -> MatchRun:
    running = Running.begin(matching.source, matching.digest, model, actor)
    with audit.refusals_journaled(running.opening), workspace() as made:
        check_not_closed(matching.source)
        # Minutes of comparing, outside any transaction.
        people, counts = _compare(made, running, matching.frames, say)
        say("keep")
        position = seen.position if seen else None
        running = replace(running, position=position, people=people if matching.whole else None)
        with audit.carried_out(running.opening) as ledger:
            done = keep(made.folder, running, counts, ledger, whole=matching.whole)
            if matching.whole:
                keep_commonness(made.folder / COMMONNESS)
            if seen:
                seen.forget(matching.source)
            then()
    return done


def train_model(frames: Iterable[pl.DataFrame], *, model: Model, actor: Actor, say: Say) -> Model:
    opening = Entry(actor=actor, action="linkage.train_model", outcome="done")
    with audit.refusals_journaled(opening), workspace() as made:
        _fill(made, frames, say)
        say("train")
        people, records = made.count("people"), made.count("records")
        weighing.count_names(made)
        learnt = training.train(made, model, pairs=PAIRS, seed=SEED)
        with audit.carried_out(opening) as ledger:
            ledger.detail |= {"records": records}
    about = {
        "trained_on": clock.today().isoformat(),
        "trained_by": actor.id,
        "people": people,
        "records": records,
        "pairs_for_u": int(PAIRS),
        "seed": SEED,
    }
    return replace(learnt, about=about)


def _compare(
    made: Workspace, running: Running, frames: Iterable[pl.DataFrame], say: Say
) -> tuple[int, MatchCounts]:
    _fill(made, frames, say)
    people = made.count("people")
    if not people:
        raise InvalidValue(
            "The register holds nobody to match with.",
            code="register_empty",
            fix="Load people first: danso import people.",
        )
    weighing.count_names(made)
    made.run(f"COPY commonness TO '{made.folder / COMMONNESS}' (HEADER false)")
    # Counted once, compared under every name they had.
    made.read("people", made.folder / "aliases.csv", more=True)
    say("number")
    by_number = exact.match_by_number(made)
    say("score")
    return people, judge(made, running, people=people, by_number=by_number)


def _fill(made: Workspace, frames: Iterable[pl.DataFrame], say: Say) -> None:
    """Both sides at once: while records are cleaned here, people are copied out and read."""
    say("records")
    with ThreadPoolExecutor(1) as beside:
        copied = beside.submit(_read_people, made.beside())
        if not write_records(frames, made.folder / "records.csv"):
            raise InvalidValue(
                "There are no records to match.",
                code="records_empty",
                fix="Check the file: it has no rows under its headings.",
            )
        read_records(made)
        say("people")
        copied.result()


def _read_people(made: Workspace) -> None:
    try:
        population.copy_for_matching(made.folder)
    finally:
        # A connection of this thread alone.
        connections.close_all()
    made.read("people", made.folder / "people.csv")
    for column in ("number", "old_number"):
        made.read_held(column, made.folder / f"{column}s.csv")
