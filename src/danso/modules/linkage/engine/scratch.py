"""A folder for one run, which holds personal data in bulk: nobody else reads it, gone with it."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PREFIX: Final = "match-"
# Locked as long as the run lives, and by nobody once it was killed.
HELD: Final = "held"


@contextmanager
def scratch(root: Path) -> Iterator[Path]:
    """A new folder in `root` for the length of the block; what killed runs left is removed."""
    root.mkdir(mode=0o700, exist_ok=True)
    sweep(root)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=root))
    try:
        with (folder / HELD).open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(root: Path) -> None:
    """Remove the folders of runs that were killed."""
    for held in root.glob(f"{PREFIX}*/{HELD}"):
        try:
            with held.open("r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            # A run that lives, or another user's.
            continue
        shutil.rmtree(held.parent, ignore_errors=True)
