"""The linkage module's door: matching foreign records to people, and the links that came of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from uuid import UUID

import polars as pl

from danso.kernel.actors import Actor
from danso.modules.linkage.actions import changed, deciding, forgetting, matching, noting
from danso.modules.linkage.actions.changed import Following
from danso.modules.linkage.actions.matching import Matching
from danso.modules.linkage.actions.running import Say
from danso.modules.linkage.data import (
    Candidate,
    Decision,
    DecisionSpan,
    LinkRow,
    MatchRun,
    ModelRecord,
    OpenCount,
    OpenLink,
    Outcome,
    Step,
    Undoing,
)
from danso.modules.linkage.engine.chart import steps_of
from danso.modules.linkage.engine.model import Model, default_model, read_model
from danso.modules.linkage.models.changes import EVERYBODY
from danso.modules.linkage.queries import changes, links, models, review
from danso.modules.linkage.queries.links import check_not_closed
from danso.modules.population.data import EVERYWHERE, Grounds, Scope

__all__ = [
    "EVERYBODY",
    "Following",
    "Matching",
    "Model",
    "Say",
    "confirm_link",
    "contested_decisions",
    "count_open",
    "decide_link",
    "decision_within",
    "decisions_of",
    "decline_link",
    "default_model",
    "find_model",
    "forget_records",
    "get_decision",
    "has_links",
    "is_waiting",
    "keep_link",
    "last_run",
    "last_runs",
    "link_of_decision",
    "links_of",
    "match_all",
    "match_changed",
    "match_records",
    "model_from",
    "model_record",
    "models_known",
    "next_open",
    "note_people",
    "note_records",
    "open_link",
    "span_of",
    "train_model",
    "undo_link",
    "waiting_decisions",
    "waterfall_of",
    "withdraw_source",
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
    `register_empty`), Refused `source_closed`, `source_of_no_people`.
    """
    return matching.match_records(records, model=model or default_model(), actor=actor, say=say)


def match_changed(
    following: Following,
    *,
    actor: Actor,
    model: Model | None = None,
    say: Say = lambda step: None,
) -> MatchRun:
    """Match what has changed since the last run of a source: records noted by `note_records`, and
    those that people who changed (by position) could concern. Links come out as a whole run by the
    same model would leave them, in seconds; `then` hears which records were looked at, in the
    transaction that keeps their links.

    Everything is looked at (`match_all`) where no run by the same model was over everything, where
    a file of people came in, or where too much has changed. Errors, journal row and event as in
    `match_records`; where nothing waits, nothing is written and the last run comes back, with
    nothing changed. `say` hears another step: changes.
    """
    return changed.match_changed(following, model=model or default_model(), actor=actor, say=say)


def match_all(
    following: Following,
    *,
    actor: Actor,
    model: Model | None = None,
    say: Say = lambda step: None,
) -> MatchRun:
    """As `match_records`, over everything that a source keeps."""
    return changed.match_all(following, model=model or default_model(), actor=actor, say=say)


def note_records(source: str, records: Collection[str]) -> None:
    """Say that records of a source are new, changed or gone, in the transaction that makes them so:
    the next run looks at them."""
    noting.note_records(source, records)


def note_people(happened: Iterable[tuple[int, UUID]]) -> None:
    """Say that people changed, by the position of what told it; EVERYBODY stands for all.
    Idempotent by position."""
    noting.note_people(happened)


def forget_records(source: str, records: Collection[str]) -> None:
    """Destroy links, earlier links, candidates and decisions of records whose term of keeping is
    over, in the transaction that destroys the records. The caller journals."""
    forgetting.forget_records(source, records)


def withdraw_source(source: str) -> int:
    """End every link of a source that is locked now, with candidates and decisions, in the caller's
    transaction; returns how many links. What they were stays on record. The caller journals."""
    return forgetting.withdraw_source(source)


