"""The part of the door about looks: what a person is shown of who looked at them."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from danso.modules.audit.data import InclusionProof, Look, Looker, LookFilter, WithheldCount
from danso.modules.audit.queries import looks


def entries_about(
    person: UUID,
    *,
    also: Collection[UUID] = (),
    wanted: LookFilter | None = None,
    with_withheld: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> list[Look]:
    """Sealed entries about a person (and the keys merged with it: `also`), newest first; of these
    the `wanted` ones.

    Shows instants, never positions. Entries withheld by a decision in force are left out, unless
    `with_withheld` (auditors only: the caller checks the role and journals the auditor's look).
    """
    return looks.entries_about(
        person,
        also=also,
        wanted=wanted,
        with_withheld=with_withheld,
        limit=limit,
        offset=offset,
    )


def deeds_for(
    person: UUID, *, also: Collection[UUID] = (), by: str = "", limit: int = 100
) -> list[Look]:
    """Sealed entries about a person that somebody left who acted in their name (`Actor.behalf`),
    newest first; with `by` only that account's, which is what a mandatary may see of them."""
    return looks.deeds_for(person, also=also, by=by, limit=limit)


def lookers_of(person: UUID, *, also: Collection[UUID] = ()) -> list[Looker]:
    """Who looked at a person and what for, counted: what `entries_about` can be narrowed by.
    Nothing that a decision withholds now counts."""
    return looks.lookers_of(person, also=also)


def get_look(person: UUID, reference: str, *, also: Collection[UUID] = ()) -> Look:
    """One entry that `entries_about` showed, head or not. Raises NotFound (`look_unknown`) for
    another person's or a withheld one."""
    return looks.get_look(person, reference, also=also)


def prove_look(
    person: UUID,
    reference: str,
    *,
    also: Collection[UUID] = (),
    with_withheld: bool = False,
    size: int | None = None,
) -> InclusionProof:
    """The proof, with the exact text and salt, of one entry that `entries_about` showed, under the
    latest head or the one of `size` leaves, which somebody may have kept.

    Raises NotFound for another person's or a withheld entry, NotSealedYet until a head covers it
    (`position_not_sealed`) or where no head of that size was ever signed (`head_unknown`).
    """
    return looks.prove_look(person, reference, also=also, with_withheld=with_withheld, size=size)


def count_withheld() -> WithheldCount:
    """What the public may know of withholding: decisions in force, entries withheld."""
    return looks.count_withheld()
