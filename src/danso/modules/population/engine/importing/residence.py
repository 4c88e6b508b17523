"""Where the rows' people live: residence in one cell taken apart, communes put on today's map."""

from __future__ import annotations

from typing import Final, NamedTuple

import polars as pl

from danso.modules.population.engine.importing.naming import split_parts
from danso.modules.population.engine.importing.places import Given, Place, Places

_GIVEN: Final = ("commune", "commune_recorded", "code_version", "commune_name", "district_name")


class Residence(NamedTuple):
    """A residence in one cell, taken apart; what isn't there is None."""

    address: str | None
    hamlet: str | None
    commune: str | None
    district: str | None


def place_rows(frame: pl.DataFrame, places: Places) -> pl.DataFrame:
    """`commune`, `recorded_commune` and `code_version` as the register keeps them."""
    if frame["residence"].null_count() < frame.height:
        frame = _take_apart(frame, places)
    given = frame.select(_GIVEN).unique()
    codes = given["commune_recorded"].drop_nulls().unique().to_list()
    mixed = any(map(places.is_older_only, codes))
    rows = [
        (*row, *places.resolve(Given._make([*(cell or "" for cell in row), mixed])))
        for row in given.iter_rows()
    ]
    found = [f"place_{name}" for name in Place._fields]
    table = pl.DataFrame(rows, schema=dict.fromkeys((*_GIVEN, *found), pl.String), orient="row")
    joined = frame.join(table, on=_GIVEN, how="left", nulls_equal=True, maintain_order="left")
    stops = (pl.col("place_reason") != "") & pl.col("reason").is_null()
    return joined.with_columns(
        commune="place_commune",
        recorded_commune="place_recorded",
        code_version="place_version",
        reason=pl.when(stops).then("place_reason").otherwise("reason"),
        suggestion=pl.when(stops).then("place_offer").otherwise("suggestion"),
        notes=pl.when(pl.col("place_note") != "")
        .then(pl.col("notes") + pl.col("place_note") + "|")
        .otherwise("notes"),
    ).drop(found)


def _take_apart(frame: pl.DataFrame, places: Places) -> pl.DataFrame:
    """Fill what the file has no columns of its own for."""
    rows = [
        (whole, *split_residence(whole, places))
        for whole in frame["residence"].drop_nulls().unique().to_list()
    ]
    names = ("r_address", "r_hamlet", "r_commune", "r_district")
    table = pl.DataFrame(rows, schema=dict.fromkeys(("residence", *names), pl.String), orient="row")
    joined = frame.join(table, on="residence", how="left", maintain_order="left")
    return joined.with_columns(
        pl.coalesce("address", "r_address").alias("address"),
        pl.coalesce("hamlet", "r_hamlet").alias("hamlet"),
        pl.coalesce("commune_name", "r_commune").alias("commune_name"),
        pl.coalesce("district_name", "r_district").alias("district_name"),
    ).drop(names)


def split_residence(whole: str, places: Places) -> Residence:
    """House, hamlet, commune, district: the commune is the last part that names one. It keeps what
    stands behind it, for that may be a place elsewhere."""
    parts = split_parts(whole)
    plain = [places.naming.spell(part) for part in parts]
    end = last = places.naming.end_of_district(plain)
    # A district may be called as a commune is: it is one where a commune of it stands before.
    if any(places.stands_in(name, plain[end - 1]) for name in plain[: end - 1]):
        end -= 1
    at = next((i for i in reversed(range(end)) if places.has_name(plain[i])), None)
    if at is None:
        return Residence(whole, None, None, None)
    before = parts[:at]
    return Residence(
        ", ".join(before[:-1]) or None,
        before[-1] if before else None,
        ", ".join(parts[at:]),
        parts[end] if end < last else None,
    )
