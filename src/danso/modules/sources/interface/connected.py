"""The part of the door about connected sources: loading, matching, what they tell."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from uuid import UUID

from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.linkage.data import MatchRun
from danso.modules.linkage.interface import Model
from danso.modules.sources.actions import loading, matching, taking_pushed, telling
from danso.modules.sources.adapters.files import FilesConnector
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.data import FactRecord, LoadRecord, OwnersRecord, SourceStanding
from danso.modules.sources.queries import connected
from danso.toolkit.platform import province


def files_connector(code: str, folder: Path, *, quiet: float = 0.0) -> Connector:
    """A connector over files of a source in a folder. InvalidValue `source_no_files` where its
    description says that it comes another way. `quiet`: seconds a file must lie still."""
    source = province().source(code)
    if source.transport.kind != "file":
        raise InvalidValue(
            f"The source {code} does not come as files.",
            code="source_no_files",
            fix="Describe its place in sources.toml, or change its transport.",
        )
    return FilesConnector(source, source.transport, folder, quiet)


def push_connector(code: str) -> Connector:
    """A connector over what the owner of a source sent to the gateway. InvalidValue
    `source_not_pushed` where its description says that it comes another way."""
    return taking_pushed.push_connector(code)


def take_pushed() -> list[LoadRecord]:
    """Load whatever owners sent, source by source, and erase it from the inbox. A source that is
    being loaded already waits for the next time. For the timed job."""
    return taking_pushed.take_pushed()


def load_source(
    code: str,
    connector: Connector,
    *,
    actor: Actor,
    progress: Callable[[int], None] | None = None,
) -> LoadRecord:
    """Pull a source: records cleaned and judged, each batch with its checkpoint and a journal row
    in one transaction. Goes on where the last pull stopped; the same rows again change nothing.

    Where the owner sends everything, records that a whole sweep did not meet are marked as gone.
    `progress` hears how many rows went by. Raises NotFound, Conflict `source_busy`, and what the
    connector raises (then the load is `stopped`, and what is in stays in). Emits SourceLoaded.
    """
    return loading.load_source(code, connector, actor=actor, progress=progress)


def match_source(
    code: str,
    *,
    actor: Actor,
    model: Model | None = None,
    say: Callable[[str], None] = lambda step: None,
) -> MatchRun:
    """Match all records of a source to people (see linkage.match_records), then bring its facts up
    to date."""
    return matching.match_source(code, actor=actor, model=model, say=say)


def source_standings() -> list[SourceStanding]:
    """Every source of the catalogue as the board shows it, in its order. No personal data."""
    return connected.standings()


def connected_since() -> dict[str, datetime]:
    """When each source was first loaded to its end; those that never were are absent. One query."""
    return connected.connected_since()


def loads_of(code: str, *, limit: int = 50) -> list[LoadRecord]:
    """The latest loads of a source, newest first."""
    return connected.loads_of(code, limit=limit)


def facts_about(person: UUID) -> list[FactRecord]:
    """What connected sources tell about a person. The caller checks the right and journals."""
    return connected.facts_about(person)


def owners_record(code: str, record: str) -> OwnersRecord:
    """What a source says of the person of one record, for a clerk who has to tell whose it is.

    Raises NotFound `record_gone` where its owner no longer sends it. The caller checks the right
    and journals.
    """
    return connected.owners_record(code, record)


def tell_decided(decisions: Collection[UUID]) -> None:
    """Bring facts up to what clerks decided about records (linkage's decisions). Idempotent."""
    telling.tell_decided(decisions)
