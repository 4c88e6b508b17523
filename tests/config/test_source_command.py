"""What `danso source load` says of a load: lines by reason, the first by number, what was held."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from danso.config.commands import source as command
from tests.modules.sources.test_shrinking import ALL, SOURCE, folder, load

__all__ = ["folder"]


def test_load_tells_lines_and_a_held_end(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(folder, "a", range(ALL))
    (folder / "b.csv").write_text("MA_SO_BHXH,HO_TEN\n9900000001,Cầm Bá Lai\nmột,hai,ba\n")
    out = io.StringIO()
    monkeypatch.setattr(command, "console", Console(file=out, width=200))

    command.load(SOURCE, folder, matching=False)

    told = out.getvalue()
    assert "not read, row_long" in told
    assert "b.csv line 3: row_long" in told
    assert f"danso source let-end {SOURCE}" in told
