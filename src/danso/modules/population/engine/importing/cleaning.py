"""A stretch of a file's rows judged, column by column, into what may enter and what may not.

Each column has a quick test that polars runs over all rows; only what fails it goes, once per
distinct value, through the Python judges of `cells`. So a clean file costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import polars as pl

from danso.kernel.legacy import Encoding
from danso.modules.population.engine.importing import cells, quick, words
from danso.modules.population.engine.importing.cells import Judge, Verdict
from danso.modules.population.engine.importing.inputs import SILENT, ImportInputs
from danso.modules.population.engine.importing.quick import Quick
from danso.modules.population.engine.importing.residence import place_rows
from danso.modules.population.engine.importing.sexes import with_sexes

_VERDICT: Final = {
    "cell": pl.String,
    "value": pl.String,
    "why": pl.String,
    "offer": pl.String,
    "note": pl.String,
}
_UUID: Final = "^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$"
# Also as one that was turned into a quotation mark on the way.
_APOSTROPHE: Final = "^['’‘ʼ`´]+ *([0-9])"


@dataclass(frozen=True)
class Habits:
    """How a file writes: `trusted` is danso's own clean form, whose text needs no repair."""

    trusted: bool = False
    excel: bool = False
    hint: Encoding | None = None


class Cleaner:
    """Judges the rows of one file; of each column up to `remembered` verdicts are kept from one
    stretch of it to the next, for the same names and days come again."""

    def __init__(self, inputs: ImportInputs, habits: Habits, *, remembered: int = 0) -> None:
        self._inputs = inputs
        self._habits = habits
        self._judges = self._all_judges()
        if remembered:
            self._judges = {
                column: (test, lru_cache(maxsize=remembered)(judge))
                for column, (test, judge) in self._judges.items()
            }

    def clean(self, raw: pl.DataFrame) -> pl.DataFrame:
        """The rows with every column of `words.COLUMNS` and the register's place columns.

        `reason` is null where a row may enter; `notes` and `flags` (catalogue fields that are
        unverified) are words with a bar after each.
        """
        frame = _tell_marks(_complete(raw if self._habits.trusted else _without_apostrophes(raw)))
        frame = with_sexes(frame)
        for column, (test, judge) in self._judges.items():
            if frame[column].null_count() < frame.height:
                frame = _settle(frame, column, test, judge)
        frame = place_rows(frame, self._inputs.places)
        return _judge_rows(frame, self._inputs.assumed_prefixes)

    def _all_judges(self) -> dict[str, tuple[Quick | None, Judge]]:
        """Per column: the quick test (None: every value is looked at) and the judge of the rest."""
        inputs, habits = self._inputs, self._habits
        hint, excel = habits.hint, habits.excel
        number = quick.number(inputs.numbers)
        lives = quick.one_of(frozenset({"alive", "dead", "missing"}))
        judges: dict[str, tuple[Quick | None, Judge]] = {
            "number": (number, cells.number_judge(inputs.numbers)),
            "old_number": (quick.old_number, cells.old_number_judge),
            "full_name": (quick.name if habits.trusted else None, cells.name_judge(hint)),
            "birth": (quick.past_day(inputs.today), cells.birth_judge(inputs.today, excel=excel)),
            "status": (lives, cells.life_judge(hint)),
        }
        for column in ("key", "household"):
            # Only danso's own file may say which keys its people and households have.
            judges[column] = (_looks_like_key if habits.trusted else None, _no_key)
        for column in words.FREE_TEXT:
            test = quick.free_text if habits.trusted else None
            judges[column] = (test, cells.text_judge(hint))
        for column in words.KIN_NUMBERS:
            judges[column] = (number, cells.kin_number_judge(inputs.numbers))
        for column in words.DAYS:
            partial = column in words.PARTIAL_DAYS
            judges[column] = (quick.day, cells.day_judge(excel=excel, partial=partial))
        for column, codes in inputs.codes.items():
            judge = cells.code_judge(
                codes,
                inputs.words[column],
                hint,
                keeps=column == "relation",
                silent=SILENT.get(column, frozenset()),
            )
            judges[column] = (quick.one_of(codes), judge)
        return judges


def _looks_like_key(cell: pl.Expr) -> pl.Expr:
    return cell.str.contains(_UUID)


def _no_key(cell: str) -> Verdict:
    """Somebody else's keys mean nothing here."""
    del cell
    return cells.NOTHING


def _without_apostrophes(raw: pl.DataFrame) -> pl.DataFrame:
    """Spreadsheets mark figures that are text with an apostrophe in front: it is no part of them.
    Before letters it may be somebody's name."""
    for name in raw.columns:
        marked = pl.col(name).str.contains(_APOSTROPHE)
        if name in words.COLUMNS and raw.select(marked.any()).item():
            raw = raw.with_columns(pl.col(name).str.replace(_APOSTROPHE, "$1"))
    return raw


