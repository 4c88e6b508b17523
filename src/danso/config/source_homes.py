"""The sources of a home: where each is (`sources.toml`), its secret, and its connector."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from danso.catalogue.shapes.sources import Source
from danso.config.home import Home
from danso.config.identities import PAGES, let_list, let_read
from danso.config.secrets import Secrets
from danso.kernel.errors import InvalidValue, NotFound
from danso.modules.sources.adapters.connecting import connect
from danso.modules.sources.adapters.files import FilesConnector
from danso.modules.sources.adapters.places import FILE, FilePlace, Place, read_places
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.adapters.shelf import UPLOADS
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
    # The jobs run as a user of their own; accounts and addresses are no secrets to them.
    let_read(draft, PAGES)
    draft.replace(home.files / FILE)
    return places


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
    return sorted({name for name in map(_secret_of, places.values()) if name})


def connector_of(home: Home, source: Source) -> Connector:
    """A source's connector in this home; nothing is opened yet."""
    if source.transport.kind == "push":
        return push_connector(source.code)
    place = read(home).get(source.code)
    uploads = home.files / UPLOADS / source.code
    if place is None and source.transport.kind == "file" and uploads.is_dir():
        return FilesConnector(source, source.transport, uploads, quiet=0.0)
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


@dataclass(frozen=True)
class HomeConnectors:
    """What the jobs open sources with: `sources.toml` as it is now, so that a new place needs no
    restart."""

    home: Home

    def placed(self) -> Collection[str]:
        """See modules/sources/adapters/registry.py."""
        return read(self.home).keys()

    def open(self, source: Source) -> Connector:
        """See modules/sources/adapters/registry.py."""
        return connector_of(self.home, source)


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
