"""Which rows live together, told by a key, by the head's number, or by a mark beside the head."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID, uuid5

import polars as pl

_TAG: Final = "home_tag"


def with_household_tags(frame: pl.DataFrame) -> pl.DataFrame:
    """`home_tag`: the same for rows of one household; null where the file doesn't say.

    A mark makes a household of the rows below it, as long as they live in the same hamlet.
    """
    by_number = pl.lit("number ") + pl.col("head_number")
    if frame["head_mark"].null_count() == frame.height:
        return frame.with_columns(by_number.alias(_TAG))
    place = pl.concat_str([pl.col("commune"), pl.col("hamlet")], separator="|", ignore_nulls=True)
    marked = frame.sort("line").with_columns(
        mark=pl.col("head_mark").is_not_null().cum_sum(), place=place
    )
    return marked.with_columns(
        pl.when((pl.col("mark") > 0) & (pl.col("place") == pl.col("place").first().over("mark")))
        .then(pl.lit("mark ") + pl.col("line").first().over("mark").cast(pl.String))
        .alias(_TAG)
    ).drop("mark", "place")


def with_households(
    frame: pl.DataFrame, known: Mapping[str, str], file: UUID, head: str
) -> pl.DataFrame:
    """`household` for tagged rows: the one of a head who is in the register (`known`: number ->
    household), else a key that is always the same for this file and tag."""
    tags = frame[_TAG].drop_nulls().unique().to_list()
    keys = {tag: known.get(tag.removeprefix("number ")) or str(uuid5(file, tag)) for tag in tags}
    tagged = pl.col(_TAG).replace_strict(keys, default=None, return_dtype=pl.String)
    is_head = pl.col("head_mark").is_not_null() | (pl.col("head_number") == pl.col("number"))
    return frame.with_columns(
        household=pl.coalesce("household", tagged),
        relation=pl.coalesce("relation", pl.when(is_head).then(pl.lit(head))),
    ).drop(_TAG)
