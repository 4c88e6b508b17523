"""The part of the door about connected sources: loading, matching, what they tell."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from uuid import UUID

from danso.catalogue.shapes.hosted import Register
from danso.catalogue.shapes.sources import Source
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.linkage.data import MatchRun
from danso.modules.linkage.interface import Model
from danso.modules.sources.actions import (
    drifting,
    loading,
    matching,
    retaining,
    taking_pushed,
    telling,
)
from danso.modules.sources.adapters.files import FilesConnector
from danso.modules.sources.adapters.port import Connector
from danso.modules.sources.data import (
    FactRecord,
    LoadRecord,
    OwnersRecord,
    Served,
    SourceStanding,
)
from danso.modules.sources.queries import connected, served
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
    An open alert about columns closes where they are there again.
    """
    drifting.look_again(province().source(code), connector, actor=actor)
    return loading.load_source(code, connector, actor=actor, progress=progress)


def match_source(
    code: str,
    *,
    actor: Actor,
    model: Model | None = None,
    say: Callable[[str], None] = lambda step: None,
    whole: bool = False,
) -> MatchRun:
    """Match what has changed of a source, or all its records (`whole`), to people, and bring what
    they tell up to date in the same transaction. See linkage.match_changed."""
    return matching.match_source(code, actor=actor, model=model, say=say, whole=whole)


def match_waiting(*, actor: Actor) -> list[str]:
    """Match every source whose records, or the people they could be about, have changed since its
    last run; returns their codes. Sources that were never matched are left alone, but for those
    whose owners send their records: nobody else would match these the first time."""
    return matching.match_waiting(actor=actor)


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
    """What connected sources and hosted registers tell about a person; nothing of those through
    which nobody is reached. The caller checks the right and journals."""
    return connected.facts_about(person)


def find_teller(code: str) -> Source | Register | None:
    """The description of whatever told a fact, a connected source or a hosted register; None where
    the catalogue knows it no more."""
    return connected.find_teller(code)


def owners_record(code: str, record: str) -> OwnersRecord:
    """What a source says of the person of one record, for a clerk who has to tell whose it is.

    Raises NotFound `record_gone` where its owner no longer sends it. The caller checks the right
    and journals.
    """
    return connected.owners_record(code, record)


def tell_decided(decisions: Collection[UUID]) -> None:
    """Bring facts up to what clerks decided about records (linkage's decisions). Idempotent. Emits
    FactsWithdrawn for what ends because a decision was taken back."""
    telling.tell_decided(decisions)


def served_meanwhile(decision: UUID) -> list[Served]:
    """Which partners were given facts about a decision's person by its source while a link stood by
    the decision, the newest first, from the sealed journal. The caller checks the reach."""
    return served.served_meanwhile(decision)


def destroy_past_term(*, now: datetime | None = None) -> dict[str, int]:
    """Destroy records that their owner stopped sending longer ago than the catalogue's term
    (`retention` of the source), with their earlier links and decisions; returns how many by source.
    Journaled by counts. Luật Bảo vệ dữ liệu cá nhân 2025, Điều 14. `now`: for a trial run."""
    return retaining.destroy_past_term(now=now)
