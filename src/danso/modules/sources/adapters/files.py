"""Files that an owner drops into a folder: each read once, in the order in which they came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import polars as pl

from danso.catalogue.shapes.sources import FileTransport, Source
from danso.kernel import clock
from danso.kernel.errors import DansoError, InvalidValue, NotFound, Unavailable
from danso.modules.sources.adapters.faults import SourceDown
from danso.modules.sources.adapters.port import (
    Batch,
    Checked,
    Checkpoint,
    End,
    Problem,
    compare,
    empty_rows,
    wanted_of,
    without_key,
)
from danso.toolkit.tables.dbf import LONGEST_NAME
from danso.toolkit.tables.files import digest_of
from danso.toolkit.tables.lines import Fault
from danso.toolkit.tables.opening import open_table
from danso.toolkit.tables.tables import Table

# What upload programs call a file that is not whole yet.
_UNFINISHED: Final = (".part", ".tmp", ".crdownload", ".filepart", ".new")


@dataclass(frozen=True)
class _Progress:
    """Digests of files that are in, and how far the one being read is."""

    done: tuple[str, ...] = ()
    digest: str = ""
    line: int = 0

    @classmethod
    def of(cls, since: Checkpoint | None) -> _Progress:
        if since is None:
            return cls()
        return cls(tuple(since["done"]), str(since["digest"]), int(since["line"]))

    def as_checkpoint(self) -> Checkpoint:
        return {"done": list(self.done), "digest": self.digest, "line": self.line}


@dataclass(frozen=True)
class FilesConnector:
    """The folder of one source. `quiet`: seconds for which a file must not have changed, for it
    may still be on its way. `uploads`: where files confirmed on a page wait, whole."""

    source: Source
    transport: FileTransport
    folder: Path
    quiet: float = 10.0
    uploads: Path | None = None

    def check(self) -> Checked:
        """Is the folder there, and does its newest file have the columns described?"""
        try:
            files = self._files()
            if not files:
                return Checked(ok=True)
            newest = open_table(files[-1], self._known, self.transport.formats)
            checked = self._compared(newest)
            unsettled = self._unsettled()
        except DansoError as error:
            return Checked.failed(error)
        except OSError as error:
            return Checked.failed(SourceDown(f"file, {type(error).__name__}"))
        if unsettled:
            names = ", ".join(path.name for path in unsettled[:5])
            problem = Problem(
                "file_unsettled",
                f"Not read yet, because they are still being written: {names}.",
                "Wait until the upload has ended.",
            )
            return replace(checked, problems=(*checked.problems, problem))
        return checked

    def preview(self, limit: int = 20) -> Batch:
        """The first rows of the newest file."""
        files = self._files()
        if not files:
            return Batch(empty_rows(wanted_of(self.source)), (), {})
        table = self._checked(files[-1])
        for piece in table.read(wanted_of(self.source)):
            rows, nameless = without_key(piece.rows.head(limit), self.source.key)
            return Batch(rows, (*piece.faults[:limit], *nameless), {}, files[-1].name)
        return Batch(empty_rows(wanted_of(self.source)), (), {}, files[-1].name)

    def pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        """Every file that is not in yet, by the time it came. Where files hold changes only, one
        that can't be read stops the pull: what came later may rest on it. Where each holds
        everything, it is told as faulty and the next one is read."""
        try:
            yield from self._pull(since)
        except OSError as error:
            raise SourceDown(f"file, {type(error).__name__}") from error

    def _pull(self, since: Checkpoint | None) -> Iterator[Batch]:
        begun = _Progress.of(since)
        files = {path: digest_of(path) for path in self._files()}
        here = set(files.values())
        # A file that was taken away is not remembered for ever.
        done = tuple(one for one in begun.done if one in here)
        for path, digest in files.items():
            if digest in done:
                continue
            line = begun.line if digest == begun.digest else 0
            yield from self._pull_file(path, _Progress(done, digest, line))
            done = (*done, digest)

    def _pull_file(self, path: Path, progress: _Progress) -> Iterator[Batch]:
        try:
            yield from self._batches(path, progress)
        except InvalidValue as error:
            if error.code == "source_columns_missing" or self.transport.holds == "changes":
                raise
            yield self._end(path, progress, "broken", Fault(0, error.code))

    def _batches(self, path: Path, progress: _Progress) -> Iterator[Batch]:
        before = path.stat()
        for piece in self._checked(path).read(wanted_of(self.source), after=progress.line):
            rows, nameless = without_key(piece.rows, self.source.key)
            after = replace(progress, line=piece.last).as_checkpoint()
            yield self._batch(path, rows, (*piece.faults, *nameless), after)
        now = path.stat()
        if (before.st_size, before.st_mtime_ns) != (now.st_size, now.st_mtime_ns):
            raise Unavailable(
                f"{path.name} changed while it was read.",
                code="file_unsettled",
                fix="Nothing is lost: it is read again from its first row.",
            )
        yield self._end(path, progress, "whole")

    def _batch(
        self, path: Path, rows: pl.DataFrame, faulty: tuple[Fault, ...], after: Checkpoint
    ) -> Batch:
        return Batch(rows, faulty, after, path.name, everything=self._is_everything)

    def _end(self, path: Path, progress: _Progress, end: End, *faulty: Fault) -> Batch:
        """The file is done with: never read again."""
        after = _Progress((*progress.done, progress.digest)).as_checkpoint()
        rows = empty_rows(wanted_of(self.source))
        return replace(self._batch(path, rows, faulty, after), end=end)

    @property
    def _is_everything(self) -> bool:
        return self.transport.holds == "everything"

    def _checked(self, path: Path) -> Table:
        """The file, with the columns that are needed."""
        table = open_table(path, self._known, self.transport.formats)
        if lacking := self._compared(table).problems:
            raise InvalidValue(lacking[0].message, code=lacking[0].code, fix=lacking[0].fix)
        return table

    def _compared(self, table: Table) -> Checked:
        longest = LONGEST_NAME if table.format == "dbf" else None
        return compare(self.source, table.headings, longest=longest)

    @property
    def _known(self) -> list[str]:
        return [column for one in self.source.fields for column in one.columns]

    def _files(self) -> list[Path]:
        """Files that are whole, oldest first."""
        return [path for path, is_settled in self._seen() if is_settled]

    def _unsettled(self) -> list[Path]:
        return [path for path, is_settled in self._seen() if not is_settled]

    def _seen(self) -> list[tuple[Path, bool]]:
        if not self.folder.is_dir():
            raise NotFound(
                "The folder into which this source's files are dropped is not there.",
                code="source_folder",
                fix="Make it, or name another one in sources.toml.",
            )
        latest = clock.timestamp() - self.quiet
        found = [(*one, one[0] <= latest * 1e9) for one in _listed(self.folder)]
        if self.uploads is not None and self.uploads.is_dir():
            found += [(*one, True) for one in _listed(self.uploads)]
        return [
            (path, is_settled and not path.name.lower().endswith(_UNFINISHED))
            for _, _, path, is_settled in sorted(found)
        ]


def _listed(folder: Path) -> list[tuple[int, str, Path]]:
    """Files by when they were last changed."""
    return [
        (path.stat().st_mtime_ns, path.name, path)
        for path in folder.iterdir()
        if path.is_file() and not path.is_symlink() and not path.name.startswith((".", "~"))
    ]