def has_links(source: str) -> bool:
    """Whether anybody is linked or a candidate through a source."""
    return forgetting.has_links(source)


def is_waiting(source: str) -> bool:
    """Whether a run of a source would have anything to look at."""
    return changes.waiting(source)


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


def models_known() -> list[ModelRecord]:
    """Every model that a run went by, and the default one; those in use first."""
    return models.models_known()


def find_model(digest: str) -> ModelRecord:
    """One of them. Raises NotFound `model_not_found`."""
    return models.find_model(digest)


def model_record(model: Model) -> ModelRecord:
    """What a model says, used or not."""
    return models.record_of(model)


def waterfall_of(candidate: Candidate) -> tuple[Step, ...]:
    """How a candidate's weight adds up, from what anybody drawn blindly has to the whole."""
    return steps_of(candidate.weight, dict(candidate.shares))


def links_of(source: str) -> Iterator[LinkRow]:
    """The links of a source by record. The caller journals the look. Raises Refused
    `source_closed`."""
    check_not_closed(source)
    return links.links_of(source)


def last_run(source: str) -> MatchRun:
    """The latest run over a source. Raises NoLinks."""
    return links.last_run(source)


def last_runs(sources: Collection[str]) -> dict[str, MatchRun]:
    """The latest run over each of these sources that was ever matched; one statement of index
    look-ups, for boards that ask every few seconds."""
    return links.last_runs(sources)


def count_open(scope: Scope = EVERYWHERE) -> list[OpenCount]:
    """How many records of each source wait for a clerk of this reach, and for a second officer.

    A record is within reach when all people it may be about are; protected people are never among
    them, nor is anything of a locked source.
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


def undo_link(
    decision: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Undoing:
    """Take a decision back: the record stands as it did before (`undone`). Emits LinkDecided.

    One that took two officers takes two again: the first call is kept as a proposal (`waiting`),
    that of another officer carries it out. Raises InvalidValue `undo_reason_missing` without a
    reason, Refused `link_needs_two` for the same officer again, NotFound `decision_not_found`,
    Conflict `decision_closed` where it no longer stands.
    """
    return deciding.undo_link(decision, actor=actor, grounds=grounds, scope=scope)


def keep_link(decision: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE) -> None:
    """Drop the proposal to take a decision back; it goes on standing.

    Raises NotFound `decision_not_found`, Conflict `decision_closed` where nobody proposed it.
    """
    deciding.keep_link(decision, actor=actor, grounds=grounds, scope=scope)


def get_decision(decision: UUID) -> Decision:
    """One decision. Raises NotFound `decision_not_found`. The caller checks the reach."""
    return review.get_decision(decision)


def span_of(decision: UUID) -> DecisionSpan:
    """A decision and how long a link stood by it. Raises NotFound `decision_not_found`. The caller
    checks the reach."""
    return review.span_of(decision)


def decision_within(decision: UUID, scope: Scope) -> DecisionSpan:
    """As `span_of`, within reach only: else NotFound `decision_not_found`."""
    return review.decision_within(decision, scope)


def link_of_decision(decision: UUID, scope: Scope = EVERYWHERE) -> UUID:
    """The open link that a waiting decision is about. Raises NotFound `decision_not_found`."""
    return review.link_of_decision(decision, scope)


def contested_decisions(scope: Scope = EVERYWHERE) -> list[Decision]:
    """Standing decisions within reach that somebody wants taken back, the oldest wish first."""
    return review.contested_decisions(scope)


def waiting_decisions(scope: Scope = EVERYWHERE) -> list[Decision]:
    """What waits for a second officer within reach, the oldest first."""
    return review.waiting_decisions(scope)


def decisions_of(officer: str, *, limit: int = 50, offset: int = 0) -> tuple[list[Decision], int]:
    """What an officer decided, alone or as one of two, and that still stands, the latest first;
    and how many in all."""
    return review.decisions_of(officer, limit=limit, offset=offset)
