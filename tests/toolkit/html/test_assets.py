"""What the build leaves: whole, hashed, compressed, ours alone; a lock that names no registry."""

import gzip
import hashlib
import json
import re
import unicodedata
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client
from tools.messages import ROOT

BUILT = ROOT / "build/static"


@pytest.fixture(scope="module")
def manifest() -> dict[str, str]:
    path = BUILT / "staticfiles.json"
    assert path.exists(), "assets are not built: run `make setup` (or python tools/build_assets.py)"
    paths: dict[str, str] = json.loads(path.read_text())["paths"]
    return paths


def test_hashed_names_tell_the_truth(manifest: dict[str, str]) -> None:
    assert {"danso/danso.css", "danso/danso.js", "danso/charts.js", "danso/icon.svg"} <= set(
        manifest
    )
    for name, hashed in manifest.items():
        content = (BUILT / hashed).read_bytes()
        assert content == (BUILT / name).read_bytes()
        assert hashlib.sha256(content).hexdigest()[:12] in hashed
        packed = BUILT / f"{hashed}.gz"
        if packed.exists():
            assert gzip.decompress(packed.read_bytes()) == content


def test_pages_link_to_hashed_names(manifest: dict[str, str], client: Client) -> None:
    text = client.get("/gallery").content.decode()
    for name in ("danso/danso.css", "danso/danso.js", "danso/charts.js"):
        assert f"/static/{manifest[name]}" in text


def test_a_name_that_was_never_built_stays_plain() -> None:
    assert staticfiles_storage.url("danso/no-such.css") == "/static/danso/no-such.css"


def test_the_stylesheet_has_our_letters_and_nobody_elses_marks(manifest: dict[str, str]) -> None:
    css = (BUILT / manifest["danso/danso.css"]).read_text()
    linked = re.findall(r"url\(\"?([^)\"]+)\"?\)", css)
    fonts = [name for name in linked if not name.startswith("data:")]
    assert len(fonts) == 6
    assert all((BUILT / "danso" / name).exists() for name in fonts)
    for mark in ("GDS Transport", "crown", "crest"):
        assert mark not in css, mark
    assert not [name for name in linked if ":" in name and not name.startswith("data:")]


def test_the_three_subsets_hold_every_vietnamese_letter(manifest: dict[str, str]) -> None:
    css = (BUILT / manifest["danso/danso.css"]).read_text()
    spans = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", css)
    ranges = [(int(low, 16), int(high or low, 16)) for low, high in spans]
    vowels = "aăâeêioôơuưy"
    letters = "".join(
        f"{v}{t}" for v in vowels for t in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    )
    text = unicodedata.normalize("NFC", letters + letters.upper() + "đĐ₫")
    missing = [one for one in text if not any(low <= ord(one) <= high for low, high in ranges)]
    assert missing == []


def test_scripts_never_evaluate_text_on_their_own(manifest: dict[str, str]) -> None:
    # htmx carries guarded calls; the page's policy and allowEval=false keep them shut.
    source = (ROOT / "src/danso/toolkit/html/assets/js/danso.js").read_text()
    assert "allowEval: false" in source
    assert "includeIndicatorStyles: false" in source
    assert "historyEnabled: false" in source


def test_the_lock_is_exact_and_names_no_registry() -> None:
    text = (ROOT / "package-lock.json").read_text()
    assert "://" not in text, "npm wrote hosts into the lock again: remove its `funding` entries"
    lock = json.loads(text)
    assert not [name for name, entry in lock["packages"].items() if "resolved" in entry]
    assert all("integrity" in entry for name, entry in lock["packages"].items() if name)
    package = json.loads((ROOT / "package.json").read_text())
    for pin in [*package["dependencies"].values(), *package["devDependencies"].values()]:
        assert re.fullmatch(r"\d+\.\d+\.\d+", pin), pin


def test_nothing_third_party_lies_in_the_room() -> None:
    folder = ROOT / "src/danso/toolkit/html/assets"
    kinds = {path.suffix for path in Path(folder).rglob("*") if path.is_file()}
    assert kinds == {".js", ".scss", ".svg"}
