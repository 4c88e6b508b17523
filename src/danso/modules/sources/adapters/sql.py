"""Rows of a table or view at the owner's database, from where the last pull was.

In the order (changed, key), so that what comes after a row is known for ever: a pull that ended
anywhere goes on behind its last row. Only SELECT, in read-only transactions.
"""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final, Protocol

import msgspec

from danso.catalogue.shapes.sources import Source, SqlTransport
from danso.kernel.errors import DansoError
from danso.kernel.text import fold
from danso.modules.sources.adapters.faults import unexpected
from danso.modules.sources.adapters.port import (
    MOST_ROWS,
    Batch,
    Checked,
    Checkpoint,
    Problem,
    columns_missing,
    compare,
    empty_rows,
    wanted_of,
    without_key,
)
from danso.toolkit.tables.header import tidied
from danso.toolkit.tables.lines import Fault
from danso.toolkit.tables.tables import places_of, text_frame

Row = Sequence[str | None]
Pages = Generator[list[Row], None, None]
# Rows at once: a page of keyset, or what is fetched of a cursor.
AT_ONCE: Final = MOST_ROWS


@dataclass(frozen=True)
class After:
    """The last row that came: what it was ordered by, as the database writes it.

    `ties`: keys of the last rows that a collation may hold to be this one's equal (K1, k1).
    """

    changed: str
    key: str
    ties: tuple[str, ...] = ()

    @classmethod
    def of(cls, rows: Sequence[Row]) -> After:
        """Behind the last of these rows."""
        changed, key = str(rows[-1][0]), str(rows[-1][1])
        same = itertools.takewhile(
            lambda row: row[0] == changed and fold(str(row[1])) == fold(key), reversed(rows)
        )
        return cls(changed, key, tuple(str(row[1]) for row in same))


@dataclass(frozen=True)
class Query:
    """What is asked of a table: columns as they are called there, `changed` and `key` among them.

    `settled`: rows changed within so many seconds (by the database's own clock) wait. Where
    `changed` holds days, those of today wait in any case: another may yet come before them.
    """

    table: tuple[str, ...]
    columns: tuple[str, ...]
    changed: str
    key: str
    settled: float | None


@dataclass(frozen=True)
class Lost:
    """How many rows have nothing in `changed` or in `key`, or are dated more than a day ahead."""

    unordered: int = 0
    nameless: int = 0
    ahead: int = 0

    def problems(self, query: Query) -> tuple[Problem, ...]:
        """Each kind as a finding."""
        counts = (
            (self.unordered, "changed_missing", f"have nothing in {query.changed}"),
            (self.nameless, "key_missing", f"have nothing in {query.key}"),
            (self.ahead, "changed_ahead", f"are dated ahead of time in {query.changed}"),
        )
        fix = "Ask the owner to mend them; until then these rows do not come."
        return tuple(Problem(code, f"{n} rows {what}.", fix) for n, code, what in counts if n)


class Session(Protocol):
    """An open, read-only connection to one database. DansoError for whatever it refuses."""

    def columns(self, table: tuple[str, ...]) -> tuple[str, ...]:
        """The table's columns as they are called."""

    def count_lost(self, query: Query) -> Lost:
        """Rows that no pull can find."""

    def rows(self, query: Query, after: After | None, at_once: int) -> Pages:
        """Rows behind one, in order, `changed` and `key` put before the columns; all as text. Lists
        that are not empty."""

    def close(self) -> None:
        """End it."""


class Engine(Protocol):
    """Opens sessions with one database."""

    def open(self) -> Session:
        """A new session. SourceDown where it does not answer, Refused where it says no."""


@dataclass(frozen=True)
class SqlConnector:
    """The table of one source."""

    source: Source
    transport: SqlTransport
    engine: Engine
    settled: float = 60.0

    def check(self) -> Checked:
        """Does it answer, are we let in, has the table the columns described, and can every row be
        found by what it was changed at?"""
        try:
            with closing(self.engine.open()) as session:
                found = session.columns(self._table)
                checked = compare(self.source, found)
                if not checked.ok:
                    return checked
                query = self._query(found)
                problems = session.count_lost(query).problems(query)
                return replace(checked, problems=problems)
        except DansoError as error:
            return Checked.failed(error)

    def preview(self, limit: int = 20) -> Batch:
        """The first rows in order."""
        with closing(self.engine.open()) as session:
            query = replace(self._query(session.columns(self._table)), settled=None)
            with closing(session.rows(query, None, min(limit, AT_ONCE))) as pages:
                rows = next(pages, [])[:limit]
        return self._batch(query, rows, 0, {})

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Every row behind the checkpoint's, a batch at a time."""
        after = msgspec.convert(dict(since), After) if since else None
        with closing(self.engine.open()) as session:
            query = self._query(session.columns(self._table))
            line = 0
            with closing(session.rows(query, after, AT_ONCE)) as pages:
                for rows in pages:
                    after = After.of(rows)
                    batch = self._batch(query, rows, line, _checkpoint(after))
                    yield replace(batch, everything=since is None)
                    line += len(rows)
            lost = session.count_lost(query).problems(query)
        faulty = tuple(Fault(0, problem.code) for problem in lost)
        none = Batch(empty_rows(wanted_of(self.source)), faulty, _checkpoint(after), end="whole")
        yield replace(none, everything=since is None)

    def _batch(self, query: Query, rows: Sequence[Row], line: int, after: Checkpoint) -> Batch:
        wanted = wanted_of(self.source)
        places = places_of(query.columns, wanted)
        # Before the columns stand what the rows are ordered by.
        columns = {
            name: [row[places[name] + 2] or "" for row in rows]
            if name in places
            else [""] * len(rows)
            for name in wanted
        }
        numbers = range(line + 1, line + len(rows) + 1)
        frame, nameless = without_key(text_frame(columns, list(numbers)), self.source.key)
        return Batch(frame, nameless, after)

    @property
    def _table(self) -> tuple[str, ...]:
        parts = tuple(self.transport.table.split("."))
        if not all(parts) or len(parts) > 2:
            raise unexpected(f"{self.transport.table} is no name of a table")
        return parts

    def _query(self, found: Sequence[str]) -> Query:
        """What to ask, in the table's own names. InvalidValue where columns are gone."""
        checked = compare(self.source, found)
        if not checked.ok:
            raise columns_missing(checked.missing)
        by_name = {tidied(column): column for column in found}
        changed = by_name.get(tidied(self.transport.changed))
        if changed is None:
            raise columns_missing([self.transport.changed])
        places = places_of(found, wanted_of(self.source))
        settled = self.settled if self.transport.by == "timestamp" and self.settled else None
        return Query(
            table=self._table,
            columns=tuple(dict.fromkeys(found[place] for place in places.values())),
            changed=changed,
            key=found[places[self.source.key]],
            settled=settled,
        )


def _checkpoint(after: After | None) -> Checkpoint:
    found: Checkpoint = {} if after is None else msgspec.to_builtins(after)
    return found
