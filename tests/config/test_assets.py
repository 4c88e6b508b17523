"""Built files that are missing or of other code are told of in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from danso.config.assets import MANIFEST, STAMP, assets_fault, digest_of_sources


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "assets/js"
    folder.mkdir(parents=True)
    (folder / "keys.js").write_text("export const one = 1;")
    return tmp_path / "assets"


@pytest.fixture
def built(tmp_path: Path, sources: Path) -> Path:
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / MANIFEST).write_text("{}")
    (folder / STAMP).write_text(digest_of_sources(sources))
    return folder


def test_built_from_this_code_is_no_fault(built: Path, sources: Path) -> None:
    assert assets_fault(built, sources) == ""


def test_never_built(tmp_path: Path, sources: Path) -> None:
    assert "never built" in assets_fault(tmp_path / "nowhere", sources)


@pytest.mark.parametrize("changed", ["changed", "added", "renamed", "no stamp"])
def test_older_than_the_code(built: Path, sources: Path, changed: str) -> None:
    script = sources / "js/keys.js"
    if changed == "changed":
        script.write_text("export const one = 2;")
    elif changed == "added":
        (sources / "js/proof.js").write_text("")
    elif changed == "renamed":
        script.rename(sources / "keys.js")
    else:
        (built / STAMP).unlink()
    assert "older than the code" in assets_fault(built, sources)
