"""Records of hosted registers follow their people: a merge brings them to the key that is kept, its
undoing back to the one they were entered for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.text import fold
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.sources.actions.registers import carried_out, keep_revision, note
from danso.modules.sources.actions.telling_registers import tell_register
from danso.modules.sources.data import FOLLOWER, Keeper, MovedWith
from danso.modules.sources.models import HostedRegister, RegisterRecord
from danso.modules.sources.queries import registers as queries

KEEPER: Final = Keeper.console(Actor(kind="system", id=FOLLOWER), "people merged or parted")


def follow_people(kept: UUID, merged: UUID, *, why: MovedWith) -> int:
    """See interface."""
    family = {*population.keys_of(kept), *population.keys_of(merged)}
    found: dict[str, list[UUID]] = defaultdict(list)
    rows = RegisterRecord.objects.filter(entered_for__in=family).order_by("register", "number")
    for register, key in rows.values_list("register", "key"):
        found[register].append(key)
    with transaction.atomic():
        return sum(_follow(register, keys, why) for register, keys in found.items())


def _follow(code: str, keys: Iterable[UUID], why: MovedWith) -> int:
    # Entries and merges wait for each other, as entries do.
    list(HostedRegister.objects.select_for_update().filter(code=code))
    rows = RegisterRecord.objects.select_for_update().filter(key__in=list(keys))
    return sum(_move(row, why) for row in rows.order_by("number"))


def _move(row: RegisterRecord, why: MovedWith) -> bool:
    """One record, its history, facts and journal row; False where it is with its person already."""
    person = _who_is(row.entered_for)
    if person is None or person.key == row.person:
        return False
    with carried_out("follow", KEEPER, row.register) as ledger:
        row.person, row.named = person.key, fold(person.full_name)
        row.revision += 1
        row.changed_at = clock.now()
        row.save(update_fields=["person", "named", "revision", "changed_at"])
        keep_revision(row, KEEPER, why)
        described = queries.registers().get(row.register)
        if described is not None:
            register, _ = described
            tell_register(register, [row.number])
        note(ledger, row, ())
        ledger.detail["because"] = why
    return True


def _who_is(key: UUID | None) -> PersonRecord | None:
    """Who a key leads to today; nobody for one that the register does not know."""
    person = population.find_person(key) if key is not None else None
    while person is not None and person.merged_into is not None:
        person = population.find_person(person.merged_into)
    return person
