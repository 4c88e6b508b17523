"""The linkage module's door: matching foreign records to people, and the links that came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from uuid import UUID

import polars as pl

from danso.kernel.actors import Actor
from danso.modules.linkage.actions import deciding, matching
from danso.modules.linkage.actions.matching import Matching, Say
from danso.modules.linkage.data import (
    Decision,
    LinkRow,
    MatchRun,
    OpenCount,
    OpenLink,
    Outcome,
)
from danso.modules.linkage.engine.model import Model, default_model, read_model
from danso.modules.linkage.queries import links, review
from danso.modules.linkage.queries.links import check_not_closed
from danso.modules.population.data import EVERYWHERE, Grounds, Scope

__all__ = [
    "Matching",
    "Model",
    "Say",
    "confirm_link",
    "count_open",
    "decide_link",
    "decisions_of",
    "decline_link",
    "get_decision",
    "last_run",
    "link_of_decision",
    "links_of",
    "match_records",
    "model_from",
    "next_open",
    "open_link",
    "train_model",
    "undo_link",
    "waiting_decisions",
]


def match_records(
    records: Matching,
    *,
    actor: Actor,
    model: Model | None = None,
    say: Say = lambda step: None,
) -> MatchRun:
    """Match a source's records to the register and keep the links.

    First by number, checked against name and birth; then by everything together (Fellegi and
    Sunter's weights, through Splink on DuckDB). Each record ends linked, with a clerk, or not
    found; a link that a run changes is kept as a past one, and what a clerk decided stands while
    the record says the same. Protected people are nobody's match.
    `say` hears the steps: records, people, number, score, keep.

    One transaction at the end, one journal row, one SourceMatched. How long and how much memory it
    takes: docs/reference/performance.md. Both sides lie in the home's run folder, readable
    by nobody else, until the run ends. Raises InvalidValue (`records_empty`, `record_key_twice`,
    `register_empty`), Refused `source_closed`.
    """
    return matching.match_records(records, model=model or default_model(), actor=actor, say=say)


def train_model(
    frames: Iterable[pl.DataFrame],
    *,
    actor: Actor,
    model: Model | None = None,
    say: Say = lambda step: None,
) -> Model:
    """A model whose odds are learnt from these records and the register, without labels; its bands
    are those of `model`. Journaled. Raises InvalidValue as `match_records`, `records_too_few`."""
    return matching.train_model(frames, model=model or default_model(), actor=actor, say=say)


def model_from(path: Path) -> Model:
    """A model's file. Raises InvalidValue `model_unreadable`."""
    return read_model(path)


def links_of(source: str) -> Iterator[LinkRow]:
    """The links of a source by record. The caller journals the look. Raises Refused
    `source_closed`."""
    check_not_closed(source)
    return links.links_of(source)


def last_run(source: str) -> MatchRun:
    """The latest run over a source. Raises NoLinks."""
    return links.last_run(source)


def count_open(scope: Scope = EVERYWHERE) -> list[OpenCount]:
    """How many records of each source wait for a clerk of this reach, and for a second officer.

    A record is within reach when all people it may be about are; protected people are never among
    them.
    """
    return review.count_open(scope)


def next_open(
    source: str,
    scope: Scope = EVERYWHERE,
    *,
    after: UUID | None = None,
    is_oldest_first: bool = False,
) -> UUID | None:
    """The link a clerk should look at next, the surest first: the one after another, or the first.

    Leaves out those that wait for a second officer. None at the end.
    """
    return review.next_open(source, scope, after=after, is_oldest_first=is_oldest_first)


def open_link(link: UUID, scope: Scope = EVERYWHERE) -> OpenLink:
    """A record that waits for a clerk, with the people it may be about, the likeliest first.

    Raises NotFound `link_not_open`, also for what lies out of reach. The caller journals the look
    at each person shown.
    """
    return review.open_link(link, scope)


def decide_link(
    link: UUID,
    person: UUID | None,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    """Decide whom an open record is about: one of its candidates, or nobody (None).

    Stands over later runs while the record says the same. A risky one (a weak weight, or a number
    that is somebody else's) only waits for another officer: see `confirm_link`. Emits LinkDecided.
    Raises NotFound (`link_not_open`, `person_not_found`), Conflict `link_waiting`, InvalidValue
    `link_reason_missing` where a risky one says nothing of why, Refused `source_closed`.
    """
    return deciding.decide_link(link, person, actor=actor, grounds=grounds, scope=scope)


def confirm_link(
    decision: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> None:
    """Carry a waiting decision out as its second officer. Emits LinkDecided.

    Raises Refused `link_needs_two` for who proposed it, Conflict `decision_closed` once decided,
    NotFound (`decision_not_found`, `link_not_open`).
    """
    deciding.confirm_link(decision, actor=actor, grounds=grounds, scope=scope)


def decline_link(
    decision: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> None:
    """Drop a waiting decision: by its proposer or by another officer within reach."""
    deciding.decline_link(decision, actor=actor, grounds=grounds, scope=scope)


def undo_link(decision: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE) -> None:
    """Take a decision back: the record stands as it did before. Emits LinkDecided.

    Raises NotFound `decision_not_found`, Conflict `decision_closed` where it no longer stands.
    """
    deciding.undo_link(decision, actor=actor, grounds=grounds, scope=scope)


def get_decision(decision: UUID) -> Decision:
    """One decision. Raises NotFound `decision_not_found`. The caller checks the reach."""
    return review.get_decision(decision)


def link_of_decision(decision: UUID, scope: Scope = EVERYWHERE) -> UUID:
    """The open link that a waiting decision is about. Raises NotFound `decision_not_found`."""
    return review.link_of_decision(decision, scope)


def waiting_decisions(scope: Scope = EVERYWHERE) -> list[Decision]:
    """What waits for a second officer within reach, the oldest first."""
    return review.waiting_decisions(scope)


def decisions_of(officer: str, *, limit: int = 50, offset: int = 0) -> tuple[list[Decision], int]:
    """What an officer decided, alone or as one of two, and that still stands, the latest first;
    and how many in all."""
    return review.decisions_of(officer, limit=limit, offset=offset)
