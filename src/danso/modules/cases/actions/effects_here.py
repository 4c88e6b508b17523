"""Effects carried out in this register, where it is the authority."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import UUID

from danso.catalogue.shapes.procedures import Effect
from danso.kernel import clock
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, Unavailable
from danso.kernel.names import PersonName
from danso.modules.cases.actions.effect_work import CASE_SCOPE, Done, Work, code_named
from danso.modules.cases.data import EffectState
from danso.modules.population import interface as population
from danso.modules.population.data import Move, NewPerson, NothingChanges, PersonRecord, Value

SOURCE: Final = "cases"
Handler = Callable[[Work, Effect], list[Done]]


def record_birth(work: Work, effect: Effect) -> list[Done]:
    """The child into the register, with the parents; a number; the household of one of them."""
    new = newborn(work, effect)
    child = population.record_person(new, actor=work.actor, grounds=work.grounds)
    newcomers = {party.code for party in work.procedure.parties if party.found == "new"}
    work.people |= dict.fromkeys(newcomers, child)
    done = [Done(effect.kind, person=child), number_for(work, child)]
    # A joint file says itself in whose household the child will live.
    is_settled = any(
        other.kind == "record-permanent-residence" and newcomers & set(other.parties.values())
        for other in work.procedure.effects
    )
    return done if is_settled else [*done, *_into_household(work, child, _parent(work, effect))]


def newborn(work: Work, effect: Effect) -> NewPerson:
    """The child as the file and the parents' rows say it."""
    parent = _parent(work, effect)
    return NewPerson(
        name=PersonName.parse(work.value(effect, "full_name")),
        birth=PartialDate.parse(work.value(effect, "birth")),
        sex=int(work.value(effect, "sex")),
        source=SOURCE,
        commune=parent.commune if parent else None,
        extra=_of_child(work, effect),
    )


def number_for(work: Work, child: UUID) -> Done:
    """From this home's own issuer; where it has none at the moment the file waits for it."""
    try:
        number = population.issue_number(
            child, actor=work.actor, grounds=work.grounds, scope=CASE_SCOPE
        )
    except Unavailable as error:
        body = {"person": str(child)}
        waiting = EffectState.WAITING
        return Done("issue-number", waiting, child, said=error.code, road="number", body=body)
    return Done("issue-number", person=child, said=number)


def record_death(work: Work, effect: Effect) -> list[Done]:
    """The person's end. Accounts, allowances and residence follow by their own handlers."""
    person = work.whom(effect)
    day = PartialDate.parse(work.value(effect, "day"))
    population.record_death(person, day, actor=work.actor, grounds=work.grounds, scope=CASE_SCOPE)
    return [Done(effect.kind, person=person)]


def record_marriage(work: Work, effect: Effect) -> list[Done]:
    """Both are married to each other from the day on."""
    on = work.day(effect, "valid_on")
    first, second = work.record(effect, "person"), work.record(effect, "spouse")
    if first is None or second is None:
        raise Conflict(
            "The register does not know both of them.",
            code="effect_without_person",
            fix="Ask for the person's number as a supplement.",
        )
    for one, other in ((first, second), (second, first)):
        _check_unmarried(one, other)
        spouse: dict[str, Value] = {
            "spouse": other.key,
            "spouse_name": other.full_name,
            "spouse_number": other.number,
        }
        changes: dict[str, Mapping[str, Value]] = {
            "marital_status": {"marital_status": code_named("marital-status", "Married")},
            "spouse": spouse,
        }
        population.record_civil_change(
            one.key, changes, on, actor=work.actor, grounds=work.grounds, scope=CASE_SCOPE
        )
    return [Done(effect.kind, person=first.key)]


def record_permanent_residence(work: Work, effect: Effect) -> list[Done]:
    """To another place: into the head's household, or into a new one of their own."""
    person, head = work.whom(effect), work.record(effect, "head")
    commune = work.value(effect, "commune") or (head.commune if head else None) or ""
    if head is not None and head.commune != commune:
        raise Conflict(
            "The head's household is in another commune.",
            code="head_elsewhere",
            fix="Check the commune moved to, or the head.",
        )
    by_head = head is not None and not work.value(effect, "commune")
    move = Move(
        valid_on=work.day(effect, "valid_on"),
        commune=commune,
        hamlet=(head.hamlet if by_head and head else work.value(effect, "hamlet")) or None,
        address=(head.address if by_head and head else work.value(effect, "address")) or None,
        household=head.household if head else None,
        relation=(work.value(effect, "relation") or None) if head and head.household else None,
    )
    try:
        population.record_move(
            person, move, actor=work.actor, grounds=work.grounds, scope=CASE_SCOPE
        )
    except NothingChanges:
        # A child recorded a moment ago is at its parents' already.
        return [Done(effect.kind, person=person, said="nothing_changes")]
    if head is None:
        _new_household(work, person)
    elif head.household is None:
        _new_household(work, head.key)
        population.enter_household(
            person,
            head.key,
            work.value(effect, "relation"),
            actor=work.actor,
            grounds=work.grounds,
            scope=CASE_SCOPE,
        )
    return [Done(effect.kind, person=person)]


def end_residence(work: Work, effect: Effect) -> list[Done]:
    """Out of the list of the commune, or of those who stay there for a time."""
    person = work.whom(effect)
    if effect.residence == "temporary":
        values: dict[str, Value] = dict.fromkeys(
            ("temporary_commune", "temporary_address", "temporary_until")
        )
        return _stay(work, effect, {"temporary_place": values})
    record = population.find_person(person)
    if record is not None and record.status == "dead":
        # Residence ended with the death that the same file records.
        return [Done(effect.kind, person=person, said="ended_by_death")]
    move = Move(valid_on=work.day(effect, "valid_on"), commune="")
    population.record_move(person, move, actor=work.actor, grounds=work.grounds, scope=CASE_SCOPE)
    return [Done(effect.kind, person=person)]


