"""The records of a source as matching compares them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

import polars as pl
from django.db.models.fields.json import KeyTextTransform

from danso.kernel.actors import Actor
from danso.kernel.errors import DansoError
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import MatchRun, NoLinks
from danso.modules.population import interface as population
from danso.modules.sources.actions.agreeing import compare_source
from danso.modules.sources.actions.tallying import keep_quality
from danso.modules.sources.actions.telling import tell_facts
from danso.modules.sources.models import Load, SourceRecord
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import Source

logger = logging.getLogger(__name__)

_ROWS: Final = 50_000


def match_source(
    code: str,
    *,
    actor: Actor,
    model: linkage.Model | None,
    say: linkage.Say,
    whole: bool = False,
) -> MatchRun:
    match = linkage.match_all if whole else linkage.match_changed
    done = _match_by(code, match, actor=actor, model=model, say=say)
    keep_quality(code)
    return done


def _match_by(
    code: str,
    match: Callable[..., MatchRun],
    *,
    actor: Actor,
    model: linkage.Model | None,
    say: linkage.Say,
) -> MatchRun:
    source = province().source(code)

    def then(records: Collection[str] | None) -> None:
        say("tell")
        tell_facts(code, actor=actor, records=records)
        compare_source(code, actor=actor, records=records)

    last = Load.objects.filter(source=code, state="done").order_by("-started_at").first()
    following = linkage.Following(
        source=code,
        digest=str(last.key) if last else "",
        frames=lambda records: frames_of(source, records),
        then=then,
    )
    return match(following, actor=actor, model=model, say=say)


def match_waiting(*, actor: Actor) -> list[str]:
    """Every source that was matched before, or whose owner sends its records, and that has
    something to look at; returns which they were. Others are matched by their runs, or for the
    first time by command. Figures are counted again by `jobs`."""
    done = []
    for code in province().sources:
        if (_was_matched(code) or _was_pushed(code)) and linkage.is_waiting(code):
            try:
                _match_by(
                    code, linkage.match_changed, actor=actor, model=None, say=lambda step: None
                )
            except DansoError as error:
                # Journaled where it was refused; the next source is none the worse.
                logger.warning("source %s was not matched: %s", code, error.code)
            else:
                done.append(code)
    return done


def _was_matched(code: str) -> bool:
    try:
        return bool(linkage.last_run(code))
    except NoLinks:
        return False


def _was_pushed(code: str) -> bool:
    """Whether somebody sent records that may be matched: no run of the source's own does that."""
    source = province().source(code)
    if code not in province().pushed or not source.is_matched or province().is_locked(code):
        return False
    return SourceRecord.objects.filter(source=code, gone_at__isnull=True).exists()


def frames_of(source: Source, records: Collection[str] | None = None) -> Iterator[pl.DataFrame]:
    """Every record that the owner still has, or those of them that are named, cleaned as people
    are."""
    return population.clean_frames(_frames(source, records))


def _frames(source: Source, records: Collection[str] | None) -> Iterator[pl.DataFrame]:
    rows = SourceRecord.objects.filter(source=source.code, gone_at__isnull=True)
    if records is not None:
        rows = rows.filter(record__in=list(records))
    # The database takes the values out: reading a million payloads here took longer than cleaning.
    said = {
        str(term): KeyTextTransform(field.code, "payload") for term, field in source.terms.items()
    }
    listed = rows.values_list("record", *said.values()).iterator(chunk_size=_ROWS)
    schema = dict.fromkeys(("record", *said), pl.String)
    while some := tuple(islice(listed, _ROWS)):
        columns = dict(zip(schema, zip(*some, strict=True), strict=True))
        yield _with_zeros(pl.DataFrame(columns, schema=schema))


def _with_zeros(frame: pl.DataFrame) -> pl.DataFrame:
    """Numbers whose leading zero a spreadsheet ate, as they were meant: to find people by, while
    the record keeps what its owner wrote."""
    if "number" not in frame.columns:
        return frame
    number = pl.col("number")
    is_eaten = number.str.contains(r"^[1-9][0-9]{10}$")
    return frame.with_columns(pl.when(is_eaten).then("0" + number).otherwise(number))
