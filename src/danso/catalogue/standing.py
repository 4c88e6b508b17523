"""The province as a running home knows it: its files, or as they last stood while they are mended.

One faulty line keeps nobody from the rest: `danso up` keeps a copy of the files it found sound in
the home's `files`, and whoever reads the province falls back on it.
"""

import logging
import shutil
from pathlib import Path

from danso.catalogue.faults import CatalogueError
from danso.catalogue.loading import load
from danso.catalogue.province import Province
from danso.kernel.errors import NotFound

FOLDER = "province"
MEANWHILE = "Until then the files count as they stood when danso was last started with sound ones."

logger = logging.getLogger(__name__)


def load_standing(path: Path, files: Path | None) -> Province:
    """The province in the folder `path`; while that has faults, or is away, the copy kept in
    `files`, and the faults go to the log. Raises as `load` where no sound copy was kept."""
    try:
        return load(path)
    except (CatalogueError, NotFound) as faulty:
        kept = None if files is None else kept_of(path, files)
        if kept is None:
            raise
        try:
            found = load(kept)
        except CatalogueError:
            raise faulty from None
        logger.warning("%s\n  %s\n  %s", faulty.message, faulty.fix, MEANWHILE)
        return found


def keep_standing(path: Path, files: Path) -> None:
    """Keep a copy of the province in the folder `path`, which must be sound: raises as `load`."""
    load(path)
    kept = files / FOLDER / path.name
    fresh = kept.with_name(f".{kept.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(path, fresh)
    shutil.rmtree(kept, ignore_errors=True)
    fresh.rename(kept)


def kept_of(path: Path, files: Path) -> Path | None:
    """The copy of the province in the folder `path`; None where none was kept."""
    # The folder is called as the province: the check of its files asks for that.
    kept = files / FOLDER / path.name
    return kept if kept.is_dir() else None