def _complete(raw: pl.DataFrame) -> pl.DataFrame:
    """Every known column, empty cells as null, and the bookkeeping columns."""
    texts = [name for name in raw.columns if name in words.COLUMNS]
    wanted = (*words.COLUMNS, "reason", "suggestion")
    missing = [name for name in wanted if name not in raw.columns]
    return raw.with_columns(
        pl.when(pl.col(texts).str.len_bytes() > 0).then(pl.col(texts)).name.keep()
    ).with_columns(
        *(pl.lit(None, dtype=pl.String).alias(name) for name in missing),
        pl.lit("").alias("notes"),
    )


def _tell_marks(frame: pl.DataFrame) -> pl.DataFrame:
    """A column of heads may hold their numbers or only marks ("x") beside them."""
    heads = frame["head_number"].drop_nulls()
    if heads.is_empty() or heads.str.contains("[0-9]").any():
        return frame
    return frame.with_columns(head_mark="head_number", head_number=pl.lit(None, dtype=pl.String))


def _settle(frame: pl.DataFrame, column: str, test: Quick | None, judge: Judge) -> pl.DataFrame:
    """The column with every value judged; reasons and notes gathered beside it."""
    doubtful = frame[column].drop_nulls()
    if test is not None:
        passed = doubtful.to_frame().select(test(pl.col(column))).to_series()
        doubtful = doubtful.filter(~passed.fill_null(value=False))
    if doubtful.is_empty():
        return frame
    return _apply(frame, column, {value: judge(value) for value in doubtful.unique().to_list()})


def _apply(frame: pl.DataFrame, column: str, verdicts: Mapping[str, Verdict]) -> pl.DataFrame:
    rows = [(value, *verdict) for value, verdict in verdicts.items()]
    table = pl.DataFrame(rows, schema=_VERDICT, orient="row")
    joined = frame.join(table, left_on=column, right_on="cell", how="left", maintain_order="left")
    stops = (pl.col("why") != "") & pl.col("reason").is_null()
    return joined.with_columns(
        pl.when(pl.col("why").is_not_null()).then("value").otherwise(column).alias(column),
        pl.when(stops).then("why").otherwise("reason").alias("reason"),
        pl.when(stops).then("offer").otherwise("suggestion").alias("suggestion"),
        pl.when(pl.col("note") != "")
        .then(pl.col("notes") + pl.col("note") + "|")
        .otherwise("notes")
        .alias("notes"),
    ).drop("value", "why", "offer", "note")


def _judge_rows(frame: pl.DataFrame, assumed: frozenset[str]) -> pl.DataFrame:
    """What only the row as a whole tells: a number in the wrong column, needed values, flags."""
    is_old = pl.col("number").str.len_bytes() == 9
    frame = frame.with_columns(
        pl.when(is_old).then(pl.coalesce("old_number", "number")).otherwise("old_number")
        .alias("old_number"),
        pl.when(is_old).then(None).otherwise("number").alias("number"),
        status=pl.col("status").fill_null("alive"),
        sex=pl.col("sex").fill_null("0"),
        reason=pl.coalesce(
            "reason",
            pl.when(pl.col("full_name").is_null()).then(pl.lit("name_empty")),
            pl.when(pl.col("birth").is_null()).then(pl.lit("birth_missing")),
        ),
    )  # fmt: skip
    digit = pl.col("number").str.slice(3, 1).cast(pl.Int32, strict=False)
    year = 1900 + 100 * (digit // 2) + pl.col("number").str.slice(4, 2).cast(pl.Int32, strict=False)
    wrong_sex = (pl.col("sex") != "0") & (
        (digit % 2 + 1) != pl.col("sex").cast(pl.Int32, strict=False)
    )
    wrong_year = year != pl.col("birth").str.slice(0, 4).cast(pl.Int32, strict=False)
    # A number of thirteen digits that lost its zero looks like one of a birth abroad.
    strange = (
        pl.col("number").str.slice(0, 3).is_in(sorted(assumed)) & (wrong_sex | wrong_year)
    ).fill_null(value=False)
    doubtful = pl.col("notes").str.contains("name_doubtful", literal=True)
    marks = {
        "number_sex_differs": wrong_sex,
        "number_birth_year_differs": wrong_year,
        "number_missing": pl.col("number").is_null(),
        "sex_unknown": pl.col("sex") == "0",
    }
    return frame.with_columns(
        reason=pl.coalesce("reason", pl.when(strange).then(pl.lit("number_prefix_unknown"))),
        flags=_marked({"sex": wrong_sex, "birth": wrong_year, "full_name": doubtful}),
        notes=pl.col("notes") + _marked(marks),
    )


def _marked(marks: Mapping[str, pl.Expr]) -> pl.Expr:
    return pl.concat_str(
        [
            pl.when(where.fill_null(value=False)).then(pl.lit(f"{word}|")).otherwise(pl.lit(""))
            for word, where in marks.items()
        ]
    )
