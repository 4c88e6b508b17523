"""A portal's file as rows that can be compared: cleaned as an import would, keys in bulk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import polars as pl

from danso.kernel.errors import InvalidValue
from danso.modules.identity.data import PortalFileUnreadable
from danso.modules.identity.engine.portals import HEADINGS, NEEDED
from danso.modules.notices import interface as notices
from danso.modules.population import interface as population
from danso.toolkit.platform import platform
from danso.toolkit.tables.header import tidied
from danso.toolkit.tables.opening import open_table
from danso.toolkit.tables.tables import Piece

KINDS: Final = ("csv", "xlsx", "parquet")
# Names come some six times each in a million rows; telephones once.
REMEMBERED: Final = 1 << 16
_DIGITS: Final = pl.col("number").str.replace_all(r"\D", "")


@dataclass(frozen=True)
class PortalRows:
    """Every line of the file in order: `frame` has line, wrong (null, or a code of WRONG_ROWS),
    portal, login, said_number, said_name, said_birth, said_phone as they stand; number, old_number,
    name, plain, birth (cleaned; null where there is none), toneless, phone ('' where unreadable);
    and over the whole file two_names, twice."""

    frame: pl.DataFrame

    @property
    def size(self) -> int:
        """How many lines."""
        return self.frame.height


def read_accounts(path: Path, portal: str) -> PortalRows:
    """The file's rows. `portal`: for a file without such a column.

    Raises InvalidValue for a file that can't be read, PortalFileUnreadable (`portal_columns`).
    """
    known = [heading for headings in HEADINGS.values() for heading in headings]
    table = open_table(path, known, KINDS)
    there = set(map(tidied, table.headings))
    lacking = [name for name in NEEDED if not there & set(map(tidied, HEADINGS[name]))]
    if lacking or not (portal or there & set(map(tidied, HEADINGS["portal"]))):
        raise PortalFileUnreadable(
            f"{path.name} has no column for {', '.join(lacking) or 'portal'}.",
            code="portal_columns",
            fix="Columns: login, number, full_name, birth, phone, and portal (or --portal CODE).",
        )
    raw = pl.concat([_with_faults(piece) for piece in table.read(HEADINGS)] or [_nothing()])
    raw = raw.sort("line").with_columns(
        portal=pl.when(pl.col("portal") == "").then(pl.lit(portal)).otherwise("portal"),
    )
    return PortalRows(_marked(pl.concat(list(_cleaned(raw)))))


def _with_faults(piece: Piece) -> pl.DataFrame:
    rows = piece.rows.with_columns(wrong=pl.lit(None, dtype=pl.String))
    if not piece.faults:
        return rows
    lines = [fault.line for fault in piece.faults]
    empty = {name: [""] * len(lines) for name in HEADINGS}
    broken = pl.DataFrame(
        empty | {"line": lines, "wrong": ["row_broken"] * len(lines)}, schema=rows.schema
    )
    return pl.concat([rows, broken])


def _nothing() -> pl.DataFrame:
    schema = dict.fromkeys(HEADINGS, pl.String) | {"line": pl.Int64, "wrong": pl.String}
    return pl.DataFrame(schema=schema)


def _cleaned(raw: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Slices with what an import's cleaning makes of numbers, names and birth dates."""
    if not raw.height:
        yield _shaped(raw, population.clean_people(_record(raw)))
        return
    slices = list(raw.iter_slices(50_000))
    for one, clean in zip(slices, population.clean_frames(map(_record, slices)), strict=True):
        yield _shaped(one, clean)


def _record(raw: pl.DataFrame) -> pl.DataFrame:
    """A number of nine digits is an old one, whatever its column is called."""
    is_old = _DIGITS.str.len_bytes() == 9
    return raw.select(
        record=pl.col("line").cast(pl.String),
        number=pl.when(~is_old).then("number").otherwise(pl.lit("")),
        old_number=pl.when(is_old).then(_DIGITS).otherwise(pl.lit("")),
        full_name="full_name",
        birth="birth",
    )


def _shaped(raw: pl.DataFrame, clean: pl.DataFrame) -> pl.DataFrame:
    phones = raw["phone"].to_list()
    read = _reader(accepts_made_up=platform().is_demo)
    frame = raw.select(
        "line",
        "portal",
        "login",
        "wrong",
        said_number="number",
        said_name="full_name",
        said_birth="birth",
        said_phone="phone",
        toneless=~pl.col("full_name").str.contains(r"[^\x00-\x7f]"),
    )
    return frame.hstack(
        clean.select("number", "old_number", "name", "plain", "birth")
    ).with_columns(
        pl.Series("phone", [read(phone) for phone in phones], dtype=pl.String),
        wrong=pl.coalesce(
            "wrong",
            pl.when(pl.col("login") == "").then(pl.lit("no_account")),
            pl.when(pl.col("portal") == "").then(pl.lit("no_portal")),
            pl.when(clean["number"].is_null() & clean["old_number"].is_null()).then(
                pl.lit("number_shape")
            ),
            pl.when(clean["name"].is_null()).then(pl.lit("no_name")),
        ),
    )


@lru_cache(2)
def _reader(*, accepts_made_up: bool) -> Callable[[str], str]:
    @lru_cache(REMEMBERED)
    def read(text: str) -> str:
        if not text:
            return ""
        try:
            return notices.parse_phone(text, accepts_made_up=accepts_made_up)
        except InvalidValue:
            return ""

    return read


def _marked(frame: pl.DataFrame) -> pl.DataFrame:
    """What only the whole file tells: one number with several names, one account twice."""
    sound = pl.col("wrong").is_null()
    by_number = pl.coalesce("number", "old_number")
    said = pl.struct("number", "old_number", "name", "birth", "phone")
    account = ["portal", "login"]
    frame = frame.with_columns(
        two_names=sound & (pl.col("plain").n_unique().over(by_number) > 1),
        twice=sound & (said.n_unique().over(account) > 1),
        again=sound & (pl.int_range(pl.len()).over([*account, sound]) > 0),
    )
    wrong = pl.when("again").then(pl.lit("repeated")).otherwise("wrong")
    return frame.with_columns(wrong=wrong).drop("again")
