"""Records whose number is somebody's, when name and birth do not speak against it."""

from __future__ import annotations

from typing import Final

from danso.modules.linkage.engine.comparing import BIRTH, NAME, Level
from danso.modules.linkage.engine.tables import Workspace

# A number alone proves nothing: one in twenty is mistyped, and some forms take anybody's.
_NAMES: Final = ("same", "tones_lost", "swapped", "middle_lost", "one_letter")
_BIRTHS: Final = ("same", "turned", "year_only", "one_digit")
_COMPARED: Final = (
    "name", "plain", "family", "given", "words", "sorted", "year", "day", "is_filler", "turned",
)  # fmt: skip


def match_by_number(workspace: Workspace) -> int:
    """Table `exact` (record, person, reason): one row for each record matched; returns how many.

    Needs tables records and people, and views held_number and held_old_number (number, person). A
    9-digit number that two people of that name and birth hold decides nothing.
    """
    workspace.run("CREATE TABLE exact (record VARCHAR, person VARCHAR, reason VARCHAR)")
    for reason in ("number", "old_number"):
        workspace.run(_statement(reason))
    return workspace.count("exact")


def _statement(reason: str) -> str:
    sides = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in _COMPARED)
    return f"""
    INSERT INTO exact
    SELECT record, any_value(person), '{reason}' FROM (
        SELECT l.unique_id AS record, r.unique_id AS person, {sides}
        FROM records l
        JOIN held_{reason} held ON held.number = l.{reason}
        JOIN people r ON r.unique_id = held.person
        WHERE l.unique_id NOT IN (SELECT record FROM exact)
    ) WHERE ({_any(NAME, _NAMES)}) AND ({_any(BIRTH, _BIRTHS)})
    GROUP BY record HAVING count(DISTINCT person) = 1
    """  # noqa: S608 - only constants of this room


def _any(levels: tuple[Level, ...], codes: tuple[str, ...]) -> str:
    chosen = (f"({level.condition})" for level in levels if level.code in codes)
    return " OR ".join(chosen)
