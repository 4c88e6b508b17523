"""An old portal's accounts of a synthetic province, with the faults of real files, and the truth.

Reads what `danso synth` wrote. Telephones begin with 000: no network gives such numbers.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any, Final

import polars as pl
from polars.exceptions import PolarsError

from danso.kernel.errors import InvalidValue, Refused
from danso.kernel.text import fold

MANIFEST: Final = "manifest.json"
FILE: Final = "accounts.csv"
TRUTH: Final = "truth.csv"
COLUMNS: Final = ("login", "portal", "number", "full_name", "birth", "phone")
_READ: Final = ("number", "old_number", "full_name", "birth", "status")
_GROWN: Final = 14
# Shares of all rows. Of a real portal's file nothing was seen: these are assumed.
RATES: Final[Mapping[str, float]] = {
    "old_number": 0.20,
    "no_tones": 0.03,
    "wrong_name": 0.02,
    "wrong_tones": 0.01,
    "wrong_birth": 0.02,
    "no_birth": 0.01,
    "unknown_number": 0.015,
    "broken_number": 0.005,
    "no_name": 0.002,
    "stolen_number": 0.002,
    "second_account": 0.01,
    "repeated": 0.003,
}
_STRAY: Final = str.maketrans("áàảãạ", "àáạảã")


@dataclass(frozen=True)
class Wish:
    """How many rows, of which portal, from which seed; the truth is that of the day `on`."""

    rows: int
    portal: str
    seed: int
    on: date


@dataclass
class Row:
    """One account on its way; `faults` and `outcome` are the truth."""

    login: str
    portal: str
    number: str
    full_name: str
    birth: str
    phone: str
    person: str
    faults: str
    outcome: str


def write_accounts(people: Path, folder: Path, wish: Wish, *, prefix: str) -> dict[str, Any]:
    """accounts.csv, truth.csv (line, number, faults, outcome) and manifest.json in a new folder.

    `outcome` is what a right reconciliation tells: linked, open, rejected or wrong.
    """
    known = _read(people, prefix)
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Refused(f"{folder} is not empty", code="synth_folder", fix="Name a new folder.")
    draw = Random(wish.seed)  # noqa: S311 - made-up people
    rows = [_row(draw, known[draw.randrange(len(known))], n, wish) for n in range(wish.rows)]
    _second_accounts(draw, rows)
    taken = _told_once(rows)
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows([getattr(row, name) for name in COLUMNS] for row in rows)
    with (folder / TRUTH).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("line", "number", "faults", "outcome"))
        # The header is line 1.
        writer.writerows(
            (line, row.person, row.faults, row.outcome) for line, row in enumerate(rows, start=2)
        )
    manifest = {
        "rows": len(rows),
        "portal": wish.portal,
        "seed": wish.seed,
        "on": wish.on.isoformat(),
        "outcomes": taken,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return manifest


def _read(folder: Path, prefix: str) -> list[tuple[str, ...]]:
    try:
        frame = (
            pl.scan_csv(folder / "clean" / "*.csv.gz", infer_schema=False)
            .select(pl.col(_READ).fill_null(""))
            .filter(pl.col("number") != "")
            .collect()
        )
    except (PolarsError, OSError) as error:
        raise InvalidValue(
            f"{folder} holds no synthetic province",
            code="synth_portals_no_province",
            fix="Make one with: danso synth FOLDER --clean",
        ) from error
    if not frame["number"].str.starts_with(prefix).all():
        raise Refused(
            f"{folder} holds numbers that are not made up",
            code="synth_portals_not_synthetic",
            fix="Real people's data is never turned into trial files.",
        )
    return frame.rows()


def _row(draw: Random, person: tuple[str, ...], n: int, wish: Wish) -> Row:
    number, old, name, birth, status = person
    row = Row(
        login=f"u{n:07}",
        portal=wish.portal,
        number=number,
        full_name=name,
        birth="/".join(reversed(birth.split("-"))),
        phone=f"000{draw.randrange(10**7):07}",
        person=number,
        faults="",
        outcome=_sound(birth, status, wish.on),
    )
    if old and draw.random() < RATES["old_number"]:
        row.number, row.faults = old, "old_number"
    for fault, spoil in _SPOILS.items():
        if draw.random() < RATES[fault]:
            spoil(draw, row)
            row.faults = f"{row.faults}|{fault}".strip("|")
            break
    return row


def _sound(birth: str, status: str, on: date) -> str:
    if status == "dead":
        return "rejected"
    if status != "alive" or not birth:
        return "open"
    year, month, day = (int(part) for part in (birth + "-12-31")[:10].split("-"))
    age = on.year - year - ((on.month, on.day) < (month, day))
    return "linked" if age >= _GROWN else "rejected"


def _no_tones(draw: Random, row: Row) -> None:
    row.full_name = fold(row.full_name).upper()


def _wrong_name(draw: Random, row: Row) -> None:
    row.full_name = f"Trần Sai {row.full_name.rpartition(' ')[2]}"
    row.outcome = "open"


def _wrong_tones(draw: Random, row: Row) -> None:
    spoilt = row.full_name.translate(_STRAY)
    if spoilt != row.full_name:
        row.full_name, row.outcome = spoilt, "open"


def _wrong_birth(draw: Random, row: Row) -> None:
    if len(row.birth) == 10:
        row.birth = f"{row.birth[:6]}{int(row.birth[6:]) - 1 - draw.randrange(9)}"
        row.outcome = "open"


def _no_birth(draw: Random, row: Row) -> None:
    row.birth, row.outcome = "", "open"


def _unknown_number(draw: Random, row: Row) -> None:
    row.number, row.outcome = f"{row.person[:6]}{draw.randrange(10**6):06}", "open?"


def _broken_number(draw: Random, row: Row) -> None:
    row.number, row.outcome = row.person[:7], "wrong"


def _no_name(draw: Random, row: Row) -> None:
    row.full_name, row.outcome = "", "wrong"


def _stolen_number(draw: Random, row: Row) -> None:
    row.full_name, row.birth, row.outcome = "Lê Người Khác", "01/01/1990", "open"


_SPOILS: Final[Mapping[str, Callable[[Random, Row], None]]] = {
    "no_tones": _no_tones,
    "wrong_name": _wrong_name,
    "wrong_tones": _wrong_tones,
    "wrong_birth": _wrong_birth,
    "no_birth": _no_birth,
    "unknown_number": _unknown_number,
    "broken_number": _broken_number,
    "no_name": _no_name,
    "stolen_number": _stolen_number,
}


def _second_accounts(draw: Random, rows: list[Row]) -> None:
    """People with two accounts at the portal, and accounts that stand in the file twice."""
    for place in range(1, len(rows)):
        if draw.random() < RATES["second_account"]:
            first = rows[draw.randrange(place)]
            if first.outcome == "linked" and rows[place].outcome == "linked":
                same = draw.random() < 0.5
                kept = {"login": rows[place].login}
                phone = first.phone if same else rows[place].phone
                rows[place] = Row(**{**vars(first), **kept, "phone": phone})
                rows[place].faults = "second_account_same_phone" if same else "second_account"
        elif draw.random() < RATES["repeated"]:
            first = rows[draw.randrange(place)]
            rows[place] = Row(**{**vars(first), "faults": "repeated", "outcome": "wrong"})


def _told_once(rows: list[Row]) -> dict[str, int]:
    """What follows from the whole file: by draw, too, a person comes twice; who comes second with
    another telephone waits."""
    first: dict[str, str] = {}
    logins: set[str] = set()
    counts: dict[str, int] = {}
    for row in rows:
        if row.login in logins:
            row.outcome = "wrong"
        logins.add(row.login)
        if row.outcome == "linked" and first.setdefault(row.person, row.phone) != row.phone:
            row.outcome = "open"
        counts[row.outcome] = counts.get(row.outcome, 0) + 1
    return dict(sorted(counts.items()))
