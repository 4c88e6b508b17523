"""The people of a synthetic province, read from its clean file as columns."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import polars as pl
from numpy.typing import NDArray
from polars.exceptions import PolarsError

from danso.kernel.errors import InvalidValue, Refused

PLAIN, NAMESAKE, TWIN, FATHER_SON = "plain", "namesake", "twin", "father_son"
# What a person is to the others, the rarest first: each person is counted as one.
KINDS: Final = (FATHER_SON, TWIN, NAMESAKE)
_READ: Final = (
    "key",
    "number",
    "old_number",
    "full_name",
    "birth",
    "sex",
    "commune",
    "commune_recorded",
    "code_version",
    "household",
    "father_number",
    "father_name",
    "mother_name",
    "status",
)
KEPT: Final = (
    "key",
    "number",
    "old_number",
    "full_name",
    "birth",
    "sex",
    "commune",
    "commune_recorded",
    "code_version",
    "father_name",
    "mother_name",
)
_WHOLE_DATE: Final = 10


@dataclass(frozen=True)
class Register:
    """Everybody in the order of the file: `people` has KEPT and `home` (a number that a
    household shares), `kind` and `is_dead`. `as_of`: the day it is true on."""

    people: pl.DataFrame
    as_of: date

    @property
    def size(self) -> int:
        """How many people."""
        return self.people.height

    @property
    def is_dead(self) -> NDArray[Any]:
        """Who is dead, as an array."""
        return self.people["is_dead"].to_numpy()


def read_register(folder: Path, *, prefix: str) -> Register:
    """What `danso synth` wrote into the folder, every number starting with the prefix.

    InvalidValue where it is no such folder, Refused where a number could be somebody's.
    """
    as_of = _as_of(folder)
    if not list((folder / "clean").glob("*.csv.gz")):
        raise _no_province(folder)
    try:
        people = (
            pl.scan_csv(
                folder / "clean" / "*.csv.gz", infer_schema=False, empty_string_is_null=False
            )
            .select(pl.col(_READ).fill_null(""))
            .collect()
        )
    except (PolarsError, OSError) as error:
        raise _no_province(folder) from error
    if not people["number"].str.starts_with(prefix).all():
        raise Refused(
            f"{folder} holds numbers that are not made up",
            code="synth_sources_not_synthetic",
            fix="Give a folder that `danso synth` wrote for this province: real people's data"
            " is never turned into trial files.",
        )
    return Register(_with_kinds(people), as_of)


def _as_of(folder: Path) -> date:
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return date.fromisoformat(manifest["as_of"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _no_province(folder) from error


def _no_province(folder: Path) -> InvalidValue:
    return InvalidValue(
        f"{folder} holds no synthetic province",
        code="synth_sources_no_province",
        fix="Make one with: danso synth FOLDER --clean",
    )


def _with_kinds(people: pl.DataFrame) -> pl.DataFrame:
    year = pl.col("birth").str.slice(0, 4)
    is_son = (pl.col("full_name") == pl.col("father_name")) & (pl.col("father_number") != "")
    people = people.with_columns(
        is_son=is_son,
        is_twin=pl.struct("household", "birth", "mother_name").is_duplicated()
        & (pl.col("mother_name") != "")
        & (pl.col("birth").str.len_bytes() == _WHOLE_DATE),
        has_namesake=pl.struct("full_name", year).is_duplicated(),
    )
    fathers = people.filter("is_son")["father_number"].unique()
    kind = (
        pl.when(pl.col("is_son") | pl.col("number").is_in(fathers.implode()))
        .then(pl.lit(FATHER_SON))
        .when("is_twin")
        .then(pl.lit(TWIN))
        .when("has_namesake")
        .then(pl.lit(NAMESAKE))
        .otherwise(pl.lit(PLAIN))
    )
    return people.select(
        *KEPT,
        # Keys end in random digits: neighbours in a household remember the same older commune.
        home=pl.col("household").str.tail(4).str.to_integer(base=16),
        kind=kind,
        is_dead=pl.col("status") == "dead",
    )
