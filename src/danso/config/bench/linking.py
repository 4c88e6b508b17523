"""Matching records to the whole register: `danso link` beside plain Splink and exact matching."""

from __future__ import annotations

import json
import resource
import shutil
import time
from pathlib import Path
from typing import Final

import polars as pl

from danso import catalogue
from danso.config.bench.place import Place, Say, read_json
from danso.config.bench.register import make_file
from danso.config.bench.report import Aim, Row
from danso.config.commands.catalogue import province_folder

# Issue 3, section 2.
AIM_SECONDS: Final = 120.0
AIM_MEMORY: Final = 8.0
# Precision of 0.9995, recall of 0.985 over records that can be resolved.
AIM_WRONG: Final = 0.0005
AIM_MISSED: Final = 0.015
AIM_CLERK: Final = 0.03
AT_PEOPLE: Final = 3_690_000
RECORDS: Final = 1_000_000
SHARE: Final = 0.27
_KB_IN_GB: Final = 1 << 20


def measure(place: Place, say: Say) -> list[Row]:
    """One run of each over the same records, whose truth the matcher never sees."""
    records, truth = _records(place, say)
    say(f"Matching {truth.height:,} records with {place.people:,} people …")
    began = time.perf_counter()
    place.danso("link", "run", str(records), "--json")
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / _KB_IN_GB
    out = place.folder / "links.csv"
    out.unlink(missing_ok=True)
    place.danso("link", "export", str(records), "--out", str(out), "--json")
    links = pl.read_csv(out, infer_schema=False)
    say("The same with plain Splink and by exact agreement …")
    others = json.loads(
        place.python("danso.config.bench", "plain", str(records), str(place.folder))
    )
    at_full_size = place.people >= AT_PEOPLE
    return [
        Row(
            "link.seconds",
            f"Matching {truth.height:,} records, reading and keeping included",
            seconds,
            "s",
            Aim(AIM_SECONDS, "under") if at_full_size else None,
            note="CSV with the faults of real files; start of the process included",
        ),
        Row("link.memory", "The same, most memory", memory, "GB", Aim(AIM_MEMORY, "under")),
        *_rows("link", "danso link", _judged(links, truth), with_aims=at_full_size),
        *_faults(links, truth),
        Row("plain.seconds", "Plain Splink, training and scoring", others["seconds"], "s"),
        *_rows("plain", "plain Splink, same blocks", _read(place.folder / "plain.csv", truth)),
        *_rows("exact", "exact agreement", _read(place.folder / "exact.csv", truth)),
    ]


def _records(place: Place, say: Say) -> tuple[Path, pl.DataFrame]:
    """A bare CSV of one source's records, made once, and what is true of them."""
    people = make_file(place, say).parents[1]
    folder = place.folder / "sources"
    known = catalogue.load(province_folder(None)).sources.values()
    files = [one for one in known if one.transport.kind == "file" and one.terms]
    # Of anybody, by as much as there is to compare.
    source = max(files, key=lambda one: (one.who.share is None, len(one.terms))).code
    if not read_json(folder / "manifest.json"):
        shutil.rmtree(folder, ignore_errors=True)
        rows = min(RECORDS, round(place.people * SHARE))
        place.danso(
            "synth-sources", str(people), str(folder), f"--source={source}", f"--rows={rows}",
            "--bare", "--json",
        )  # fmt: skip
    truth = pl.read_csv(folder / "truth" / f"{source}.csv", infer_schema=False)
    records = folder / "bare" / f"{source}.csv"
    return records, truth.with_columns(pl.col("person", "faults").fill_null(""))


def _judged(links: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Links beside the truth: `right` only where linked to the person meant."""
    joined = truth.join(links, on="record_key", how="left")
    is_linked = pl.col("band") == "linked"
    return joined.with_columns(
        is_linked=is_linked, right=is_linked & (pl.col("person_key") == pl.col("person"))
    )


def _read(file: Path, truth: pl.DataFrame) -> pl.DataFrame:
    return _judged(pl.read_csv(file, infer_schema=False), truth)


def _rows(code: str, what: str, judged: pl.DataFrame, *, with_aims: bool = False) -> list[Row]:
    """Wrongly linked, missed, left to a clerk: told as what went wrong, for that is the news."""
    linked = judged.filter("is_linked")
    meant = judged.filter((pl.col("person") != "") & (pl.col("resolvable") == "true"))
    figures = (
        ("wrong", "linked wrongly, of all linked", _share_not(linked, "right"), AIM_WRONG),
        ("missed", "not linked, of those that can be resolved", _share_not(meant, "right"),
         AIM_MISSED),
        ("clerk", "left to a clerk", judged.filter(pl.col("band") == "clerk").height
         / judged.height, AIM_CLERK),
    )  # fmt: skip
    return [
        Row(f"{code}.{name}", f"{what}: {words}", 100 * value, "%",
            Aim(100 * bound, "under") if with_aims else None)
        for name, words, value, bound in figures
    ]  # fmt: skip


def _share_not(judged: pl.DataFrame, column: str) -> float:
    return judged.filter(~pl.col(column).fill_null(value=False)).height / max(judged.height, 1)


def _faults(links: pl.DataFrame, truth: pl.DataFrame) -> list[Row]:
    """How many records of each fault are not linked rightly, of those in the register."""
    judged = _judged(links, truth).filter(pl.col("person") != "")
    by_fault = (
        judged.with_columns(fault=pl.col("faults").str.split("|"))
        .explode("fault")
        .group_by("fault")
        .agg(pl.len().alias("n"), pl.col("right").mean())
        .sort("n", descending=True)
    )
    return [
        Row(f"link.{fault or 'sound'}", f"  not linked where: {fault or 'nothing is wrong'}",
            100 * (1 - right), "%", note=f"{n:,} records")
        for fault, n, right in by_fault.iter_rows()
    ]  # fmt: skip
