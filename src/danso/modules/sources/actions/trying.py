"""A trial worked off by the jobs: what a file or a source would bring, and nothing of it taken.

Counts come from comparing with what is held, in a table of this session alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection

from danso.kernel import clock
from danso.kernel.errors import DansoError, InvalidValue, Refused, Unavailable
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.sources.actions.running import RUNNER
from danso.modules.sources.actions.staging import is_too_many, rows_of
from danso.modules.sources.actions.uploading import shelf
from danso.modules.sources.adapters.files import FilesConnector
from danso.modules.sources.adapters.port import Batch, Checked, Checkpoint, Connector
from danso.modules.sources.adapters.registry import connectors
from danso.modules.sources.data import Findings
from danso.modules.sources.engine.cleaning import Rules, clean, rules_of
from danso.modules.sources.models import SourceState, Trial
from danso.modules.sources.queries.locks import TRIAL, alone
from danso.toolkit.platform import platform, province
from danso.toolkit.tables.files import WORKBOOKS, format_of
from danso.toolkit.tables.header import tidied

if TYPE_CHECKING:
    import polars as pl

    from danso.catalogue.shapes.sources import Source

SHOWN: Final = 20
_TOLD_LINES: Final = 200
_MOST_COLUMNS, _LONGEST_NAME = 200, 60
_FRESH: Final = """
CREATE TEMP TABLE sources_tried (record text COLLATE "C" PRIMARY KEY, digest text)
"""
_TAKE: Final = """
INSERT INTO sources_tried SELECT record, digest FROM sources_try_new
ON CONFLICT (record) DO UPDATE SET digest = excluded.digest
"""
_COUNTS: Final = """
SELECT count(*) FILTER (WHERE r.record IS NULL),
       count(*) FILTER (WHERE r.digest <> t.digest OR r.gone_at IS NOT NULL),
       count(*) FILTER (WHERE r.digest = t.digest AND r.gone_at IS NULL)
