"""How jobs come to a source's connector by its code: the home's settings and secrets are known to
`config` alone, which says at start who opens them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final, Protocol

from danso.catalogue.shapes.sources import Source
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.data import source_unplaced


class Connectors(Protocol):
    """The connectors of one home."""

    def placed(self) -> Collection[str]:
        """Codes of the sources whose place this home knows. Raises InvalidValue `source_setup`."""

    def open(self, source: Source) -> Connector:
        """The connector of a source; nothing is opened yet. Raises NotFound `source_unplaced`."""


class _Nowhere:
    """A process that nobody told where the sources are."""

    def placed(self) -> Collection[str]:
        return ()

    def open(self, source: Source) -> Connector:
        raise source_unplaced(source.code)


_told: Final[list[Connectors]] = [_Nowhere()]


def use_connectors(connectors: Connectors) -> Callable[[], None]:
    _told.append(connectors)
    return lambda: _told.remove(connectors)


def connectors() -> Connectors:
    """Those that were told last."""
    return _told[-1]
