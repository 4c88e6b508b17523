"""What every connector promises, whatever it is connected to: look, pull from where one was, show.

A pull hands out batches, each with the checkpoint behind it. Whoever stores a batch stores its
checkpoint in the same commit: then an outage of any length loses nothing and doubles nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

import polars as pl

from danso.catalogue.shapes.sources import Source
from danso.kernel.errors import DansoError, InvalidValue, Refused, Unavailable
from danso.toolkit.tables.header import tidied
from danso.toolkit.tables.lines import Fault
from danso.toolkit.tables.tables import Wanted

MOST_ROWS: Final = 20_000
# A JSON object that a connector wrote and reads again. Of rows it holds digests, but a table's the
# last row's key, by which the next is found: it is kept where the rows are, never in a log.
Checkpoint = Mapping[str, Any]
# "": goes on. whole: its part came to its end. broken: it ended early, so that what is absent from
# it must not be taken for gone at the owner's.
End = Literal["", "whole", "broken"]

__all__ = ["Batch", "Checked", "Checkpoint", "Connector", "End", "Fault", "Problem"]


@dataclass(frozen=True)
class Batch:
    """At most 20,000 rows. `rows`: a text column for each field of the source, in its order, empty
    where nothing stood, and `line` (of the file, or counted within the pull).

    `part`: the file's name, or "" where the source has one stream. `everything`: the part holds
    the owner's whole state, not only what changed.
    """

    rows: pl.DataFrame
    faulty: tuple[Fault, ...]
    after: Checkpoint
    part: str = ""
    end: End = ""
    everything: bool = False


@dataclass(frozen=True)
class Problem:
    """Something found by a check: what is wrong, and what to do. Never what a row holds."""

    code: str
    message: str
    fix: str

    @classmethod
    def of(cls, error: DansoError) -> Problem:
        """An error as a finding."""
        return cls(error.code, error.message, error.fix)


# So many described headings in one row, and the others are headings too: they may be named.
_SURE_HEADINGS: Final = 3


@dataclass(frozen=True)
class Checked:
    """What a look at the source found. `ok`: it can be pulled. Schema drift: `missing` are fields
    that none of their columns is there for and that may not be missing, `unknown` columns that no
    field names."""

    ok: bool
    problems: tuple[Problem, ...] = ()
    found: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def is_headed(self) -> bool:
        """Whether what was found is surely headings: a row of somebody's data hits few of them."""
        return self.ok or len(self.found) - len(self.unknown) >= _SURE_HEADINGS

    @classmethod
    def failed(cls, error: DansoError) -> Checked:
        """The source could not be looked at."""
        return cls(ok=False, problems=(Problem.of(error),))


class Connector(Protocol):
    """A connected source."""

    def check(self) -> Checked:
        """Look without taking anything: reachable, allowed in, the columns as described. Problems
        are returned, not raised."""

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Everything since a checkpoint (None: from the beginning), in batches.

        Unavailable: not now; the same pull from the last checkpoint goes on later. Refused and
        InvalidValue: somebody has to do something first.
        """

    def preview(self, limit: int = 20) -> Batch:
        """The first rows as they would come; nothing is remembered."""


@dataclass
class Rehearsal:
    """What a pull would bring: a dry run's counts, and why it stopped early."""

    rows: int = 0
    batches: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    stopped: Problem | None = None


def rehearse(connector: Connector, since: Checkpoint | None) -> Rehearsal:
    """A dry run: pull to the end, keep nothing but counts."""
    done = Rehearsal()
    try:
        for batch in connector.pull(since):
            done.batches += 1
            done.rows += batch.rows.height
            done.faults.update(fault.reason for fault in batch.faulty)
    except (InvalidValue, Refused, Unavailable) as error:
        done.stopped = Problem.of(error)
    return done


def wanted_of(source: Source) -> dict[str, tuple[str, ...]]:
    """The columns each field of the source may come under."""
    return {field.code: field.columns for field in source.fields}


def needed_of(source: Source) -> tuple[str, ...]:
    """Fields without whose column no row is worth reading: the key, and the required ones."""
    return tuple(one.code for one in source.fields if one.required or one.code == source.key)


def compare(source: Source, found: Sequence[str], *, longest: int | None = None) -> Checked:
    """The columns found against those described. `longest`: where names are cut to so many."""
    kept = slice(longest)
    here = {tidied(column) for column in found}
    known = {tidied(column) for one in source.fields for column in one.columns}
    known |= {column[kept] for column in known}
    missing = tuple(
        one.code
        for one in source.fields
        if not one.may_be_missing
        and not any({tidied(column), tidied(column[kept])} & here for column in one.columns)
    )
    lacking = [code for code in needed_of(source) if code in missing]
    unknown = tuple(column for column in found if column and tidied(column) not in known)
    problems = (Problem.of(columns_missing(lacking)),) if lacking else ()
    return Checked(not lacking, problems, tuple(found), missing, unknown)


def columns_missing(fields: Sequence[str]) -> InvalidValue:
    """The source no longer has what its description needs."""
    return InvalidValue(
        f"No column for {', '.join(fields)} is there: the source was changed.",
        code="source_columns_missing",
        fix="Ask the owner what they are called now and add it to the field's columns.",
    )


def without_key(rows: pl.DataFrame, key: str) -> tuple[pl.DataFrame, tuple[Fault, ...]]:
    """Rows that name themselves, and those that don't as faults."""
    is_named = pl.col(key).str.strip_chars() != ""
    nameless = rows.filter(~is_named)
    faults = tuple(Fault(line, "key_missing") for line in nameless["line"].to_list())
    return (rows.filter(is_named), faults) if faults else (rows, ())


def empty_rows(wanted: Wanted) -> pl.DataFrame:
    """A batch's rows where there are none."""
    return pl.DataFrame(schema={**dict.fromkeys(wanted, pl.String), "line": pl.Int64})
