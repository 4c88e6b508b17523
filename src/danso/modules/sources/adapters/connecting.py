"""A source's connector: its description, where it is for this home, and the secret."""

from __future__ import annotations

from pathlib import Path

from danso.catalogue.shapes.sources import FileTransport, RestTransport, Source, SqlTransport
from danso.modules.sources.adapters.calls import Caller
from danso.modules.sources.adapters.faults import setup_wrong
from danso.modules.sources.adapters.files import FilesConnector
from danso.modules.sources.adapters.mariadb import MariadbEngine
from danso.modules.sources.adapters.places import (
    FILE,
    GUIDE,
    FilePlace,
    Place,
    RestPlace,
    SqlPlace,
    reach_of,
)
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.adapters.postgresql import PostgresqlEngine
from danso.modules.sources.adapters.rest import RestConnector
from danso.modules.sources.adapters.shelf import UPLOADS
from danso.modules.sources.adapters.sql import SqlConnector


def connect(source: Source, place: Place, secret: str, *, files: Path) -> Connector:
    """The connector of a source; nothing is opened yet. `files`: the home's folder in which a
    relative folder of dropped files lies.

    InvalidValue `source_setup` where the place is not of the source's transport.
    """
    transport = source.transport
    if isinstance(transport, FileTransport) and isinstance(place, FilePlace):
        uploads = files / UPLOADS / source.code
        return FilesConnector(source, transport, files / place.folder, place.quiet, uploads)
    if isinstance(transport, RestTransport) and isinstance(place, RestPlace):
        _check_road(source, place)
        if transport.sign_in == "oauth" and not place.token_url:
            raise setup_wrong(f"{FILE}: [{source.code}] needs its token_url.", GUIDE)
        caller = Caller(place, transport.sign_in, secret, reach_of(source.code, place))
        return RestConnector(source, transport, place.url, caller)
    if isinstance(transport, SqlTransport) and isinstance(place, SqlPlace):
        make = PostgresqlEngine if transport.engine == "postgresql" else MariadbEngine
        engine = make(source.code, place, secret)
        return SqlConnector(source, transport, engine, place.settled)
    raise setup_wrong(
        f"{FILE}: [{source.code}] is for another transport than {transport.kind}.", GUIDE
    )


def _check_road(source: Source, place: RestPlace) -> None:
    """What a home sets for a road is for the road that the source is described to come by."""
    for road, known in (("ndxp", place.lgsp), ("ndop", place.ndop)):
        if known is not None and source.road != road:
            table = "lgsp" if road == "ndxp" else road
            raise setup_wrong(
                f"{FILE}: [{source.code}.{table}] is for the road {road}, but {source.code} comes "
                f"by {source.road}.",
                "Take it out, or correct the road in the source's description.",
            )
