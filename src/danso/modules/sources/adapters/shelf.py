"""Where files that came on a page lie: apart until they are confirmed, then where their source
looks for them; and the first rows of each, for the one who asked. All deleted in the end."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import UUID

from danso.modules.sources.data import upload_too_large

UPLOADS: Final = "uploads"
TRIALS: Final = "trials"


class Shelf:
    """The files of one home. Pages and jobs run as the same user, and nobody else reads them."""

    def __init__(self, home: Path) -> None:
        self._files = home / "files"

    def folder_of(self, trial: UUID) -> Path:
        """Holds the uploaded file and nothing else."""
        return self._files / TRIALS / str(trial)

    def take_in(self, trial: UUID, chunks: Iterable[bytes], *, most: int) -> int:
        """Write an upload as it comes; returns its bytes. InvalidValue `upload_too_large`."""
        folder = self.folder_of(trial)
        _make(folder)
        size = 0
        handle = os.open(folder / str(trial), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in chunks:
                    size += len(chunk)
                    if size > most:
                        raise upload_too_large()
                    file.write(chunk)
        except BaseException:
            self.clear(trial)
            raise
        return size

    def confirm(self, trial: UUID, source: str) -> None:
        """Put it where its source looks, as the file that came now. Harmless twice."""
        uploads = self._files / UPLOADS / source
        _make(uploads)
        waiting = self.folder_of(trial) / str(trial)
        if waiting.exists():
            os.utime(waiting)
            waiting.replace(uploads / str(trial))
        self.clear(trial)

    def confirmed_file(self, trial: UUID, source: str) -> Path:
        """Where a confirmed file waits until it is in."""
        return self._files / UPLOADS / source / str(trial)

    def forget(self, trial: UUID, source: str) -> None:
        """Delete a confirmed file."""
        self.confirmed_file(trial, source).unlink(missing_ok=True)

    def clear(self, trial: UUID) -> None:
        """Delete whatever of a trial is there."""
        shutil.rmtree(self.folder_of(trial), ignore_errors=True)
        self._preview(trial).unlink(missing_ok=True)

    def keep_preview(self, trial: UUID, rows: Sequence[Sequence[tuple[str, str]]]) -> None:
        """The first rows: of each field its value and fault."""
        draft = self._preview(trial).with_suffix(".new")
        _make(draft.parent)
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(rows, file, ensure_ascii=False)
        draft.replace(self._preview(trial))

    def preview(self, trial: UUID) -> list[list[tuple[str, str]]]:
        """What `keep_preview` kept; empty where it is gone."""
        with suppress(FileNotFoundError):
            kept = json.loads(self._preview(trial).read_text(encoding="utf-8"))
            return [[(value, fault) for value, fault in row] for row in kept]
        return []

    def _preview(self, trial: UUID) -> Path:
        return self._files / TRIALS / f"{trial}.json"


def _make(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
