"""Weighs every pair that one of the blocks brings together, as Splink would: the same levels, the
same odds, the same commonness of names (tests/modules/linkage/test_weighing.py holds it to that).

Splink's own statement carries everybody's columns through two joins by text keys. Here each block
is one join of the records, which are few, with the people, who are read past them. Most pairs agree
on too little to count whatever their letters say: those are left before any letter is counted.
"""

from __future__ import annotations

from math import log2
from typing import Final

from danso.modules.linkage.engine.comparing import BLOCKING, COMPARISONS, Level
from danso.modules.linkage.engine.model import Model, Odds
from danso.modules.linkage.engine.tables import Workspace

HAIR: Final = 1e-6
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
        ) WHERE {most} >= {least}
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
        f"WHEN {place} THEN {_double(log2(odds.m / odds.u))}"
        for place, level in enumerate(COMPARISONS[comparison][1])
        for odds in (model.odds[comparison][level.code],)
    )
    return f"CASE level_{comparison} {cases} ELSE {_double(0.0)} END"


def _double(value: float) -> str:
    """Said to be one: DuckDB takes 12.25 for a decimal, and casts it anew for every pair."""
    return f"{value!r}::DOUBLE"


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
        start=_start(model),
        # A hair more: sums of the same shares in another order differ in their last digits.
        most=" + ".join(
            [_double(HAIR), _start(model), *(_most(model, one) for one in COMPARISONS)]
        ),
        weights=" + ".join(f"({weight_of(model, name)})" for name in COMPARISONS),
        named=", ".join(f"level_{name}" for name in COMPARISONS),
        tf=_commonness(model),
        shares=", ".join(f"tf_{column}" for column in FREQUENCIES),
        levels=", ".join(_level(name) for name in COMPARISONS),
        commonness=", ".join(f"l.tf_{column}" for column in FREQUENCIES),
        sides=", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in _SIDES),
        block=block,
        least=_double(least),
    )


def _start(model: Model) -> str:
    return _double(log2(model.prior / (1 - model.prior)))


def _most(model: Model, name: str) -> str:
    """The most that a comparison can add, told without its costly levels."""
    nothing, levels = COMPARISONS[name]
    odds = [model.odds[name][level.code] for level in levels]
    costly = [place for place, level in enumerate(levels) if level.is_costly]
    told = costly[0] if costly else len(levels) - 1
    cases = " ".join(
        f"WHEN {level.condition} THEN {_double(log2(one.m / one.u))}"
        + (f" + {_rarity(one, level)}" if level.frequency else "")
        for level, one in zip(levels[:told], odds, strict=False)
    )
    other = _double(max(log2(one.m / one.u) for one in odds[told:]))
    return f"CASE WHEN {nothing} THEN {_double(0.0)} {cases} ELSE {other} END"


def _rarity(odds: Odds, level: Level) -> str:
    """How much more, or less, agreeing on this very name says than on any."""
    return f"{_double(log2(odds.u))} - log2(tf_{level.frequency})"


def _level(name: str) -> str:
    nothing, levels = COMPARISONS[name]
    cases = " ".join(
        f"WHEN {level.condition} THEN {place}" for place, level in enumerate(levels[:-1])
    )
    return f"CASE WHEN {nothing} THEN NULL {cases} ELSE {len(levels) - 1} END AS level_{name}"


def _commonness(model: Model) -> str:
    cases = " ".join(
        f"WHEN {place} THEN {_rarity(model.odds[name][level.code], level)}"
        for name, place, level in _counted()
    )
    (name,) = {name for name, _, _ in _counted()}
    return f"CASE level_{name} {cases} ELSE {_double(0.0)} END"


def _counted() -> list[tuple[str, int, Level]]:
    return [
        (name, place, level)
        for name, (_, levels) in COMPARISONS.items()
        for place, level in enumerate(levels)
        if level.frequency
    ]