def record_temporary_residence(work: Work, effect: Effect) -> list[Done]:
    """A place beside the permanent one, until a day; without a place the present one goes on."""
    values: dict[str, Value] = {"temporary_until": work.value(effect, "until")}
    if commune := work.value(effect, "commune"):
        values |= {"temporary_commune": commune, "temporary_address": _place(work, effect)}
    return _stay(work, effect, {"temporary_place": values})


def record_absence(work: Work, effect: Effect) -> list[Done]:
    """Away until a day, and where to."""
    changes: dict[str, Mapping[str, Value]] = {
        "temporary_absence": {"absent_until": work.value(effect, "until")}
    }
    if place := work.value(effect, "place"):
        changes["current_place"] = {"current_commune": None, "current_address": place}
    return _stay(work, effect, changes)


def record_stay(work: Work, effect: Effect) -> list[Done]:
    """Where somebody is for some days: at the unit that took the notice."""
    commune = work.value(effect, "commune") or work.row.unit
    values: dict[str, Value] = {
        "current_commune": commune,
        "current_address": work.value(effect, "address"),
    }
    return _stay(work, effect, {"current_place": values})


def split_household(work: Work, effect: Effect) -> list[Done]:
    """A household of their own at the same place, with whoever goes along."""
    person = work.whom(effect)
    _leave_household(work, person)
    _new_household(work, person)
    member = work.person(effect, "member")
    if member is not None:
        _leave_household(work, member)
        population.enter_household(
            member,
            person,
            work.value(effect, "relation"),
            actor=work.actor,
            grounds=work.grounds,
            scope=CASE_SCOPE,
        )
    return [Done(effect.kind, person=person)]


def _parent(work: Work, effect: Effect) -> PersonRecord | None:
    """At whose place the child begins to live."""
    return work.record(effect, "mother") or work.record(effect, "father")


def _of_child(work: Work, effect: Effect) -> dict[str, Value]:
    parent = _parent(work, effect)
    said = {
        "birth_place": work.value(effect, "birth_place"),
        "home_place": work.value(effect, "home_place"),
        "ethnicity": work.value(effect, "ethnicity"),
        "nationality": work.value(effect, "nationality"),
        "birth_registration_code": work.row.unit if work.row.unit.isdigit() else "",
        "hamlet": parent.hamlet if parent else "",
        "address": parent.address if parent else "",
    }
    known: dict[str, Value] = {column: value for column, value in said.items() if value}
    for name in ("mother", "father"):
        one = work.record(effect, name)
        if one is not None:
            known |= {name: one.key, f"{name}_name": one.full_name, f"{name}_number": one.number}
    return known


def _into_household(work: Work, child: UUID, parent: PersonRecord | None) -> list[Done]:
    """Into the parent's, as the head's child or grandchild; nowhere where the parent has none."""
    if parent is None or parent.household is None or not parent.commune:
        return []
    household = population.household_of(parent.key, CASE_SCOPE)
    head = household.head if household else None
    relation = "Child" if head in _parents(work, parent) else "Grandchild, niece or nephew"
    population.enter_household(
        child,
        parent.key,
        code_named("relation-to-head", relation),
        actor=work.actor,
        grounds=work.grounds,
        scope=CASE_SCOPE,
    )
    return [Done("enter-household", person=child)]


def _parents(work: Work, parent: PersonRecord) -> set[UUID | None]:
    return {parent.key, work.people.get("mother"), work.people.get("father")} - {None}


def _stay(work: Work, effect: Effect, changes: Mapping[str, Mapping[str, Any]]) -> list[Done]:
    person = work.whom(effect)
    on = work.day(effect, "valid_on")
    population.record_stay_change(
        person, changes, on, actor=work.actor, grounds=work.grounds, scope=CASE_SCOPE
    )
    return [Done(effect.kind, person=person)]


def _place(work: Work, effect: Effect) -> str:
    parts = (work.value(effect, "address"), work.value(effect, "hamlet"))
    return ", ".join(part for part in parts if part)


def _leave_household(work: Work, person: UUID) -> None:
    record = population.find_person(person)
    if record is None or record.household is None:
        return
    move = Move(
        valid_on=clock.today(),
        commune=record.commune or "",
        hamlet=record.hamlet,
        address=record.address,
        recorded_commune=record.recorded_commune,
        code_version=record.code_version,
    )
    population.record_move(person, move, actor=work.actor, grounds=work.grounds, scope=CASE_SCOPE)


def _new_household(work: Work, person: UUID) -> None:
    """One of their own, unless a later change already put them into one."""
    record = population.find_person(person)
    if record is not None and record.household is not None:
        return
    population.enter_household(
        person, None, "", actor=work.actor, grounds=work.grounds, scope=CASE_SCOPE
    )


def _check_unmarried(one: PersonRecord, other: PersonRecord) -> None:
    married = code_named("marital-status", "Married")
    if one.marital_status == married and one.spouse != other.key:
        raise Conflict(
            "The register says that one of them is married to somebody else.",
            code="married_already",
            fix="Have the earlier marriage's end recorded first, or correct the register.",
        )


HANDLERS: Final[Mapping[str, Handler]] = {
    "record-birth": record_birth,
    "record-death": record_death,
    "record-marriage": record_marriage,
    "record-permanent-residence": record_permanent_residence,
    "record-temporary-residence": record_temporary_residence,
    "end-residence": end_residence,
    "split-household": split_household,
    "record-absence": record_absence,
    "record-stay": record_stay,
}