FROM sources_tried t
LEFT JOIN sources_record r ON r.source = %(source)s AND r.record = t.record
"""
_GONE: Final = """
SELECT count(*) FROM sources_record r WHERE r.source = %(source)s AND r.gone_at IS NULL
AND NOT EXISTS (SELECT FROM sources_tried t WHERE t.record = r.record)
"""


def try_rows(key: UUID) -> None:
    """See interface."""
    with alone(TRIAL, str(key)) as is_mine:
        trial = Trial.objects.filter(key=key, state="waiting").first()
        if not is_mine or trial is None:
            return
        trial.state, trial.begun_at, trial.tries = "checking", clock.now(), trial.tries + 1
        trial.save(update_fields=["state", "begun_at", "tries"])
        try:
            found = _Trying(trial).found()
        except DansoError as error:
            _ended(trial, Findings(problems=(error.code,)), error.code)
        else:
            _ended(trial, found, "" if found.ok else found.problems[0])


def _ended(trial: Trial, found: Findings, problem: str) -> None:
    detail: dict[str, str | int] = {"source": trial.source, "trial": str(trial.key)}
    detail["rows"] = found.rows
    opening = Entry(actor=RUNNER, action="sources.try_rows", outcome="done", detail=detail)
    with audit.carried_out(opening) as ledger:
        ledger.outcome = f"refused:{problem}" if problem else "done"
        # One that was cancelled meanwhile stays so, and nothing of it is kept.
        is_kept = Trial.objects.filter(key=trial.key, state="checking").update(
            state="failed" if problem else "checked",
            ended_at=clock.now(),
            found=asdict(found),
            rows=found.rows,
            problem=problem,
        )
    if not is_kept:
        shelf().clear(trial.key)


@dataclass
class _Trying:
    """One trial on its way."""

    trial: Trial
    rows: int = 0
    faulty: int = 0
    is_whole: bool = False
    lines: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    broken: list[tuple[int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.source: Source = province().source(self.trial.source)
        self.rules: Rules = rules_of(
            province(), accepts_synthetic=platform().is_demo, today=clock.today()
        )

    def found(self) -> Findings:
        checked = self._connector().check()
        problems = [problem.code for problem in checked.problems]
        if self._is_text_as_workbook(checked):
            return Findings(problems=("file_no_workbook",))
        if not checked.ok:
            return self._findings(checked, problems)
        with _table():
            try:
                self._pull()
            except (InvalidValue, Refused, Unavailable) as error:
                return self._findings(checked, [*problems, error.code], ok=False)
            return self._findings(checked, problems, ok=True, **self._compared())

    def _is_text_as_workbook(self, checked: Checked) -> bool:
        """Text under a workbook's name is read all the same, but for what it lacks says nothing."""
        is_named = self.trial.kind == "upload" and self.trial.name.lower().endswith(WORKBOOKS)
        if checked.is_headed or not is_named:
            return False
        folder = shelf().folder_of(self.trial.key)
        return any(format_of(path) == "csv" for path in folder.iterdir())

    def _pull(self) -> None:
        since = None if self.trial.kind == "upload" else _checkpoint(self.source)
        for batch in self._connector().pull(since):
            self._take(batch)
            self.is_whole = batch.everything and batch.end == "whole" and since is None
            if batch.end == "broken":
                raise InvalidValue(
                    "The file can't be read.", code=next(iter(self.lines), "file_damaged"), fix=""
                )
            moved = Trial.objects.filter(key=self.trial.key, state="checking")
            if not moved.update(rows=self.rows):
                return

    def _take(self, batch: Batch) -> None:
        self.lines.update(fault.reason for fault in batch.faulty)
        room = _TOLD_LINES - len(self.broken)
        self.broken += [(one.line, one.reason) for one in batch.faulty[:room]]
        if not batch.rows.height:
            return
        cleaned = clean(self.source, batch.rows, self.rules)
        if not self.rows:
            self._show(cleaned)
        self.rows += cleaned.height
        kept = {record: digest for record, _, digest, _ in rows_of(self.source, cleaned)}
        self.lines["key_twice"] += cleaned.height - len(kept)
        self._count(cleaned)
        with connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE sources_try_new (record text, digest text)")
            with cursor.copy("COPY sources_try_new FROM STDIN") as copy:
                for pair in kept.items():
                    copy.write_row(pair)
            cursor.execute(_TAKE)
            cursor.execute("DROP TABLE sources_try_new")

    def _count(self, cleaned: pl.DataFrame) -> None:
        marks = [f"{one.code}?" for one in self.source.fields]
        for one, mark in zip(self.source.fields, marks, strict=True):
            for fault, count in cleaned[mark].value_counts().iter_rows():
                if fault:
                    self.faults[f"{one.code}:{fault}"] += count
        self.faulty += sum(any(row) for row in cleaned.select(marks).iter_rows())

    def _show(self, cleaned: pl.DataFrame) -> None:
        """The first rows aside, for the one who asked. Nothing of what is locked."""
        if province().is_locked(self.source.code):
            return
        codes = [one.code for one in self.source.fields]
        shown = cleaned.head(SHOWN).to_dicts()
        rows = [[(str(row[code]), str(row[f"{code}?"])) for code in codes] for row in shown]
        shelf().keep_preview(self.trial.key, rows)

    def _compared(self) -> dict[str, int | None]:
        # One line would ask whether it is held, and how much is.
        if province().is_locked(self.source.code):
            return {}
        asked = {"source": self.source.code}
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE sources_tried")
            cursor.execute(_COUNTS, asked)
            new, changed, same = cursor.fetchone() or (0, 0, 0)
            gone = None
            if self.is_whole:
                cursor.execute(_GONE, asked)
                (gone,) = cursor.fetchone() or (0,)
        held = gone is not None and is_too_many(gone, of=changed + same + gone)
        return {"new": new, "changed": changed, "same": same, "gone": gone, "held": held}

    def _findings(
        self, checked: Checked, problems: list[str], *, ok: bool = False, **counts: int | None
    ) -> Findings:
        found = Findings(
            ok=ok,
            problems=tuple(dict.fromkeys(problems)) or (() if ok else ("source_down",)),
            columns=_mapped(self.source, checked),
            missing=checked.missing,
            rows=self.rows,
            faulty=self.faulty,
            faults=dict(self.faults),
            lines={code: count for code, count in self.lines.items() if count},
            broken=tuple(self.broken),
        )
        return Findings(**{**vars(found), **counts})

    def _connector(self) -> Connector:
        transport = self.source.transport
        if self.trial.kind == "upload" and transport.kind == "file":
            folder = shelf().folder_of(self.trial.key)
            return FilesConnector(self.source, transport, folder, quiet=0.0)
        return connectors().open(self.source)


def _checkpoint(source: Source) -> Checkpoint | None:
    state = SourceState.objects.filter(source=source.code).first()
    return state.checkpoint if state else None


def _mapped(source: Source, checked: Checked) -> tuple[tuple[str, str], ...]:
    """Each column with the field that it fills: of several that a field may come under, the first
    that is there. Names come from outside, and a file without headings has people there: where no
    header is sure, columns that no field names are counted and left without their name."""
    here = {tidied(column) for column in checked.found}
    fills = {}
    for one in source.fields:
        used = next((tidied(name) for name in one.columns if tidied(name) in here), None)
        if used is not None:
            fills[used] = one.code
    named = [column for column in checked.found if column][:_MOST_COLUMNS]
    told = tuple((column[:_LONGEST_NAME], fills.get(tidied(column), "")) for column in named)
    if checked.is_headed:
        return told
    return tuple((name if field else "", field) for name, field in told)


@contextmanager
def _table() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sources_tried, sources_try_new")
        cursor.execute(_FRESH)
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("DROP TABLE IF EXISTS sources_tried, sources_try_new")
