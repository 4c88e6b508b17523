"""The next version of a register in the builder: its fields as rows, changed, retired, added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from danso.screens.steward.register_building import (
    FieldForm,
    HeadForm,
    as_yaml,
    code_of,
    fact_of,
    field_of,
)

FIXED: Final = ("code", "letters", "owner", "cites")


class NextHeadForm(HeadForm):
    """What a register is, without what its numbers and its owner hang on."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        for name in FIXED:
            del self.fields[name]


class KnownFieldForm(FieldForm):
    """A field that the version before has: kept, renamed, or retired. Its kind is what it is."""

    retired = forms.BooleanField(label=_("Bỏ trường này từ bản mới"), required=False)

    def clean(self) -> dict[str, Any]:
        """A kept field has a name, and a coded one something to choose."""
        given = super().clean() or self.cleaned_data
        if not given.get("retired") and not given.get("vi"):
            self.add_error("vi", gettext("Ghi tên trường, hoặc đánh dấu bỏ trường này."))
        return given


def read_description(text: str) -> dict[str, Any]:
    """A description that was checked once, as plain values that may be changed."""
    return dict(yaml.safe_load(text))


def head_of(latest: Mapping[str, Any]) -> dict[str, Any]:
    """The head of the form as the version before has it."""
    rights = latest["rights"]
    kept = {name: latest.get(name, "") for name in ("vi", "en", "law", "purposes", "retention")}
    return kept | {"read": list(rights["read"]), "enter": list(rights["enter"])}


def known_rows(latest: Mapping[str, Any], posted: QueryDict | None) -> list[KnownFieldForm]:
    """A row for each field of the version before, as it is or as it was posted."""
    told = {fact["field"] for fact in latest.get("facts", ())}
    return [
        KnownFieldForm(posted, prefix=f"f{n}", initial=_initial(field, told))
        for n, field in enumerate(latest["fields"])
    ]


def next_version(
    latest: Mapping[str, Any],
    head: Mapping[str, Any],
    known: Sequence[Mapping[str, Any]],
    new: Sequence[Mapping[str, Any]],
    told_to: list[str],
) -> str:
    """The YAML of the version after; what the builder does not show stays as it was.

    What hung on a retired field goes with it: what it told, and others' rules that name it.
    """
    pairs = list(zip(latest["fields"], known, strict=True))
    retired = {field["code"] for field, row in pairs if row["retired"]}
    kept = [
        (_without(_changed(field, row), retired), row) for field, row in pairs if not row["retired"]
    ]
    rows = [*kept, *((field_of(row), row) for row in new if row.get("vi"))]
    made: dict[str, Any] = {
        **latest,
        "version": int(latest["version"]) + 1,
        **{name: head[name] for name in ("vi", "law", "purposes", "retention")},
        "en": head["en"] or head["vi"],
        "rights": {**latest["rights"], "read": head["read"], "enter": head["enter"]},
        "fields": [field for field, _ in rows],
        "once": [code for code in latest.get("once", ()) if code not in retired],
        "facts": _facts(latest, rows, retired, told_to),
    }
    return as_yaml({key: value for key, value in made.items() if value not in ([], ())})


def _initial(field: Mapping[str, Any], told: set[str]) -> dict[str, Any]:
    return {
        "vi": field["vi"],
        "code": field["code"],
        "kind": field["kind"],
        "choices": "\n".join(one["vi"] for one in field.get("choices", ())),
        "is_required": field.get("required", False),
        "listed": field.get("listed", False),
        "told": field["code"] in told,
        "sensitivity": field["sensitivity"],
    }


def _changed(field: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    made = {**field, "vi": row["vi"], "sensitivity": row["sensitivity"] or field["sensitivity"]}
    for name, key in (("is_required", "required"), ("listed", "listed")):
        made.pop(key, None)
        if row[name]:
            made[key] = True
    if field.get("choices"):
        made["choices"] = _choices(field["choices"], row["choices"])
    return made


def _choices(before: Sequence[Mapping[str, Any]], typed: str) -> list[Mapping[str, Any]]:
    """Choices by their words: those there were keep their code, others get one."""
    known = {one["vi"]: one for one in before}
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    return [
        known.get(line, {"code": code_of(line), "vi": line, "en": line})
        for line in dict.fromkeys(lines)
    ]


def _without(field: Mapping[str, Any], retired: set[str]) -> dict[str, Any]:
    made = dict(field)
    if made.get("not_before") in retired:
        del made["not_before"]
    if made.get("required_when", {}).get("field") in retired:
        del made["required_when"]
    return made


def _facts(
    latest: Mapping[str, Any],
    rows: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]],
    retired: set[str],
    told_to: list[str],
) -> list[dict[str, Any]]:
    """What is told still, without days of retired fields; then what is told anew."""
    ticked = {field["code"] for field, row in rows if row["told"]}
    before = [dict(fact) for fact in latest.get("facts", ()) if fact["field"] in ticked]
    for fact in before:
        for key in ("since", "until"):
            if fact.get(key) in retired:
                del fact[key]
    told = {fact["field"] for fact in before}
    fresh = [field for field, row in rows if row["told"] and field["code"] not in told]
    return before + [fact_of(latest["code"], field, told_to) for field in fresh if told_to]
