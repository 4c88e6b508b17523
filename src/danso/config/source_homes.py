"""The sources of a home: where each is (`sources.toml`), its secret, and its connector."""

from __future__ import annotations

from pathlib import Path

from danso.catalogue.shapes.sources import Source
from danso.config.home import Home
from danso.config.identities import PAGES, let_list
from danso.config.secrets import Secrets
from danso.kernel.errors import InvalidValue, NotFound
from danso.modules.sources.adapters.connecting import connect
from danso.modules.sources.adapters.places import FILE, FilePlace, Place, read_places
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.interface import push_connector


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
    for name in sorted(filter(None, map(_secret_of, places.values()))):
        _install_secret(home, name, file.parent / name)
    for place in places.values():
        if isinstance(place, FilePlace) and not Path(place.folder).is_absolute():
            folder = home.files / place.folder
            folder.mkdir(parents=True, exist_ok=True)
            let_list(folder, PAGES)
    draft = home.files / f"{FILE}.new"
    draft.write_text(text, encoding="utf-8")
    draft.replace(home.files / FILE)
    return places


def read(home: Home) -> dict[str, Place]:
    """Where each source is for this home, by its code; empty where nothing was connected yet."""
    try:
        text = (home.files / FILE).read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    return read_places(text, is_demo=is_demo(home))


def connector_of(home: Home, source: Source) -> Connector:
    """A source's connector in this home; nothing is opened yet."""
    if source.transport.kind == "push":
        return push_connector(source.code)
    place = read(home).get(source.code)
    if place is None:
        raise NotFound(
            f"{FILE} does not say where {source.code} is",
            code="source_unplaced",
            fix=f"Add a table [{source.code}]: docs/how-to/connect-a-source.md.",
        )
    secret = ""
    if name := _secret_of(place):
        found = Secrets(home).find(name)
        if found is None:
            raise _secret_missing(name)
        secret = found
    return connect(source, place, secret, files=home.files)


def is_demo(home: Home) -> bool:
    """Whether the home is stamped as a demo: nothing else may call itself."""
    return home.read_stamp().get("kind") == "demo"


def _secret_of(place: Place) -> str | None:
    return None if isinstance(place, FilePlace) else place.secret


def _install_secret(home: Home, name: str, beside: Path) -> None:
    secrets = Secrets(home)
    if beside.is_file():
        secrets.write(name, beside.read_text(encoding="utf-8").strip())
    elif secrets.find(name) is None:
        raise _secret_missing(name)


def _secret_missing(name: str) -> InvalidValue:
    return InvalidValue(
        f"the secret {name} is missing",
        code="source_secret",
        fix=f"Put it beside sources.toml as {name} (0600) and install that again.",
    )
