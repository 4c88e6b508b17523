"""The part of the door about records that may be one person, and about households' heads."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.population.actions import choose_head as heading
from danso.modules.population.actions import enter_household as entering
from danso.modules.population.actions import keep_doubles as keeping
from danso.modules.population.actions import propose_merge as proposing
from danso.modules.population.actions import tell_apart as telling
from danso.modules.population.data import (
    EVERYWHERE,
    Double,
    DoubleCount,
    Grounds,
    MergeProposal,
    MergeRecord,
    Outcome,
    PastCard,
    PersonRecord,
    Scope,
    ToldApart,
)
from danso.modules.population.queries import doubles
from danso.modules.population.rules import merge_needs_two as needs_two


def list_doubles(
    scope: Scope = EVERYWHERE, *, commune: str | None = None, limit: int = 50, offset: int = 0
) -> tuple[Double, ...]:
    """Pairs of records that may be one person and wait for a decision, the surest first.

    Both records lie within the scope; `commune` ('' is none on today's map) narrows to pairs with
    a record there. Read from a kept table: a follower looks again around everybody who changed
    within seconds of the seal, a job after a load within a minute. The caller journals.
    """
    return doubles.list_doubles(scope, commune=commune, limit=limit, offset=offset)


def count_doubles(scope: Scope = EVERYWHERE) -> tuple[DoubleCount, ...]:
    """How many such pairs each commune has; a pair over two communes counts in both."""
    return doubles.count_doubles(scope)


def count_pairs(scope: Scope = EVERYWHERE, commune: str | None = None) -> int:
    """How many pairs `list_doubles` has in all."""
    return doubles.count_pairs(scope, commune)


def search_doubles() -> None:
    """Look through the whole register for pairs (see docs/explanation/the-register.md for the
    rules and what it costs)."""
    keeping.search_everywhere()


def tell_apart(
    one: UUID, other: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> None:
    """Decide that two records are two people: the pair does not come back. Emits PeopleToldApart.

    Ends a proposal to merge the two. A merge afterwards stays possible. Raises NothingChanges.
    """
    telling.tell_apart(one, other, actor=actor, grounds=grounds, scope=scope)


def find_told_apart(one: UUID, other: UUID) -> ToldApart | None:
    """The decision that these two are two people, in either order."""
    return doubles.find_told_apart(one, other)


def merge_needs_two(kept: PersonRecord, merged: PersonRecord) -> bool:
    """Whether this house wants a second officer for joining these two: where both have a personal
    number (one ends for ever) or they disagree about life, birthday or sex."""
    return needs_two(kept, merged)


def propose_merge(
    kept: UUID, merged: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> UUID:
    """Ask for a merge that another officer confirms; returns the proposal's key. Changes nobody.

    Raises Conflict `proposal_waiting` where one about either record waits already.
    """
    return proposing.propose_merge(kept, merged, actor=actor, grounds=grounds, scope=scope)


def propose_unmerge(
    merged: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> UUID:
    """Ask for the undoing of a merge, as `propose_merge`."""
    return proposing.propose_unmerge(merged, actor=actor, grounds=grounds, scope=scope)


def confirm_proposal(
    proposal: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> None:
    """Carry a proposal out as its second officer: `merge_people` or `unmerge` by both.

    Refuses the proposer (`second_officer_missing`) and what was decided (`proposal_decided`).
    """
    proposing.confirm_proposal(proposal, actor=actor, grounds=grounds, scope=scope)


def decline_proposal(
    proposal: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> None:
    """Drop a proposal: by its proposer or by another officer within reach."""
    proposing.decline_proposal(proposal, actor=actor, grounds=grounds, scope=scope)


def find_proposal(people: Collection[UUID]) -> MergeProposal | None:
    """What waits for a second officer: about ending this record, or between these two."""
    return doubles.find_proposal(people)


def list_proposals(scope: Scope = EVERYWHERE) -> tuple[MergeProposal, ...]:
    """What waits for a second officer within the scope, the oldest first."""
    return doubles.list_proposals(scope)


def find_merge(merged: UUID) -> MergeRecord | None:
    """The merge, still standing, by which this record leads to another."""
    return doubles.find_merge(merged)


def merges_into(kept: UUID) -> tuple[MergeRecord, ...]:
    """The records merged into this one, the latest first."""
    return doubles.merges_into(kept)


def cards_of(person: UUID) -> tuple[PastCard, ...]:
    """Cards before the one on the record, the latest first. The caller journals."""
    return doubles.cards_of(person)


def choose_head(
    person: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    """Make a living member the head of their household. Emits HeadChosen.

    The other members' relation to the head is flagged unverified. Luật Cư trú 2020.
    """
    return heading.choose_head(person, actor=actor, grounds=grounds, scope=scope)


def enter_household(
    person: UUID,
    member: UUID | None,
    relation: str,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    """Put somebody who is in no household into a member's; None: into a new one as its head.

    `relation` is a code of the list relation-to-head. Emits PersonCorrected. Raises Conflict
    (`household_held`, `member_without_household`, `household_elsewhere`). Luật Cư trú 2020.
    """
    return entering.enter_household(
        person, member, relation, actor=actor, grounds=grounds, scope=scope
    )
