"""What `danso source load` says of a load: lines by reason, the first by number, what was held."""

from __future__ import annotations

import io
import json
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


def listed(capsys: pytest.CaptureFixture[str], *words: str, loaded: bool | None = None) -> set[str]:
    command.list_sources(list(words), loaded=loaded, as_json=True)
    return {one["code"] for one in json.loads(capsys.readouterr().out)}


def test_list_is_narrowed_by_words_and_by_what_was_loaded(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    every = listed(capsys)
    assert listed(capsys, "bao hiem") < every
    assert "insurance" in listed(capsys, "Bảo hiểm", "xã hội")
    assert listed(capsys, "so-tu-phap") >= {"legal-aid", "nationality"}
    assert listed(capsys, "kettle") == set()
    load(folder, "a", range(ALL))
    assert listed(capsys, loaded=True) == {SOURCE}
    assert listed(capsys, loaded=False) == every - {SOURCE}
