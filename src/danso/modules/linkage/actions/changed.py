"""A run over what has changed: records that came or changed, and those that changed people could
concern; compared with the few people they could be about."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import UUID

import polars as pl
from django.db.models import Count, Q

from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.linkage.actions.matching import Matching, match_records
from danso.modules.linkage.actions.running import (
    CANDIDATES,
    DECIDED,
    KEYS,
    Running,
    Say,
    judge,
    keep,
    read_records,
    workspace,
    write_records,
)
from danso.modules.linkage.data import MatchCounts, MatchRun
from danso.modules.linkage.engine import exact, scoring
from danso.modules.linkage.engine.comparing import BLOCKS
from danso.modules.linkage.engine.model import Model, digest_of
from danso.modules.linkage.engine.tables import Workspace
from danso.modules.linkage.models import Link, Run
from danso.modules.linkage.queries import changes
from danso.modules.linkage.queries.changes import MOST, MOST_PEOPLE, Seen
from danso.modules.linkage.queries.links import check_not_closed, run_of
from danso.modules.population import interface as population
from danso.modules.population.data import COMPARED

# The records that were looked at, or None for all: done in the transaction that keeps the links.
Then = Callable[[Collection[str] | None], None]
Frames = Callable[[Collection[str] | None], Iterable[pl.DataFrame]]


@dataclass(frozen=True)
class Following:
    """A source whose records are kept: `frames` gives those named, as far as they are still there,
    or all (None), with the columns population.data.COMPARED."""

    source: str
    digest: str
    frames: Frames
    then: Then = lambda records: None


def match_changed(following: Following, *, model: Model, actor: Actor, say: Say) -> MatchRun:
    running = Running.begin(following.source, following.digest, model, actor)
    with audit.refusals_journaled(running.opening):
        check_not_closed(following.source)
    seen, last = Seen.now(following.source), changes.last_of(following.source)
    basis = changes.last_whole(following.source)
    if basis is None or last is None or not _goes_on(last, basis, model, seen):
        return match_all(following, model=model, actor=actor, say=say, seen=seen)
    people = changes.people_changed(last.position or 0, seen.position)
    if changes.everybody_changed(people) or len(people) > MOST_PEOPLE:
        return match_all(following, model=model, actor=actor, say=say, seen=seen)
    running = replace(running, position=seen.position)
    with audit.refusals_journaled(running.opening), workspace() as made:
        say("changes")
        looked = set(seen.pending) | _concerned(made, following.source, people)
        if len(looked) > MOST:
            return match_all(following, model=model, actor=actor, say=say, seen=seen)
        if not looked:
            return _nothing(last, seen)
        counts = _compare(made, running, following.frames(looked), basis.people or 1, say)
        say("keep")
        with audit.carried_out(running.opening) as ledger:
            counts = replace(counts, looked=len(looked))
            done = keep(made.folder, running, counts, ledger, whole=False, looked=looked)
            done = _as_they_stand(done)
            seen.forget(following.source)
            following.then(looked)
    return done


def match_all(
    following: Following, *, model: Model, actor: Actor, say: Say, seen: Seen | None = None
) -> MatchRun:
    """The same over everything."""
    # Before anybody is read: who changes meanwhile is looked at again.
    seen = seen or Seen.now(following.source)
    matching = Matching(following.source, following.digest, following.frames(None))
    return match_records(
        matching,
        model=model,
        actor=actor,
        say=say,
        then=lambda: following.then(None),
        seen=seen,
    )


def _goes_on(last: Run, basis: Run, model: Model, seen: Seen) -> bool:
    """Whether what is there was weighed as it would be now, and little has changed."""
    digest = digest_of(model)
    is_same = last.model == digest and basis.model == digest and last.position is not None
    return is_same and "" not in seen.pending and len(seen.pending) <= MOST


def _concerned(made: Workspace, source: str, people: set[UUID]) -> set[str]:
    """Records that these people's change could concern: linked to them, looked for by a key they
    have now, or linked by likeness to somebody whom blocking brings together with them."""
    if not people:
        return set()
    population.copy_people(made.folder, people)
    frame = pl.read_csv(made.folder / "changed.csv", infer_schema=False)
    found = changes.records_of(source, people)
    if not frame.height:
        return found
    made.read("changed", made.folder / "changed.csv")
    listed = scoring.blocking_keys("c", is_record=False)
    keys = _rows(made, f"SELECT unnest({listed}) FROM changed c")  # noqa: S608 - our words
    found |= changes.records_open_to(source, [int(key) for key in keys])
    population.copy_like(made.folder, frame)
    made.read("like_them", made.folder / "like.csv")
    blocks = " OR ".join(f"coalesce({block}, false)" for block in BLOCKS)
    near = _rows(
        made,
        "SELECT DISTINCT r.unique_id FROM changed l JOIN like_them r"  # noqa: S608 - our words
        f" ON ({blocks}) AND l.unique_id <> r.unique_id",
    )
    return found | changes.records_of(source, [UUID(one) for one in near], by_likeness=True)


def _compare(
    made: Workspace, running: Running, frames: Iterable[pl.DataFrame], people: int, say: Say
) -> MatchCounts:
    say("records")
    if not write_records(frames, made.folder / "records.csv"):
        for name in (DECIDED, CANDIDATES, KEYS):
            (made.folder / name).touch()
        return MatchCounts(0, 0, 0, 0, 0, 0, 0)
    read_records(made)
    records = pl.read_csv(made.folder / "records.csv", infer_schema=False)
    say("number")
    population.copy_holders(
        made.folder, numbers=_said(records, "number"), old_numbers=_said(records, "old_number")
    )
    made.read("people", made.folder / "people.csv")
    for column in ("number", "old_number"):
        made.read_held(column, made.folder / f"{column}s.csv")
    by_number = exact.match_by_number(made)
    say("people")
    _fetch_likely(made, records)
    say("score")
    return judge(made, running, people=people, by_number=by_number)


def _fetch_likely(made: Workspace, records: pl.DataFrame) -> None:
    """Everybody whom the records that no number decided could be about; how common their names
    are, the latest whole run knows."""
    decided = _rows(made, "SELECT record FROM exact")
    rest = records.filter(~pl.col("key").is_in(decided) & pl.col("plain").is_not_null())
    if rest.height:
        population.copy_like(made.folder, rest)
        known = set(_rows(made, "SELECT DISTINCT unique_id FROM people"))
        like = pl.read_csv(made.folder / "like.csv", infer_schema=False)
        like.filter(~pl.col("key").is_in(known)).select(COMPARED).write_csv(
            made.folder / "more.csv"
        )
        made.read("people", made.folder / "more.csv", more=True)
    shares = changes.commonness_of(_said(rest, "name"), _said(rest, "plain"))
    _write(made.folder / "shares.csv", shares)
    made.read_counts(made.folder / "shares.csv")


def _nothing(last: Run, seen: Seen) -> MatchRun:
    """Nothing to look at: the last run's links hold up to here."""
    Run.objects.filter(key=last.key).update(position=seen.position)
    seen.forget(last.source)
    done = run_of(last)
    return replace(done, counts=replace(done.counts, changed=0, gone=0, looked=0))


def _as_they_stand(done: MatchRun) -> MatchRun:
    """With how all records of the source stand now."""
    is_by_number = Q(band="linked", reason__in=("number", "old_number"))
    counted = (
        Link.objects.filter(source=done.source)
        .values_list("band")
        .annotate(all=Count("record"), by_number=Count("record", filter=is_by_number))
    )
    bands, by_number = {"linked": 0, "clerk": 0, "not_found": 0}, 0
    for band, rows, some in counted:
        bands[band] = rows
        by_number += some
    counts = replace(done.counts, records=sum(bands.values()), by_number=by_number, **bands)
    Run.objects.filter(key=done.key).update(counts=asdict(counts))
    return replace(done, counts=counts)


def _said(records: pl.DataFrame, column: str) -> list[str]:
    return records[column].drop_nulls().unique().to_list()


def _rows(made: Workspace, query: str) -> list[str]:
    return [row[0] for row in made.connection.execute(query).fetchall()]


def _write(target: Path, rows: Iterable[tuple[str, str, float]]) -> None:
    with target.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
