"""A stretch loaded with a look at who is in the register: newcomers, acquaintances, clashes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import polars as pl

from danso.kernel import clock
from danso.modules.population.actions.importing import lookups
from danso.modules.population.actions.importing.copying import copy_bearable
from danso.modules.population.actions.importing.quarantining import quarantine
from danso.modules.population.actions.importing.tally import Job, Tally
from danso.modules.population.actions.importing.updating import update
from danso.modules.population.engine.importing import matching
from danso.modules.population.engine.importing.households import (
    with_household_tags,
    with_households,
)
from danso.modules.population.engine.importing.matching import Held, Meeting
from danso.modules.population.engine.importing.rows import Stamp, with_relatives

Row = Mapping[str, Any]

# How often one person may stand in a stretch before it is no list any more.
MOST_TIMES: Final = 4


class Newcomers:
    """Loads a stretch into a register that may know its people."""

    def __init__(self, job: Job, tally: Tally, raw: pl.DataFrame) -> None:
        self._job = job
        self._tally = tally
        self._raw = raw

    def enter(self, ready: pl.DataFrame) -> None:
        """Load, update, leave or quarantine every row. `ready` rows have keys and name parts, and
        `at`, their place in the raw stretch."""
        if ready.is_empty():
            return
        turns = _in_turns(self._housed(ready))
        for turn in range(MOST_TIMES):
            self._enter_turn(turns.filter(pl.col("turn") == turn))
        late = turns.filter(pl.col("turn") >= MOST_TIMES)
        self._set_apart(late.with_columns(reason=pl.lit("row_repeated")))

    def _housed(self, ready: pl.DataFrame) -> pl.DataFrame:
        tagged = with_household_tags(ready)
        known = lookups.households_of(ready["head_number"].drop_nulls().to_list())
        return with_households(tagged, known, self._job.import_key, self._job.inputs.head)

    def _enter_turn(self, rows: pl.DataFrame) -> None:
        if rows.is_empty():
            return
        meetings = Acquaintances(rows, self._job).meetings()
        reasons = [meeting.reason or None for meeting in meetings]
        told = rows.with_columns(
            pl.Series("reason", reasons, dtype=pl.String),
            pl.Series(
                "person", [str(m.person) if m.person else None for m in meetings], dtype=pl.String
            ),
        )
        self._set_apart(told.filter(pl.col("reason").is_not_null()))
        for meeting in meetings:
            self._greet(meeting)
        self._load(told.filter(pl.col("person").is_null() & pl.col("reason").is_null()))

    def _greet(self, meeting: Meeting) -> None:
        """Somebody known: what the row adds is written."""
        if meeting.person is None or meeting.reason:
            return
        if meeting.note:
            self._tally.notes[meeting.note] += 1
        if update(self._job, meeting):
            self._tally.updated += 1
        else:
            self._tally.same += 1

    def _load(self, new: pl.DataFrame) -> None:
        if new.is_empty():
            return
        relatives = [
            number
            for who in ("father", "mother", "spouse")
            for number in new[f"{who}_number"].drop_nulls().to_list()
        ]
        linked = with_relatives(new, lookups.persons_of(relatives))
        stamp = Stamp(self._job.as_of, clock.now(), self._job.source)
        refused = copy_bearable(linked, self._job.inputs.head, stamp)
        self._tally.loaded += new.height - len(refused)
        lines = pl.col("line").is_in(refused)
        self._set_apart(new.filter(lines).with_columns(reason=pl.lit("database_refused")))

    def _set_apart(self, rows: pl.DataFrame) -> None:
        quarantine(self._job, self._tally, self._raw, rows)


class Acquaintances:
    """Who the rows of one turn are."""

    def __init__(self, rows: pl.DataFrame, job: Job) -> None:
        self._rows: list[dict[str, Any]] = list(rows.iter_rows(named=True))
        self._job = job
        self._by_number = lookups.by_number(_values(self._rows, "number"))
        strangers = [row for row in self._rows if row["number"] not in self._by_number]
        self._by_key = lookups.by_key(row["key"] for row in strangers if row["has_own_key"])
        self._by_old = lookups.by_old_number(_values(strangers, "old_number"))
        self._by_name = lookups.by_name(
            (row["search_key"], row["birth"][:4], row["commune"])
            for row in strangers
            if row["commune"]
        )

    def meetings(self) -> list[Meeting]:
        """One for each row, in order."""
        return [self._meet(row) for row in self._rows]

    def _meet(self, row: Row) -> Meeting:
        as_of = self._job.as_of
        if (held := self._by_number.get(row["number"])) is not None:
            return matching.meet_by_number(row, held, as_of)
        if (own := self._by_key.get(row["key"])) is not None:
            return matching.meet_by_key(row, own, as_of)
        if row["is_new_person"]:
            return matching.NEWCOMER
        return matching.meet_others(row, self._others(row), as_of)

    def _others(self, row: Row) -> list[Held]:
        name = f"{row['search_key']} {row['birth'][:4]} {row['commune']}"
        return [*self._by_old.get(row["old_number"], ()), *self._by_name.get(name, ())]


def _values(rows: Iterable[Row], column: str) -> list[str]:
    return [row[column] for row in rows if row[column]]


def _in_turns(frame: pl.DataFrame) -> pl.DataFrame:
    """One person's rows one after another: those that agree with their number first, those without
    a number after everybody else, so that each finds the one before it."""
    ordered = frame.sort(pl.col("flags") != "", "line", maintain_order=True)
    nameless = pl.concat_str(
        pl.col("search_key"), pl.col("birth").str.slice(0, 4), pl.col("commune"),
        separator="|", ignore_nulls=True,
    )  # fmt: skip
    has_number = pl.col("number").is_not_null()
    return ordered.with_columns(
        turn=pl.when(has_number)
        .then(pl.int_range(pl.len()).over("number"))
        .otherwise(1 + pl.int_range(pl.len()).over(has_number, nameless))
    ).sort("line")
