"""Finds a Chromium for the journeys: one that is there, else Debian's, else Playwright's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_chromium() -> str | None:
    """The path of a browser that is installed, or None."""
    named = os.environ.get("DANSO_CHROMIUM")
    found = named or next((path for name in NAMES if (path := shutil.which(name))), None)
    brought = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-*/chrome"))
    return found or (str(brought[-1]) if brought else None)


def install_chromium() -> str | None:
    """Install one with what this machine allows; None where nothing worked."""
    attempts: list[list[str]] = []
    if os.geteuid() == 0 and shutil.which("apt-get"):
        attempts += [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]
    for command in attempts:
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    if find_chromium() is None:
        subprocess.run(
            [sys.executable, "-m", "playwright", "install", "chromium"],
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return find_chromium()


def main() -> None:
    """Exit code 1 and NOT RUN where there is no browser: never a silent skip."""
    found = find_chromium() or install_chromium()
    if found is None:
        sys.exit("NOT RUN: the journeys need Chromium and none could be installed")
    sys.stdout.write(f"journeys run in {found}\n")


if __name__ == "__main__":
    main()
