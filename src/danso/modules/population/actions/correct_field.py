"""Correcting a field that was held wrongly; in a copy the correction leaves as a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.claims import not_listed
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue
from danso.kernel.numbers import OldNumber as OldNumberText
from danso.modules.audit import interface as audit
from danso.modules.population.actions.amending import Amendment, amend, locked_person
from danso.modules.population.actions.ledger import Ledger, carried_out
from danso.modules.population.actions.numbering import replace_number
from danso.modules.population.actions.request_change import request_change
from danso.modules.population.data import (
    DAY_COLUMNS,
    EVERYWHERE,
    KEY_COLUMNS,
    Correction,
    Grounds,
    NumberCancelled,
    Outcome,
    PersonCorrected,
    Scope,
    columns_of,
    field_of,
)
from danso.modules.population.engine.columns import from_json
from danso.modules.population.models import OldNumber, Person
from danso.modules.population.queries.people import record_of
from danso.modules.population.rules import check_day, check_sex, is_upstream
from danso.toolkit.platform import platform, province

LIVES: Final = ("alive", "dead", "missing")


def correct_field(
    person: UUID,
    correction: Correction,
    *,
    actor: Actor,
    grounds: Grounds,
    scope: Scope = EVERYWHERE,
) -> Outcome:
    with audit.refusals_journaled(grounds.entry("population.correct_field", actor, subject=person)):
        values = values_of(correction)
        _check_listed(values, keeps_unknown=is_upstream(actor))
    if platform().register_mode == "copy" and not is_upstream(actor):
        return request_change(person, correction, actor=actor, grounds=grounds, scope=scope)
    with carried_out("correct_field", actor=actor, grounds=grounds, subject=person) as ledger:
        row = locked_person(person, actor=actor, scope=scope)
        if correction.valid_on is not None:
            check_day(correction.valid_on, today=clock.today(), born=record_of(row).born)
        if correction.field == "number":
            _correct_number(row, values["number"], ledger, actor=actor, grounds=grounds)
        else:
            amendment = Amendment(
                "correct_field", values, mode="correction", valid_on=correction.valid_on
            )
            ledger.fields = amend(row, amendment, actor=actor, grounds=grounds)
            _keep_old_number(row, values)
        ledger.happened(PersonCorrected(person, ledger.fields))
    return Outcome(person, ledger.fields, row.version)


def _correct_number(
    row: Person, wanted: object, ledger: Ledger, *, actor: Actor, grounds: Grounds
) -> None:
    had_one = row.number is not None
    new = None if wanted is None else str(wanted)
    ledger.fields = replace_number(row, new, actor=actor, grounds=grounds)
    if had_one:
        ledger.happened(NumberCancelled(row.key))


def _keep_old_number(row: Person, values: Mapping[str, object]) -> None:
    """The earlier 9-digit number stays findable; the new one becomes so."""
    if isinstance(number := values.get("old_number"), str):
        OldNumber.objects.get_or_create(number=number, person=row.key)


def values_of(correction: Correction) -> dict[str, object]:
    """The columns of the correction with checked values; InvalidValue says which is wrong."""
    columns = columns_of(correction.field)
    given: Mapping[str, object]
    if isinstance(correction.value, Mapping):
        given = correction.value
    else:
        given = {columns[0]: correction.value}
    unknown = given.keys() - set(columns)
    if unknown or not given:
        raise InvalidValue(
            f"The field {correction.field!r} has the columns {', '.join(columns)}.",
            code="column_unknown",
            fix="Name only those.",
        )
    return {column: checked(column, value) for column, value in given.items()}


def _check_listed(values: Mapping[str, object], *, keeps_unknown: bool) -> None:
    """A coded field takes a code of its list; of a list that is known to lack some, the register
    above may send others, which are kept as they came."""
    for column, value in values.items():
        known = province().fields.get(field_of(column))
        if value is None or known is None or not known.code_list:
            continue
        codes = province().code_list(known.code_list)
        if keeps_unknown and not codes.head.complete:
            continue
        if str(value) not in codes.codes:
            raise not_listed()


def checked(column: str, value: object) -> object:
    """A column's value as the register keeps it."""
    if value is None or value == "":
        return _checked_absence(column)
    if column in DAY_COLUMNS | KEY_COLUMNS:
        return _from_text(column, value)
    check = _CHECKS.get(column)
    return str(value) if check is None else check(value)


def _checked_absence(column: str) -> object:
    if column in {"full_name", "status"}:
        raise InvalidValue(
            f"The column {column} can't be empty.", code="value_missing", fix="Give a value."
        )
    return 0 if column == "sex" else None


def _sex(value: object) -> int:
    try:
        sex = int(str(value))
    except ValueError:
        sex = -1
    check_sex(sex)
    return sex


def _from_text(column: str, value: object) -> object:
    try:
        return from_json(column, value)
    except ValueError as error:
        raise InvalidValue(
            f"The column {column} takes a date (yyyy-mm-dd) or a key.",
            code="value_shape",
            fix="Check the value.",
        ) from error


def _partial_day(value: object) -> str:
    return PartialDate.parse(str(value)).iso


def _commune(value: object) -> str:
    return province().commune(str(value)).code


def _old_number(value: object) -> str:
    return str(OldNumberText.parse(str(value)))


def _life(value: object) -> str:
    if value not in LIVES:
        raise InvalidValue(
            "A person is alive, dead or missing.", code="life_unknown", fix="Use one of these."
        )
    return str(value)


_CHECKS: Final[Mapping[str, Callable[[object], object]]] = {
    "birth": _partial_day,
    "ended_on": _partial_day,
    "sex": _sex,
    "commune": _commune,
    "temporary_commune": _commune,
    "current_commune": _commune,
    "old_number": _old_number,
    "status": _life,
}
