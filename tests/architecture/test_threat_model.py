"""The threat model names files and tests; all of them exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/explanation/threat-model.md").read_text(encoding="utf-8")


def named_files() -> set[Path]:
    """Whole paths, and bare test files (which stand for a path named before them)."""
    quoted = re.findall(r"`((?:src|tests|docs)/[\w./-]+|test_\w+\.py|standing\.py)`", PAGE)
    return {Path(name) for name in quoted}


def test_every_file_named_exists() -> None:
    known = {path.name for folder in ("src", "tests") for path in (ROOT / folder).rglob("*.py")}
    missing = [
        path
        for path in sorted(named_files())
        if not (ROOT / path).exists() and path.name not in known
    ]
    assert missing == []


def test_every_test_hinted_at_exists() -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py"))
    names = re.findall(r"def (test_\w+)", tests)
    hints = re.findall(r"`\(?`?(\w+)`\)", PAGE)
    assert hints
    assert [hint for hint in hints if not any(hint in name for name in names)] == []
