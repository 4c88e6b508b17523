"""The sources of a home: where each is (`sources.toml`), and its secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from danso.catalogue.pushing import FILE as PUSHED
from danso.config.home import Home
from danso.config.identities import PAGES, let_list, let_read
from danso.config.secrets import Secrets
from danso.kernel.errors import InvalidValue
from danso.modules.sources.adapters.places import (
    FILE,
    FilePlace,
    Place,
    PushPlace,
    read_places,
)


def install(home: Home, file: Path) -> dict[str, Place]:
    """Check a `sources.toml` and put it, with the secrets beside it, into the home.

    A home that has a secret already (or gets it by environment) needs none beside the file. Folders
    for dropped files are made.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidValue(
            f"{file} cannot be read", code="source_setup", fix="Name a sources.toml."
        ) from error
    places = read_places(text, is_demo=is_demo(home))
    for name in sorted(filter(None, map(secret_of, places.values()))):
        _install_secret(home, name, file.parent / name)
    for place in places.values():
        if isinstance(place, FilePlace) and not Path(place.folder).is_absolute():
            folder = home.files / place.folder
            folder.mkdir(parents=True, exist_ok=True)
            let_list(folder, PAGES)
    _keep_pushed(home, places)
    draft = home.files / f"{FILE}.new"
    draft.write_text(text, encoding="utf-8")
    # The jobs run as a user of their own; accounts and addresses are no secrets to them.
    let_read(draft, PAGES)
    draft.replace(home.files / FILE)
    return places


def _keep_pushed(home: Home, places: Mapping[str, Place]) -> None:
    """Whose owners send their records here, for every process: codes are nobody's secret."""
    told = {code: place.push for code, place in places.items() if isinstance(place, PushPlace)}
    draft = home.files / f"{PUSHED}.new"
    draft.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    draft.chmod(0o644)
    draft.replace(home.files / PUSHED)


def read(home: Home) -> dict[str, Place]:
    """Where each source is for this home, by its code; empty where nothing was connected yet."""
    try:
        text = (home.files / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return read_places(text, is_demo=is_demo(home))


def secret_names(home: Home) -> list[str]:
    """Names of the secrets that the home's sources need; none where its settings do not hold,
    which the jobs tell of each source."""
    try:
        places = read(home)
    except InvalidValue:
        return []
    return sorted({name for name in map(secret_of, places.values()) if name})


def is_demo(home: Home) -> bool:
    """Whether the home is stamped as a demo: nothing else may call itself."""
    return home.read_stamp().get("kind") == "demo"


def secret_of(place: Place) -> str | None:
    """The name of the secret by which a place is opened, where it needs one."""
    return None if isinstance(place, FilePlace | PushPlace) else place.secret


def _install_secret(home: Home, name: str, beside: Path) -> None:
    secrets = Secrets(home)
    if beside.is_file():
        secrets.write(name, beside.read_text(encoding="utf-8").strip())
    elif secrets.find(name) is None:
        raise secret_missing(name)


def secret_missing(name: str) -> InvalidValue:
    """That a place cannot be opened without it."""
    return InvalidValue(
        f"the secret {name} is missing",
        code="source_secret",
        fix=f"Put it beside sources.toml as {name} (0600) and install that again.",
    )
