"""Whether the browser's files were built from the code that runs: scripts missing or older than the
pages break them without a word."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

SOURCES: Final = Path(__file__).resolve().parents[1] / "toolkit/html/assets"
# Beside what was built; written by tools/build_assets.py.
STAMP: Final = "sources.txt"
MANIFEST: Final = "staticfiles.json"


def built_folder() -> Path:
    """Where the finished files lie: of this checkout, or where the host was told."""
    told = os.environ.get("DANSO_STATIC_ROOT")
    return Path(told) if told else SOURCES.parents[4] / "build/static"


def digest_of_sources(folder: Path = SOURCES) -> str:
    """One hash over the names and bytes of our own scripts, styles and images."""
    total = hashlib.sha256()
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        total.update(path.relative_to(folder).as_posix().encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def assets_fault(built: Path, sources: Path = SOURCES) -> str:
    """What is wrong with the built files, in a sentence; empty when they are of this code."""
    if not (built / MANIFEST).exists():
        return "The pages' scripts and styles were never built: pages are bare."
    stamp = built / STAMP
    if not stamp.exists() or stamp.read_text() != digest_of_sources(sources):
        return "The pages' scripts and styles are older than the code: pages may not work."
    return ""
