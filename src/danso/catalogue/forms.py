"""A procedure's form as JSON Schema 2020-12, for whoever builds or checks forms elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from danso.catalogue.ask_once import giver
from danso.catalogue.province import Province
from danso.catalogue.shapes.hosted import Need
from danso.catalogue.shapes.procedures import FormField, Procedure
from danso.catalogue.shapes.registers import CodeRow
from danso.catalogue.shapes.sources import Kind

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_FORMS: Final[Mapping[Kind, Mapping[str, Any]]] = MappingProxyType(
    {
        "text": {"type": "string"},
        "name": {"type": "string"},
        "place": {"type": "string"},
        "number": {"type": "string", "pattern": "^[0-9]{12}$"},
        "date": {"type": "string", "format": "date"},
        "month": {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"},
        "amount": {"type": "number", "minimum": 0},
        "code": {"type": "string"},
        "commune": {"type": "string", "pattern": "^[0-9]{5}$"},
    }
)


def form_schema(province: Province, procedure: Procedure, *, on: date) -> dict[str, Any]:
    """The form as it is on that day: an object with one property for each field.

    `title` and `description` are Vietnamese, `x-title-en` and `x-description-en` English. What the
    state gives is `readOnly`, with its party, field or fact and giver under `x-given`. `required`
    names what a person must fill in; `required_when` becomes `if` and `then`. What JSON Schema has
    no word for: `x-not-in-future`, `x-not-before` (another property). Codes that ended before the
    day stand only where the state gives them.
    """
    required = [field.code for field in procedure.asked if field.required]
    conditions = [
        _condition(field.code, field.required_when)
        for field in procedure.asked
        if field.required_when is not None
    ]
    schema: dict[str, Any] = {
        "$schema": DIALECT,
        "$id": f"urn:danso:procedure:{procedure.code}:{procedure.version}",
        "title": procedure.vi,
        "x-title-en": procedure.en,
        "type": "object",
        "properties": {field.code: _property(province, field, on) for field in procedure.form},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    if conditions:
        schema["allOf"] = conditions
    return schema


def _property(province: Province, field: FormField, on: date) -> dict[str, Any]:
    found: dict[str, Any] = {"title": field.vi, "x-title-en": field.en, **_FORMS[field.kind]}
    if field.hint is not None:
        found |= {"description": field.hint.vi, "x-description-en": field.hint.en}
    if field.kind in ("text", "name", "place"):
        found["maxLength"] = field.at_most_letters
    if field.kind == "code":
        found["oneOf"] = list(_codes(province, field, on))
    return found | dict(_beyond(field)) | _source(province, field)


def _beyond(field: FormField) -> Iterator[tuple[str, Any]]:
    """What JSON Schema has no word for."""
    if field.not_in_future:
        yield "x-not-in-future", True
    if field.not_before is not None:
        yield "x-not-before", field.not_before
    if field.sensitivity != "basic":
        yield "x-sensitivity", field.sensitivity


def _source(province: Province, field: FormField) -> dict[str, Any]:
    """Where its value comes from, and why it is asked all the same."""
    means, why = field.means, field.why_asked
    if means is None:
        return {}
    what = {"field": means.field} if means.field else {"fact": means.fact}
    given = {"of": means.of, **what, "giver": giver(province, means)}
    asked = {"x-why-asked": {"vi": why.vi, "en": why.en, "law": why.law}} if why else {}
    return {"x-given": given, "readOnly": field.is_given, **asked}


def _codes(province: Province, field: FormField, on: date) -> Iterator[dict[str, str]]:
    for choice in field.choices:
        yield {"const": choice.code, "title": choice.vi, "x-title-en": choice.en}
    for row in province.code_list(field.code_list).rows if field.code_list else ():
        if field.is_given or _holds(row, on):
            yield {"const": row.code, "title": row.vi, "x-title-en": row.en or row.vi}


def _holds(row: CodeRow, on: date) -> bool:
    return (row.since is None or row.since <= on) and (row.until is None or on <= row.until)


def _condition(code: str, need: Need) -> dict[str, Any]:
    values = list(need.is_one_of)
    held = {"properties": {need.field: {"enum": values}}, "required": [need.field]}
    return {"if": held, "then": {"required": [code]}}
