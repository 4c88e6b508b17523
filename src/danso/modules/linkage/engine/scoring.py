"""From weighed pairs to what becomes of each record; and Splink, which learns the weights."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from danso.modules.linkage.data import Bands
from danso.modules.linkage.engine.comparing import BLOCKING, COMPARISONS, Block
from danso.modules.linkage.engine.doubting import anothers, doubtful
from danso.modules.linkage.engine.model import Model
from danso.modules.linkage.engine.tables import Workspace
from danso.modules.linkage.engine.weighing import FREQUENCIES, weigh, weight_of

if TYPE_CHECKING:
    from splink import Linker

# Splink tells of every step; who runs danso reads one progress line.
logging.getLogger("splink").setLevel(logging.ERROR)


CONTENT: Final = (
    "number", "old_number", "name", "plain", "year", "day", "sex", "commune", "father", "mother",
)  # fmt: skip
# How many people a clerk sees beside a record, and how far behind the margin they may lie.
SHOWN: Final = 5
BEHIND: Final = 2.0
_FREQUENCY: Final = """
CREATE TABLE tf_{0} AS SELECT value AS {0}, share AS tf_{0} FROM commonness WHERE kind = '{0}'
"""


def linker_of(workspace: Workspace, model: Model, records: str) -> Linker:
    """Splink over the workspace's records and people; needs table `commonness`."""
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
        table = f"tf_{column}"
        if table not in workspace.tables():
            workspace.run(_FREQUENCY.format(column))
        linker.table_management.register_term_frequency_lookup(api.register(table), column)
    return linker


def score(workspace: Workspace, model: Model, *, unseen: float) -> int:
    """Table `scored` (see `weighing`); returns its length. Only records that `exact` has not
    decided are looked at, only pairs kept that could still stand beside one for a clerk."""
    workspace.run(
        "CREATE TABLE rest AS SELECT * FROM records"
        " WHERE unique_id NOT IN (SELECT record FROM exact) AND plain IS NOT NULL"
    )
    least = model.bands.clerk - model.bands.margin
    return weigh(workspace, model, least=least, unseen=unseen)


def decide(workspace: Workspace, bands: Bands) -> None:
    """Table `decided` (record, person, band, weight, reason, content): one row for every record.
    `content`: a digest of what was compared of it."""
    content = "substr(sha256(concat_ws('|', {})), 1, 24)".format(
        ", ".join(f"coalesce(l.{column}, '')" for column in CONTENT)
    )
    workspace.run(
        _DECIDE.format(
            linked=bands.linked,
            margin=bands.margin,
            clerk=bands.clerk,
            content=content,
            doubtful=doubtful(),
            anothers=anothers("l", "best"),
        )
    )


def keep_candidates(workspace: Workspace, model: Model) -> None:
    """Table `candidates` (record, person, weight, shares, content, is_anothers): of each record for
    a clerk the likeliest people. `shares` is JSON: comparison -> level and weight."""
    shares = ", ".join(f"'{name}', {_share(model, name)}" for name in COMPARISONS)
    behind = model.bands.margin + BEHIND
    workspace.run(_CANDIDATES.format(shares=shares, shown=SHOWN, behind=behind))


def keep_keys(workspace: Workspace) -> None:
    """Table `open_keys` (record, key): what would bring a record that is linked to nobody yet
    together with a person who comes or changes."""
    keys = blocking_keys("l", is_record=True)
    workspace.run(_OPEN_KEYS.format(keys=keys))


def blocking_keys(side: str, *, is_record: bool) -> str:
    """A list of numbers, in SQL: one for each block that a row of `side` may stand in."""
    return "list_filter([{}], lambda key: key IS NOT NULL)".format(
        ", ".join(_key(place, block, side, is_record) for place, block in enumerate(BLOCKING))
    )


def _key(place: int, block: Block, side: str, is_record: bool) -> str:
    values = " || '|' || ".join(f"{side}.{column}" for column in block.columns)
    key = f"(md5_number_lower('{place}|' || {values})::HUGEINT - 9223372036854775808)::BIGINT"
    if block.lacking and is_record:
        return f"CASE WHEN {side}.{block.lacking} IS NULL THEN {key} END"
    return key


def _share(model: Model, name: str) -> str:
    _, levels = COMPARISONS[name]
    cases = " ".join(f"WHEN {place} THEN '{one.code}'" for place, one in enumerate(levels))
    weight = weight_of(model, name)
    if any(level.frequency for level in levels):
        weight += " + tf"
    return (
        f"json_object('level', CASE level_{name} {cases} ELSE 'unknown' END,"
        f" 'weight', round({weight}, 2))"
    )


_DECIDE: Final = """
CREATE TABLE decided AS
WITH best AS (
    -- Of two alike the same one every time: a link must not change hands for nothing.
    SELECT record, arg_max(person, (weight, person)) AS person, max(weight) AS weight,
           list_sort(list(weight), 'DESC')[2] AS next,
           arg_max({doubtful}, (weight, person)) AS is_doubtful
    FROM scored GROUP BY record
), judged AS (
    SELECT l.unique_id AS record, exact.reason AS by_number,
           coalesce(exact.person, best.person) AS person, best.weight, best.next,
           best.is_doubtful OR {anothers} AS is_doubtful,
           l.plain IS NULL AS is_empty, {content} AS content
    FROM records l LEFT JOIN exact ON exact.record = l.unique_id
    LEFT JOIN best ON best.record = l.unique_id
), reasoned AS (
    SELECT *, CASE
        WHEN by_number IS NOT NULL THEN by_number
        WHEN is_empty THEN 'empty'
        WHEN weight IS NULL OR weight < {clerk} THEN 'nobody'
        WHEN weight - next < {margin} THEN 'several'
        WHEN weight < {linked} OR is_doubtful THEN 'unsure'
        ELSE 'alike' END AS reason
    FROM judged
)
SELECT record, CASE WHEN reason IN ('empty', 'nobody') THEN NULL ELSE person END AS person,
       CASE WHEN reason IN ('number', 'old_number', 'alike') THEN 'linked'
            WHEN reason IN ('several', 'unsure') THEN 'clerk' ELSE 'not_found' END AS band,
       weight, reason, content
FROM reasoned
"""
_CANDIDATES: Final = f"""
CREATE TABLE candidates AS
WITH best AS (
    SELECT scored.*, decided.content, max(scored.weight) OVER one AS top,
           row_number() OVER (one ORDER BY scored.weight DESC, scored.person) AS place
    FROM scored JOIN decided ON decided.record = scored.record AND decided.band = 'clerk'
    WINDOW one AS (PARTITION BY scored.record)
)
SELECT best.record, best.person, best.weight, json_object({{shares}}) AS shares, best.content,
       {anothers("l", "best")} AS is_anothers
FROM best JOIN records l ON l.unique_id = best.record
WHERE place <= {{shown}} AND best.weight >= top - {{behind}}
"""  # noqa: S608 - only this file's constants
_OPEN_KEYS: Final = """
CREATE TABLE open_keys AS
SELECT record, unnest({keys}) AS key FROM decided
JOIN records l ON l.unique_id = decided.record
WHERE band <> 'linked' AND reason <> 'empty'
"""
