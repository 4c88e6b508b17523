"""The records of a source as matching compares them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final

import polars as pl

from danso.kernel.actors import Actor
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import MatchRun
from danso.modules.population import interface as population
from danso.modules.sources.actions.agreeing import compare_source
from danso.modules.sources.actions.tallying import keep_quality
from danso.modules.sources.actions.telling import tell_facts
from danso.modules.sources.models import Load, SourceRecord
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.sources import Source

_ROWS: Final = 50_000


def match_source(
    code: str, *, actor: Actor, model: linkage.Model | None, say: linkage.Say
) -> MatchRun:
    source = province().source(code)
    last = Load.objects.filter(source=code, state="done").order_by("-started_at").first()
    matching = linkage.Matching(
        source=code, digest=str(last.key) if last else "", frames=frames_of(source)
    )
    done = linkage.match_records(matching, actor=actor, model=model, say=say)
    say("tell")
    tell_facts(code, actor=actor)
    compare_source(code, actor=actor)
    keep_quality(code)
    return done


def frames_of(source: Source) -> Iterator[pl.DataFrame]:
    """Every record that the owner still has, cleaned as people are."""
    rows = SourceRecord.objects.filter(source=source.code, gone_at__isnull=True)
    listed = rows.values_list("record", "payload").iterator(chunk_size=_ROWS)
    terms = {str(term): field.code for term, field in source.terms.items()}
    while some := tuple(islice(listed, _ROWS)):
        columns = {
            "record": [record for record, _ in some],
            **{term: [payload.get(code) for _, payload in some] for term, code in terms.items()},
        }
        schema = dict.fromkeys(columns, pl.String)
        yield population.clean_people(pl.DataFrame(columns, schema=schema))
