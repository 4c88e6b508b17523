"""What the sealed journal of a running home holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.running_home import RunningHome


def sealed_entries(home: RunningHome, target: Path) -> list[dict[str, Any]]:
    """Every entry that is sealed, in the order of the journal; `target` is a new folder."""
    home.danso("journal", "export", str(target))
    lines = (target / "journal.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [json.loads(row["entry"]) for row in rows if "entry" in row]


def backlog(home: RunningHome) -> int:
    """Rows that wait for the sealer."""
    told = json.loads(home.danso("journal", "health", "--json", check=False).stdout)
    return int(told["backlog"])
