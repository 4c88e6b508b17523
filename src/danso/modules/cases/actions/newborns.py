"""A number that the national service gave: to the child, into the file, to whoever applied."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from danso.catalogue.shapes.procedures import Effect
from danso.kernel.dates import PartialDate
from danso.modules.cases.actions.effect_work import Work, work_of
from danso.modules.cases.actions.effects import settle
from danso.modules.cases.actions.effects_here import newborn
from danso.modules.cases.actions.moving import Held
from danso.modules.cases.actions.telling import tell
from danso.modules.cases.data import EffectState
from danso.modules.cases.models import CaseEffect
from danso.modules.population import interface as population
from danso.toolkit.platform import platform

SOURCE: Final = "number-service"


def take_number(held: Held, effect: CaseEffect, number: str) -> None:
    """In the caller's transaction. Raises what the register says to a number that can't be this
    child's (`parse_issued`) or is somebody else's (NumberTaken)."""
    work = work_of(held.row, held.procedure, held.actor)
    birth = next(one for one in held.procedure.effects if one.kind == "record-birth")
    digits = population.parse_issued(
        number,
        int(work.value(birth, "sex")),
        PartialDate.parse(work.value(birth, "birth")),
    )
    effect.person = _recorded(work, birth, digits)
    # The officer who makes out the certificate reads it in the file: a home without a register
    # has no other place for it.
    settle(effect, EffectState.DONE, digits)
    held.ledger.detail = {"effect": effect.kind, "state": EffectState.DONE.value}
    held.note("effect_answered")
    tell(held.row, "effect_answered")


def _recorded(work: Work, birth: Effect, number: str) -> UUID | None:
    """The child's row; none where this home keeps no register."""
    if platform().register_mode == "absent":
        return None
    new = replace(newborn(work, birth), number=number, source=SOURCE)
    return population.record_issued(new, actor=work.actor, grounds=work.grounds)
