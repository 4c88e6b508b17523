"""Are two records one person? Strict on purpose: a list full of namesakes is read by nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from danso.kernel.text import plain
from danso.modules.population.data import DoubleRule

WHOLE: Final = len("1965-03-21")
# The day that papers carry when only the year was known.
FILLED_IN: Final = "-01-01"


@dataclass(frozen=True)
class Side:
    """What is compared of one record."""

    key: UUID
    full_name: str
    search_key: str
    birth: str | None
    sex: int
    commune: str | None
    household: UUID | None
    father_name: str | None
    mother_name: str | None


def rule_of(left: Side, right: Side, *, shares_old_number: bool) -> DoubleRule | None:
    """The strongest rule by which two records look like one person; None for namesakes and twins.

    A sex or a parent that both name and name differently speaks against it, whatever else agrees.
    """
    if _contradict(left, right):
        return None
    same_name = left.search_key == right.search_key
    same_birth = _is_whole(left) and left.birth == right.birth
    if shares_old_number and (same_name or same_birth):
        return "old_number"
    if not (same_name and same_birth) or _are_twins(left, right):
        return None
    if _share_parent(left, right):
        return "parent"
    if left.commune and left.commune == right.commune and not _is_filled_in(left):
        return "commune"
    return None


def _contradict(left: Side, right: Side) -> bool:
    if left.sex and right.sex and left.sex != right.sex:
        return True
    return any(
        one and other and plain(one) != plain(other)
        for one, other in (
            (left.father_name, right.father_name),
            (left.mother_name, right.mother_name),
        )
    )


def _is_whole(side: Side) -> bool:
    return side.birth is not None and len(side.birth) == WHOLE


def _is_filled_in(side: Side) -> bool:
    return (side.birth or "").endswith(FILLED_IN)


def _share_parent(left: Side, right: Side) -> bool:
    return bool(
        (left.father_name and left.father_name == right.father_name)
        or (left.mother_name and left.mother_name == right.mother_name)
    )


def _are_twins(left: Side, right: Side) -> bool:
    """Children of one birth whose names differ by a tone (Hùng, Hưng). A name typed without any
    tones is no name of its own: it may be the other record's."""
    one, other = left.full_name.casefold(), right.full_name.casefold()
    if one == other or left.search_key in (one, other):
        return False
    same_home = left.household is not None and left.household == right.household
    return same_home or _share_parent(left, right)
