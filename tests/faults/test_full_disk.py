"""A disk that fills up under an import: a clear word, nothing half-written, then it goes on."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from danso.config.home import Home
from danso.config.postgres import ROOT_FOLDER
from tests.running_home import RunningHome, free_ports

DISK_MB = 420
LEFT_MB = 6


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[RunningHome, Path]]:
    """A home whose database lies on a small disk of its own."""
    if os.geteuid() != 0:
        pytest.fail("NOT RUN: making a small disk needs root")
    made = RunningHome(Home(tmp_path / "home"), free_ports(), 0)
    place = f"full-disk-{os.getpid()}"
    disk = ROOT_FOLDER / place
    disk.mkdir(parents=True, mode=0o700, exist_ok=True)
    (made.home.path / "postgres").mkdir(parents=True)
    (made.home.path / "postgres" / "place").write_text(place)
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(disk)], check=True
    )
    try:
        made.start()
        yield made, disk
    finally:
        made.stop()
        subprocess.run(["umount", "-l", str(disk)], check=True)
        disk.rmdir()


def test_import_on_a_full_disk_says_so_and_goes_on_once_there_is_room(
    small_disk: tuple[RunningHome, Path], tmp_path: Path
) -> None:
    home, disk = small_disk
    people = tmp_path / "people"
    before = count(home)
    home.danso("synth", str(people), "--people=20000", "--clean")
    source = people / "clean" / "people.csv.gz"
    filler = disk / "filler"
    with filler.open("wb") as file:
        free = os.statvfs(disk)
        file.write(b"\0" * (free.f_bavail * free.f_frsize - LEFT_MB * 1_000_000))

    refused = home.danso("import", "people", str(source), check=False)
    assert refused.returncode == 1
    # Where the server itself fell over the disk, the last try meets nobody.
    said = ("disk is full", "does not answer", "can't be reached")
    assert any(words in refused.stderr for words in said), refused.stderr
    assert "Traceback" not in refused.stderr

    filler.unlink()
    home.wait_until_ready()
    home.danso("import", "people", str(source))
    assert count(home) - before == 20_000
    home.danso("journal", "verify")


def count(home: RunningHome) -> int:
    """Everybody in the register."""
    counted = home.json("population", "count")
    return sum(row["alive"] + row["dead"] + row["missing"] for row in counted)
