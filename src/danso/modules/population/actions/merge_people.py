"""Joining two records that turned out to be one person, and undoing it. Both keys stay for ever."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.db.models import Q

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound
from danso.modules.population.actions.amending import Amendment, amend, comparison_keys
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.actions.numbering import cancel_number
from danso.modules.population.data import (
    EVERYWHERE,
    Grounds,
    NumberCancelled,
    PeopleMerged,
    PeopleUnmerged,
    Scope,
    person_not_found,
)
from danso.modules.population.models import Merge, Number, Person
from danso.modules.population.queries.people import record_of
from danso.modules.population.rules import (
    check_may_change,
    check_not_merged,
    check_reach,
    check_two_officers,
)
from danso.toolkit.platform import platform

MERGED: Final = "merged"


def merge_people(
    kept: UUID,
    merged: UUID,
    *,
    officers: tuple[Actor, ...],
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
    needs_two: bool = False,
) -> UUID:
    actor = officers[0]
    with carried_out("merge_people", actor=actor, grounds=grounds, subject=kept) as ledger:
        check_may_change(platform().register_mode, actor)
        if needs_two:
            check_two_officers(actor, officers[1] if len(officers) > 1 else None)
        left, right = locked_both(kept, merged, scope)
        if right.protected and not left.protected:
            # One person is protected under every key; undoing the merge leaves that as it is.
            shield = Amendment("merge_people", {"protected": True}, mode="correction")
            amend(left, shield, actor=actor, grounds=grounds)
        numbers = _join_numbers(left, right, actor=actor, grounds=grounds)
        _mark(right, kept, actor=actor, grounds=grounds)
        merge = Merge.objects.create(
            kept=kept,
            merged=merged,
            moved=numbers,
            reason=grounds.reason,
            officers=[{"kind": one.kind, "id": one.id} for one in officers],
            recorded_at=clock.now(),
        )
        ledger.detail = {"merged": str(merged), "merge": str(merge.key)}
        ledger.happened(PeopleMerged(kept, merged))
        if "cancelled" in numbers:
            ledger.happened(NumberCancelled(merged))
    return merge.key


def unmerge(
    merged: UUID,
    *,
    officers: tuple[Actor, ...],
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
    needs_two: bool = False,
) -> None:
    actor = officers[0]
    with carried_out("unmerge", actor=actor, grounds=grounds, subject=merged) as ledger:
        check_may_change(platform().register_mode, actor)
        if needs_two:
            check_two_officers(actor, officers[1] if len(officers) > 1 else None)
        merge = Merge.objects.select_for_update().filter(merged=merged, undone_at=None).first()
        if merge is None:
            raise NotFound(
                "This record is not merged into another.",
                code="merge_not_found",
                fix="Look at its history.",
            )
        rows = _locked(merge.kept, merged)
        check_reach(record_of(rows[merge.kept]), scope)
        _part_numbers(rows[merge.kept], rows[merged], merge, actor=actor, grounds=grounds)
        _mark(rows[merged], None, actor=actor, grounds=grounds)
        Merge.objects.filter(key=merge.key).update(
            undone_at=clock.now(), undone_reason=grounds.reason
        )
        ledger.detail = {"kept": str(merge.kept), "merge": str(merge.key)}
        ledger.happened(PeopleUnmerged(merge.kept, merged))


def _locked(first: UUID, second: UUID) -> dict[UUID, Person]:
    # In key order, so that two merges of the same people can't wait for each other.
    rows = Person.objects.select_for_update().filter(Q(key=first) | Q(key=second)).order_by("key")
    return {row.key: row for row in rows}


def locked_both(kept: UUID, merged: UUID, scope: Scope) -> tuple[Person, Person]:
    """Both rows for update, in reach and neither merged away."""
    rows = _locked(kept, merged)
    if kept == merged:
        raise Conflict("A record can't be merged into itself.", code="merge_same", fix="Name two.")
    for key in (kept, merged):
        if key not in rows:
            raise person_not_found()
        check_reach(record_of(rows[key]), scope)
        check_not_merged(record_of(rows[key]))
    return rows[kept], rows[merged]


def _mark(row: Person, into: UUID | None, *, actor: Actor, grounds: Grounds) -> None:
    action = "unmerge" if into is None else "merge_people"
    amendment = Amendment(action, {"merged_into": into}, mode="correction")
    amend(row, amendment, actor=actor, grounds=grounds)


def _join_numbers(
    kept: Person, merged: Person, *, actor: Actor, grounds: Grounds
) -> dict[str, str]:
    """One person, one active number: the merged record's is cancelled, or passes to the kept
    one."""
    number = merged.number
    if number is None:
        return {}
    _set_number(merged, None, actor=actor, grounds=grounds)
    if kept.number is not None:
        cancel_number(number, reason=MERGED, replaced_by=kept.number)
        return {"cancelled": number}
    Number.objects.filter(number=number).update(person=kept.key, **comparison_keys(kept))
    _set_number(kept, number, actor=actor, grounds=grounds)
    return {"passed": number}


def _part_numbers(
    kept: Person, merged: Person, merge: Merge, *, actor: Actor, grounds: Grounds
) -> None:
    """Give the number back that the merge took."""
    number = merge.moved.get("cancelled") or merge.moved.get("passed")
    if number is None:
        return
    if "passed" in merge.moved:
        if kept.number != number:
            raise Conflict(
                "The kept record has got another number since.",
                code="unmerge_number_changed",
                fix="Correct its number first, then undo the merge.",
            )
        _set_number(kept, None, actor=actor, grounds=grounds)
    _set_number(merged, number, actor=actor, grounds=grounds)
    Number.objects.filter(number=number).update(
        person=merged.key,
        status="active",
        cancelled_on=None,
        cancel_reason=None,
        replaced_by=None,
        **comparison_keys(merged),
    )


def _set_number(row: Person, number: str | None, *, actor: Actor, grounds: Grounds) -> None:
    amendment = Amendment("merge_people", {"number": number}, valid_on=clock.today())
    amend(row, amendment, actor=actor, grounds=grounds)
