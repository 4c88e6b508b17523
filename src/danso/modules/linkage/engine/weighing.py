"""Weighs every pair that one of the blocks brings together, as Splink would: the same levels, the
same odds, the same commonness of names (tests/modules/linkage/test_weighing.py holds it to that).

Splink's own statement carries everybody's columns through two joins by text keys. Here each block
is one join of the records, which are few, with the people, who are read past them.
"""

from __future__ import annotations

from math import log2
from typing import Final

from danso.modules.linkage.engine.comparing import BLOCKING, COMPARISONS, Level
from danso.modules.linkage.engine.model import Model
from danso.modules.linkage.engine.tables import Workspace

# Names whose commonness counts, by the column that holds them.
FREQUENCIES: Final = ("name", "plain")
_SIDES: Final = (
    "name", "plain", "sorted", "words", "family", "given", "year", "day", "is_filler", "turned",
    "sex", "commune", "number", "old_number", "father", "mother",
)  # fmt: skip
# How common a name is, the register knows: records may hold one person many times.
_COUNT: Final = """
CREATE TABLE commonness AS
SELECT '{0}' AS kind, {0} AS value, count(*) / sum(count(*)) OVER () AS share
FROM people WHERE {0} IS NOT NULL GROUP BY {0}
UNION ALL
SELECT '{1}', {1}, count(*) / sum(count(*)) OVER () FROM people WHERE {1} IS NOT NULL GROUP BY {1}
"""
_WEIGHED: Final = """
CREATE TABLE weighed (record VARCHAR, person VARCHAR, weight DOUBLE, tf DOUBLE, {levels})
"""
_PAIRS: Final = """
INSERT INTO weighed
SELECT record, person, {start} + tf + {weights} AS weight, tf, {named} FROM (
    SELECT *, {tf} AS tf FROM (
        SELECT record, person, {shares}, {levels} FROM (
            SELECT l.unique_id AS record, r.unique_id AS person, {commonness}, {sides}
            FROM rest l JOIN people r ON {block}
        )
    )
) WHERE weight >= {least}
"""


def count_names(workspace: Workspace) -> None:
    """Table `commonness` (kind, value, share), from everybody in `people`."""
    workspace.run(_COUNT.format(*FREQUENCIES))


def weigh(workspace: Workspace, model: Model, *, least: float, unseen: float) -> int:
    """Table `scored` (record, person, weight, `tf`, and of each comparison `level_…`, which of its
    levels held, null where nothing could be said); returns its length.

    Needs tables rest (records to weigh), people, commonness. `least`: lighter pairs are dropped.
    `unseen`: how common a name is that nobody has.
    """
    workspace.run(f"ALTER TABLE rest RENAME TO unweighed; {_rest(unseen)}")
    named = [f"level_{name}" for name in COMPARISONS]
    workspace.run(_WEIGHED.format(levels=", ".join(f"{name} TINYINT" for name in named)))
    before: list[str] = []
    for block in BLOCKING:
        found = " OR ".join(f"coalesce({one}, false)" for one in before)
        condition = f"({block.condition})" + (f" AND NOT ({found})" if before else "")
        workspace.run(_pairs(model, condition, least))
        before.append(f"({block.condition})")
    # Somebody may stand in `people` more than once, under what they were called before a merge.
    workspace.run(
        "CREATE TABLE scored AS SELECT DISTINCT ON (record, person) * FROM weighed"
        " ORDER BY record, person, weight DESC"
    )
    workspace.run("DROP TABLE weighed")
    return workspace.count("scored")


def weight_of(model: Model, comparison: str) -> str:
    """The weight of `level_…`, in SQL."""
    cases = " ".join(
        f"WHEN {place} THEN {log2(odds.m / odds.u)!r}"
        for place, level in enumerate(COMPARISONS[comparison][1])
        for odds in (model.odds[comparison][level.code],)
    )
    return f"CASE level_{comparison} {cases} ELSE 0.0 END"


def _rest(unseen: float) -> str:
    joins = " ".join(
        f"LEFT JOIN commonness c_{column} ON c_{column}.kind = '{column}'"
        f" AND c_{column}.value = u.{column}"
        for column in FREQUENCIES
    )
    shares = ", ".join(
        f"coalesce(c_{column}.share, {unseen!r}) AS tf_{column}" for column in FREQUENCIES
    )
    return f"CREATE TABLE rest AS SELECT u.*, {shares} FROM unweighed u {joins}"  # noqa: S608


def _pairs(model: Model, block: str, least: float) -> str:
    return _PAIRS.format(
        start=repr(log2(model.prior / (1 - model.prior))),
        weights=" + ".join(f"({weight_of(model, name)})" for name in COMPARISONS),
        named=", ".join(f"level_{name}" for name in COMPARISONS),
        tf=_commonness(model),
        shares=", ".join(f"tf_{column}" for column in FREQUENCIES),
        levels=", ".join(_level(name) for name in COMPARISONS),
        commonness=", ".join(f"l.tf_{column}" for column in FREQUENCIES),
        sides=", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in _SIDES),
        block=block,
        least=repr(least),
    )


def _level(name: str) -> str:
    nothing, levels = COMPARISONS[name]
    cases = " ".join(
        f"WHEN {level.condition} THEN {place}" for place, level in enumerate(levels[:-1])
    )
    return f"CASE WHEN {nothing} THEN NULL {cases} ELSE {len(levels) - 1} END AS level_{name}"


def _commonness(model: Model) -> str:
    """How much more, or less, agreeing on this very name says than on any."""
    cases = " ".join(
        f"WHEN {place} THEN {log2(model.odds[name][level.code].u)!r} - log2(tf_{level.frequency})"
        for name, place, level in _counted()
    )
    (name,) = {name for name, _, _ in _counted()}
    return f"CASE level_{name} {cases} ELSE 0.0 END"


def _counted() -> list[tuple[str, int, Level]]:
    return [
        (name, place, level)
        for name, (_, levels) in COMPARISONS.items()
        for place, level in enumerate(levels)
        if level.frequency
    ]
