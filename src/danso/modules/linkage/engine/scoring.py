"""Splink on DuckDB: weighs every pair that one of the blocks brings together."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from danso.modules.linkage.data import Bands
from danso.modules.linkage.engine.comparing import COMPARISONS
from danso.modules.linkage.engine.model import Model
from danso.modules.linkage.engine.tables import Workspace

if TYPE_CHECKING:
    from splink import Linker

# Splink tells of every step; who runs danso reads one progress line.
logging.getLogger("splink").setLevel(logging.ERROR)


FREQUENCIES: Final = ("name", "plain")
CONTENT: Final = (
    "number", "old_number", "name", "plain", "year", "day", "sex", "commune", "father", "mother",
)  # fmt: skip
SIDES: Final = (
    "name", "plain", "sorted", "list", "words", "family", "given", "year", "day", "is_filler",
    "turned", "sex", "commune", "number", "old_number", "father", "mother",
)  # fmt: skip
# How many people a clerk sees beside a record, and how far behind the margin they may lie.
SHOWN: Final = 5
BEHIND: Final = 2.0
_FREQUENCY: Final = """
CREATE TABLE {table} AS
SELECT {column}, count(*) / sum(count(*)) OVER () AS tf_{column}
FROM people WHERE {column} IS NOT NULL GROUP BY {column}
"""


def linker_of(workspace: Workspace, model: Model, records: str) -> Linker:
    """Splink over the workspace's records and people."""
    # As with DuckDB: only a process that matches pays for it.
    from splink import DuckDBAPI, Linker  # noqa: PLC0415

    api = DuckDBAPI(connection=workspace.connection)
    # Named so that records stand on the left: the blocks say so of l and r.
    sides = [
        api.register(records, dataset_display_name="a_records"),
        api.register("people", dataset_display_name="b_people"),
    ]
    linker = Linker(sides, model.settings(), log_level=None)
    for column in FREQUENCIES:
        # How common a name is, the register knows: records may hold one person many times.
        table = f"tf_{column}"
        if table not in workspace.tables():
            workspace.run(_FREQUENCY.format(table=table, column=column))
        linker.table_management.register_term_frequency_lookup(api.register(table), column)
    return linker


def score(workspace: Workspace, model: Model) -> int:
    """Table `scored` (record, person, weight, and what each comparison gave to it); returns its
    length. Only records that `exact` has not decided are looked at, only pairs kept that could
    still stand beside one for a clerk."""
    workspace.run(
        "CREATE TABLE rest AS SELECT * FROM records"
        " WHERE unique_id NOT IN (SELECT record FROM exact) AND plain IS NOT NULL"
    )
    predicted = linker_of(workspace, model, "rest").inference.predict(
        threshold_match_weight=model.bands.clerk - model.bands.margin, warning_mode="never"
    )
    shares = ", ".join(f"mw_{name}" for name in COMPARISONS)
    columns = f"match_weight AS weight, mw_tf_adj_full_name, {shares}"
    workspace.run(
        f"CREATE TABLE scored AS SELECT unique_id_l AS record, unique_id_r AS person, {columns}"  # noqa: S608
        f" FROM {predicted.physical_name}"
    )
    predicted.drop_table_from_database_and_remove_from_cache()
    return workspace.count("scored")


def decide(workspace: Workspace, bands: Bands) -> None:
    """Table `decided` (record, person, band, weight, reason, content): one row for every record.
    `content`: a digest of what was compared of it."""
    content = "substr(sha256(concat_ws('|', {})), 1, 24)".format(
        ", ".join(f"coalesce(records.{column}, '')" for column in CONTENT)
    )
    workspace.run(
        _DECIDE.format(linked=bands.linked, margin=bands.margin, clerk=bands.clerk, content=content)
    )


def keep_candidates(workspace: Workspace, bands: Bands) -> None:
    """Table `candidates` (record, person, weight, shares, content, is_anothers): of each record for
    a clerk the likeliest people. `shares` is JSON: comparison -> level and weight."""
    shares = ", ".join(f"'{name}', {_share(name)}" for name in COMPARISONS)
    sides = ", ".join(f"l.{column} AS {column}_l, r.{column} AS {column}_r" for column in SIDES)
    behind = bands.margin + BEHIND
    workspace.run(_CANDIDATES.format(shares=shares, sides=sides, shown=SHOWN, behind=behind))


def _share(name: str) -> str:
    nothing, levels = COMPARISONS[name]
    cases = " ".join(f"WHEN {one.condition} THEN '{one.code}'" for one in levels[:-1])
    weight = f"mw_{name}"
    if any(level.frequency for level in levels):
        weight += f" + mw_tf_adj_{name}"
    return (
        f"json_object('level', CASE WHEN {nothing} THEN 'unknown' {cases}"
        f" ELSE '{levels[-1].code}' END, 'weight', round({weight}, 2))"
    )


_DECIDE: Final = """
CREATE TABLE decided AS
WITH best AS (
    SELECT record, arg_max(person, weight) AS person, max(weight) AS weight,
           list_sort(list(weight), 'DESC')[2] AS next
    FROM scored GROUP BY record
), judged AS (
    SELECT records.unique_id AS record, exact.reason AS by_number,
           coalesce(exact.person, best.person) AS person, best.weight, best.next,
           records.plain IS NULL AS is_empty, {content} AS content
    FROM records LEFT JOIN exact ON exact.record = records.unique_id
    LEFT JOIN best ON best.record = records.unique_id
), reasoned AS (
    SELECT *, CASE
        WHEN by_number IS NOT NULL THEN by_number
        WHEN is_empty THEN 'empty'
        WHEN weight IS NULL OR weight < {clerk} THEN 'nobody'
        WHEN weight - next < {margin} THEN 'several'
        WHEN weight < {linked} THEN 'unsure'
        ELSE 'alike' END AS reason
    FROM judged
)
SELECT record, CASE WHEN reason IN ('empty', 'nobody') THEN NULL ELSE person END AS person,
       CASE WHEN reason IN ('number', 'old_number', 'alike') THEN 'linked'
            WHEN reason IN ('several', 'unsure') THEN 'clerk' ELSE 'not_found' END AS band,
       weight, reason, content
FROM reasoned
"""
_ANOTHERS: Final = """
    EXISTS (SELECT 1 FROM {table} held WHERE held.number = pair.{column}_l)
    AND NOT EXISTS (SELECT 1 FROM {table} held
                    WHERE held.number = pair.{column}_l AND held.person = pair.person)
"""
_CANDIDATES: Final = f"""
CREATE TABLE candidates AS
WITH best AS (
    SELECT scored.*, decided.content, max(scored.weight) OVER one AS top,
           row_number() OVER (one ORDER BY scored.weight DESC, scored.person) AS place
    FROM scored JOIN decided ON decided.record = scored.record AND decided.band = 'clerk'
    WINDOW one AS (PARTITION BY scored.record)
), pair AS (
    SELECT best.*, {{sides}} FROM best
    JOIN records l ON l.unique_id = best.record JOIN people r ON r.unique_id = best.person
    WHERE place <= {{shown}} AND best.weight >= top - {{behind}}
)
SELECT pair.record, pair.person, pair.weight, json_object({{shares}}) AS shares, pair.content,
       ({_ANOTHERS.format(table="numbers", column="number")})
       OR ({_ANOTHERS.format(table="old_numbers", column="old_number")}) AS is_anothers
FROM pair
"""  # noqa: S608 - only this file's constants
