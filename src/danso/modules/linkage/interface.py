"""The linkage module's door: matching foreign records to people, and the links that came of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import polars as pl

from danso.kernel.actors import Actor
from danso.modules.linkage import queries
from danso.modules.linkage.actions import matching
from danso.modules.linkage.actions.matching import Matching, Say
from danso.modules.linkage.data import LinkRow, MatchRun
from danso.modules.linkage.engine.model import Model, default_model, read_model

__all__ = [
    "Matching",
    "Model",
    "Say",
    "last_run",
    "links_of",
    "match_records",
    "model_from",
    "train_model",
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
    found; a link that a run changes is kept as a past one. Protected people are nobody's match.
    `say` hears the steps: records, people, number, score, keep.

    One transaction at the end, one journal row, one SourceMatched. Takes some 100 s and 6 GB for a
    million records against 3.69 million people; both sides lie in the home's run folder, readable
    by nobody else, until the run ends. Raises InvalidValue (`records_empty`, `record_key_twice`,
    `register_empty`).
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
    are those of `model`. Journaled."""
    return matching.train_model(frames, model=model or default_model(), actor=actor, say=say)


def model_from(path: Path) -> Model:
    """A model's file. Raises InvalidValue `model_unreadable`."""
    return read_model(path)


def links_of(source: str) -> Iterator[LinkRow]:
    """The links of a source by record. The caller journals the look."""
    return queries.links_of(source)


def last_run(source: str) -> MatchRun:
    """The latest run over a source. Raises NoLinks."""
    return queries.last_run(source)
