"""Effects that somebody else carries out: the register above this copy, or a source's owner."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from danso.catalogue.shapes.procedures import Effect
from danso.modules.cases.actions.effect_work import CASE_SCOPE, Done, Work
from danso.modules.cases.data import EffectState
from danso.modules.population import interface as population
from danso.modules.population.data import Correction, Value
from danso.toolkit.platform import platform


def ask(work: Work, effect: Effect) -> Done:
    """Ask the register above: as a change of one field where it takes such requests, by the road
    to the register otherwise (a marriage, a household; a home without a register). A birth goes to
    the national number service, which registers the child by giving the number."""
    if effect.kind == "record-birth":
        body = _body(work, effect)
        return Done("issue-number", EffectState.WAITING, road="number", body=body)
    correction = _as_correction(work, effect)
    person = work.person(effect, "person")
    if correction is None or person is None or platform().register_mode == "absent":
        body = _body(work, effect)
        return Done(effect.kind, EffectState.WAITING, person, road="register", body=body)
    outcome = population.correct_field(
        person, correction, actor=work.actor, grounds=work.grounds, scope=CASE_SCOPE
    )
    return Done(effect.kind, EffectState.ASKED, person, outcome.request)


def tell_source(work: Work, effect: Effect) -> Done:
    """To the owner of a source, by the outbox: delivered at least once under one key."""
    person = work.person(effect, "person")
    road = f"source:{effect.source}"
    return Done(effect.kind, EffectState.WAITING, person, road=road, body=_body(work, effect))


def _who(work: Work, code: str) -> Mapping[str, str]:
    """A party as the file names them; a newcomer as they were recorded a moment ago."""
    party = work.parties.get(code)
    if party is not None:
        return {"number": party.number, "name": party.name, "birth": party.birth}
    key = work.people.get(code)
    record = population.find_person(key) if key is not None else None
    if record is None:
        return {}
    return {
        "number": record.number or "",
        "name": record.full_name,
        "birth": record.birth or "",
    }


def _as_correction(work: Work, effect: Effect) -> Correction | None:
    if effect.kind == "record-death":
        death: dict[str, Value] = {"status": "dead", "ended_on": work.value(effect, "day")}
        return Correction("death", death)
    if effect.kind == "record-permanent-residence" and work.value(effect, "commune"):
        place: dict[str, Value] = {
            "commune": work.value(effect, "commune"),
            "hamlet": work.value(effect, "hamlet") or None,
            "address": work.value(effect, "address") or None,
        }
        return Correction("permanent_place", place, valid_on=work.day(effect, "valid_on"))
    return None


def _body(work: Work, effect: Effect) -> Mapping[str, Any]:
    """What the receiver needs: the values by the effect's names, people as the file names them."""
    people = {name: _who(work, code) for name, code in effect.parties.items()}
    values = {name: work.value(effect, name) for name in effect.fields}
    return {"fields": values, "parties": people}
