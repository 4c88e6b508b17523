"""Judged rows as the register keeps them, table by table, in PostgreSQL's COPY text."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

import polars as pl

from danso.kernel.keys import new_keys

# Table column -> column of the judged frame.
PERSON: Final = MappingProxyType(
    {
        name: name
        for name in (
            "key", "number", "old_number", "full_name", "family", "middle", "given", "other_name",
            "sort_key", "search_key", "birth", "sex", "ethnicity", "religion", "marital_status",
            "nationality", "blood_group", "occupation", "birth_place",
        )
    }
    | {
        "birth_registration_place": "birth_registration_place",
        "home_place": "origin",
        "commune": "commune",
        "recorded_commune": "recorded_commune",
        "code_version": "code_version",
        "hamlet": "hamlet",
        "address": "address",
        "status": "status",
        "ended_on": "death_date",
        "household": "household",
        "relation": "relation",
    }
    | {
        f"{who}{what}": f"{who}{what}"
        for who in ("father", "mother", "spouse")
        for what in ("", "_name", "_number")
    }
    | {
        name: name
        for name in (
            "card_kind", "card_number", "card_issued", "card_expires", "card_status", "flags",
            "as_of", "recorded_at", "source",
        )
    }
)  # fmt: skip
NUMBER: Final = MappingProxyType(
    {
        "number": "number",
        "person": "key",
        "name_key": "name_key",
        "plain_key": "search_key",
        "birth": "birth",
        "sex": "sex",
        "commune": "commune",
        "life": "status",
        "flags": "flags",
        "recorded_at": "recorded_at",
    }
)
OLD_NUMBER: Final = MappingProxyType({"number": "old_number", "person": "key"})
HOUSEHOLD: Final = MappingProxyType(
    {
        "key": "household",
        "head": "key",
        "commune": "commune",
        "hamlet": "hamlet",
        "address": "address",
        "book_number": "book_number",
        "recorded_at": "recorded_at",
    }
)
# A card tells its kind by its day of issue (Luật Căn cước 2023; chip cards since January 2021).
CHIP_SINCE: Final = "2021-01-01"
NEW_CARD_SINCE: Final = "2024-07-01"


@dataclass(frozen=True)
class Stamp:
    """What all rows of a stretch share."""

    as_of: date
    recorded_at: datetime
    source: str


@dataclass(frozen=True)
class TableRows:
    """Rows of one table: its columns, how many, and the COPY text."""

    table: str
    columns: tuple[str, ...]
    count: int
    text: bytes


def with_keys(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with a person key in every row: the file's own, else a new one."""
    missing = frame["key"].null_count()
    if not missing:
        return frame
    fresh = iter(new_keys(missing))
    filled = [key or str(next(fresh)) for key in frame["key"].to_list()]
    return frame.with_columns(pl.Series("key", filled))


def with_relatives(frame: pl.DataFrame, known: Mapping[str, str] | None = None) -> pl.DataFrame:
    """Keys of parents and spouses by their numbers: of people in the register (`known`), else of
    the same stretch."""
    here = (
        frame.filter(pl.col("number").is_not_null())
        .select("number", who="key")
        .unique("number", keep="first")
    )
    if known:
        there = pl.DataFrame(
            list(known.items()), schema={"number": pl.String, "who": pl.String}, orient="row"
        )
        here = pl.concat([there, here]).unique("number", keep="first", maintain_order=True)
    for who in ("father", "mother", "spouse"):
        frame = frame.join(
            here.rename({"number": f"{who}_number", "who": who}),
            on=f"{who}_number",
            how="left",
            maintain_order="left",
        )
    return frame


def tables_of(frame: pl.DataFrame, head: str, stamp: Stamp) -> tuple[TableRows, ...]:
    """The rows for person, number, old number and, last, household."""
    full = _completed(frame, stamp)
    numbered = full.filter(pl.col("number").is_not_null())
    old = full.filter(pl.col("old_number").is_not_null())
    return (
        _table("population_person", PERSON, full),
        _table("population_number", NUMBER, numbered),
        _table("population_old_number", OLD_NUMBER, old),
        _table("population_household", HOUSEHOLD, households_of(full, head)),
    )


def households_of(frame: pl.DataFrame, head: str) -> pl.DataFrame:
    """One row for each household of the stretch, from its head, else from its first member."""
    is_head = pl.col("relation") == head
    homes = frame.filter(pl.col("household").is_not_null())
    return (
        homes.with_columns(first=is_head.fill_null(value=False))
        .sort("first", descending=True, maintain_order=True)
        .unique("household", keep="first", maintain_order=True)
        .with_columns(pl.when("first").then("key").alias("key"))
    )


def _completed(frame: pl.DataFrame, stamp: Stamp) -> pl.DataFrame:
    has_card = pl.col("card_issued").is_not_null()
    kind = (
        pl.when(pl.col("card_issued") >= NEW_CARD_SINCE)
        .then(pl.lit("can_cuoc"))
        .when(pl.col("card_issued") >= CHIP_SINCE)
        .then(pl.lit("cccd_chip"))
        .otherwise(pl.lit("cccd"))
    )
    return frame.with_columns(
        flags=_flags_json(),
        # The card's number is kept only where it differs from the person's.
        card_number=pl.when(has_card & (pl.col("card_number") != pl.col("number"))).then(
            "card_number"
        ),
        card_kind=pl.when(has_card).then(kind),
        card_status=pl.when(has_card).then(pl.lit("valid")),
        as_of=pl.lit(stamp.as_of.isoformat()),
        recorded_at=pl.lit(stamp.recorded_at.isoformat()),
        source=pl.lit(stamp.source),
    )


def _flags_json() -> pl.Expr:
    """`sex|birth|` as {"sex": "unverified", "birth": "unverified"}."""
    pairs = (
        pl.col("flags")
        .str.strip_suffix("|")
        .str.replace_all(r"(\w+)", '"$1":"unverified"')
        .str.replace_all("|", ",", literal=True)
    )
    return (
        pl.when(pl.col("flags") == "")
        .then(pl.lit("{}"))
        .otherwise(pl.lit("{") + pairs + pl.lit("}"))
    )


def _table(name: str, columns: MappingProxyType[str, str], frame: pl.DataFrame) -> TableRows:
    picked = frame.select(pl.col(source).alias(column) for column, source in columns.items())
    return TableRows(name, tuple(columns), picked.height, copy_text(picked))


def copy_text(frame: pl.DataFrame) -> bytes:
    """PostgreSQL's text format: tabs between, \\N for null, backslashes doubled."""
    escaped = frame.with_columns(
        series.str.replace_all("\\", "\\\\", literal=True)
        .str.replace_all("\t", "\\t", literal=True)
        .str.replace_all("\n", "\\n", literal=True)
        .str.replace_all("\r", "\\r", literal=True)
        for series in frame.iter_columns()
        if series.dtype == pl.String and series.str.contains(r"[\\\t\n\r]").any()
    )
    out = io.BytesIO()
    escaped.write_csv(
        out, include_header=False, separator="\t", null_value="\\N", quote_style="never"
    )
    return out.getvalue()
