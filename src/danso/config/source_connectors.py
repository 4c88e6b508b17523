"""The connectors of a home's sources. Apart from `source_homes`, for they need the module's tables:
what only looks at settings must not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from danso.catalogue.shapes.sources import Source
from danso.config.home import Home
from danso.config.secrets import Secrets
from danso.config.source_homes import read, secret_missing, secret_of
from danso.kernel.errors import NotFound
from danso.modules.sources.adapters.connecting import connect
from danso.modules.sources.adapters.files import FilesConnector
from danso.modules.sources.adapters.places import FILE, PushPlace
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.adapters.shelf import UPLOADS
from danso.modules.sources.interface import push_connector


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
    if name := secret_of(place):
        found = Secrets(home).find(name)
        if found is None:
            raise secret_missing(name)
        secret = found
    return connect(source, place, secret, files=home.files)


@dataclass(frozen=True)
class HomeConnectors:
    """What the jobs open sources with: `sources.toml` as it is now, so that a new place needs no
    restart."""

    home: Home

    def placed(self) -> Collection[str]:
        """See modules/sources/adapters/registry.py."""
        known = read(self.home).items()
        return [code for code, place in known if not isinstance(place, PushPlace)]

    def open(self, source: Source) -> Connector:
        """See modules/sources/adapters/registry.py."""
        return connector_of(self.home, source)
