#!/usr/bin/env python3
"""What a made-up province looks like: the figures of docs/explanation/synthetic-people.md.

danso synth FOLDER --people 37000 --clean; .venv/bin/python -m tools.measure_synth FOLDER
"""

import argparse
import json
from datetime import date
from pathlib import Path

import polars as pl

from danso import catalogue
from danso.catalogue.finding import only_province

PROVINCES = Path(__file__).resolve().parents[1] / "provinces"
# Codes of the list relation-to-head.
GRANDCHILD, CHILD, PARENT = "chau", "con", "cha-me"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="what `danso synth` wrote")
    folder = parser.parse_args().folder
    rows = pl.read_csv(folder / "clean/people.csv.gz", infer_schema=False).fill_null("")
    as_of = date.fromisoformat(json.loads((folder / "manifest.json").read_text())["as_of"][:10])
    living = rows.filter(pl.col("status") == "alive")
    print(f"people {len(rows):,}, alive {len(living):,}, as of {as_of}")
    for name, text in [*households(living), *papers(living, as_of), *people(rows, living, as_of)]:
        print(f"{name:38} {text}")


def households(living: pl.DataFrame) -> list[tuple[str, str]]:
    homes = living.group_by("household").agg(pl.col("relation"))
    relation = pl.col("relation").list
    three = relation.contains(GRANDCHILD) | (relation.contains(CHILD) & relation.contains(PARENT))
    return [
        ("members of a household", f"{len(living) / len(homes):.2f}"),
        ("households of three generations", percent(homes.select(three).to_series())),
    ]


def papers(living: pl.DataFrame, as_of: date) -> list[tuple[str, str]]:
    grown = living.filter(pl.col("birth").str.slice(0, 4).cast(int) <= as_of.year - 15)
    held = grown["card_number"] != ""
    expired = grown["card_expires"].is_between(pl.lit("0"), pl.lit(as_of.isoformat()))
    return [
        ("card, of those surely 14", percent(held)),
        ("expired card, of those surely 14", percent(held & expired)),
        ("father linked by number", percent(living["father_number"] != "")),
        ("mother linked by number", percent(living["mother_number"] != "")),
    ]


def people(rows: pl.DataFrame, living: pl.DataFrame, as_of: date) -> list[tuple[str, str]]:
    men = int((living["sex"] == "1").sum())
    exact = rows.filter(pl.col("birth").str.len_bytes() == 10)
    double = exact.select(pl.struct("full_name", "birth").is_duplicated()).to_series()
    groups = living["ethnicity"].value_counts(sort=True).head(3).iter_rows()
    shares = ", ".join(f"{code}: {count / len(living):.1%}" for code, count in groups)
    gap, band = max(ages(living, as_of))
    return [
        ("men to 100 women", f"{100 * men / (len(living) - men):.1f}"),
        ("largest ethnic groups (code list)", shares),
        ("largest difference of an age band", f"{gap:.2f} points ({band} years)"),
        ("share full name and birth date", percent(double)),
    ]


def ages(living: pl.DataFrame, as_of: date) -> list[tuple[float, str]]:
    """How far each age band is from the catalogue's, in points; a vague birth is its middle."""
    vague = pl.col("birth").str.len_bytes()
    born = (
        pl.when(vague == 4)
        .then(pl.col("birth") + "-07-01")
        .when(vague == 7)
        .then(pl.col("birth") + "-15")
        .otherwise(pl.col("birth"))
    )
    years = living.select((pl.lit(as_of) - born.str.to_date()).dt.total_days() / 365.2425)
    age = years.to_series()
    bands = catalogue.load(only_province(PROVINCES)).people.composition.ages
    found = []
    for band in bands:
        within = (age >= band.first) & (age < band.last + 1)
        made = 100 * int(within.sum()) / len(age)
        found.append((abs(made - band.per_mille / 10), f"{band.first} to {band.last}"))
    return found


def percent(found: pl.Series) -> str:
    return f"{int(found.sum()) / len(found):.1%}"


if __name__ == "__main__":
    main()
