"""Records that an owner sent to the gateway, batch by batch in the order of their numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from danso.catalogue.shapes.sources import PushTransport, Source
from danso.modules.sources.adapters.port import (
    Batch,
    Checked,
    Checkpoint,
    compare,
    empty_rows,
    wanted_of,
    without_key,
)
from danso.toolkit.tables.lines import Fault
from danso.toolkit.tables.nested import Picker, paths_of
from danso.toolkit.tables.tables import text_frame
from danso.wire.flattening import Texts, flat

_NEXT: Final = """
SELECT sequence, rows, refused, finishes FROM sources_pushed
WHERE source = %s AND sequence > %s AND rows IS NOT NULL ORDER BY sequence LIMIT 1
"""
_ERASE: Final = """
UPDATE sources_pushed SET rows = NULL WHERE source = %s AND sequence <= %s AND rows IS NOT NULL
"""


@dataclass(frozen=True)
class _Sent:
    """One batch that waits. `refused`: index and code of records that the gateway left out."""

    sequence: int
    rows: list[Texts | str]
    refused: list[Mapping[str, Any]]
    finishes: bool


@dataclass(frozen=True)
class PushConnector:
    """The inbox of one source. Its checkpoint is the number of the last batch that was stored."""

    source: Source
    transport: PushTransport

    def check(self) -> Checked:
        """Have the records that wait the columns described? Nothing waiting is well, too."""
        sent = self._next(0)
        if sent is None or not sent.rows:
            return Checked(ok=True)
        return compare(self.source, paths_of(sent.rows))

    def preview(self, limit: int = 20) -> Batch:
        """The first records that wait."""
        sent = self._next(0)
        if sent is None:
            return Batch(empty_rows(wanted_of(self.source)), (), {})
        return self._batch(_Sent(sent.sequence, sent.rows[:limit], sent.refused, finishes=False))

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Every batch after the last that was stored. Records of batches up to there are erased:
        they are in, and nothing is kept twice."""
        last = int(since["sequence"]) if since else 0
        erase_stored(self.source.code, last)
        while (sent := self._next(last)) is not None:
            last = sent.sequence
            yield self._batch(sent)

    def _batch(self, sent: _Sent) -> Batch:
        wanted = wanted_of(self.source)
        picker = Picker(wanted)
        kept: dict[int, list[str]] = {}
        told = [Fault(int(one["index"]) + 1, str(one["code"])) for one in sent.refused]
        for line, row in enumerate(sent.rows, start=1):
            if isinstance(row, str):
                told.append(Fault(line, row))
            else:
                kept[line] = picker.pick(row)
        columns = {name: [row[at] for row in kept.values()] for at, name in enumerate(wanted)}
        rows, nameless = without_key(text_frame(columns, list(kept)), self.source.key)
        return Batch(
            rows,
            (*told, *nameless),
            {"sequence": sent.sequence},
            end="whole" if sent.finishes else "",
            everything=self.transport.holds == "everything",
        )

    def _next(self, after: int) -> _Sent | None:
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [self.source.code, after])
            found = cursor.fetchone()
        if found is None:
            return None
        sequence, rows, refused, finishes = found
        read = json.loads(rows, parse_int=str, parse_float=str, parse_constant=str)
        told = json.loads(refused) if isinstance(refused, str) else refused
        return _Sent(sequence, [flat(row) for row in read], told, finishes)


def erase_stored(code: str, sequence: int) -> None:
    """Forget the records of batches up to this one; that they came stays known."""
    with connection.cursor() as cursor:
        cursor.execute(_ERASE, [code, sequence])
