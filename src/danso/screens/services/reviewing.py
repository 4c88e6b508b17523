"""An application as a list of answers: what the state gave, what was typed, what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from danso.catalogue.shapes.procedures import FormField
from danso.modules.cases.data import FAULT_WORDS, Prepared
from danso.screens.services.forms import shown_value
from danso.screens.services.telling import given_by, names_somebody, paper_name, said
from danso.toolkit.html.formats import day


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the last look. `source`: who gave it; `change`: where to change or to report
    it; `fault`: what is wrong, in words."""

    name: str
    value: str
    source: str = ""
    change: str = ""
    is_given: bool = False
    fault: str = ""


def review(prepared: Prepared, key: UUID) -> list[Row]:
    """Every line: people, what is held, answers, proofs."""
    return [
        *_people(prepared, key),
        *_given(prepared),
        *_answers(prepared, key),
        *_proofs(prepared, key),
        *_rest(prepared),
    ]


def _people(prepared: Prepared, key: UUID) -> Iterator[Row]:
    for party in prepared.procedure.parties:
        if party.found != "number":
            continue
        claim = prepared.draft.claims.get(party.code)
        yield Row(
            said(party),
            f"{claim.name}, {claim.number}" if claim else _("Không khai"),
            change=reverse("services:party", args=[key, party.code]),
            fault=_fault(prepared, f"party:{party.code}"),
        )


def _given(prepared: Prepared) -> Iterator[Row]:
    for field in prepared.procedure.form:
        found = prepared.given.get(field.code)
        if not field.is_given or found is None or not found.value or field.means is None:
            continue
        if names_somebody(prepared.procedure, field):
            continue  # Shown with the person already.
        as_of = day_of(found.as_of)
        source = given_by(field.means)
        yield Row(
            said(field),
            shown_value(field, found.value),
            source=_("theo %(source)s, ngày %(day)s") % {"source": source, "day": as_of}
            if as_of
            else _("theo %(source)s") % {"source": source},
            change=_report(prepared, field),
            is_given=True,
        )


def _answers(prepared: Prepared, key: UUID) -> Iterator[Row]:
    for field in prepared.asked:
        answer = prepared.draft.answers.get(field.code, "")
        yield Row(
            said(field),
            shown_value(field, answer),
            change=reverse("services:questions", args=[key]),
            fault=_fault(prepared, field.code),
        )


def _proofs(prepared: Prepared, key: UUID) -> Iterator[Row]:
    for need in prepared.procedure.requirements:
        held = prepared.proven.get(need.code)
        if held is not None:
            yield Row(said(need), _("Đã có trong dữ liệu nhà nước"), is_given=True)
            continue
        again = next((one for one in prepared.reused if one.requirement == need.code), None)
        if again is not None:
            known = _("đã nộp lần trước, dùng lại")
            yield Row(said(need), paper_name(again.kind), source=known, is_given=True)
            continue
        papers = [one for one in prepared.draft.papers if one.requirement == need.code]
        yield Row(
            said(need),
            ", ".join(paper_name(one.kind) for one in papers),
            change=reverse("services:paper", args=[key, need.code]),
            fault=_fault(prepared, f"requirement:{need.code}"),
        )


def _rest(prepared: Prepared) -> Iterator[Row]:
    fault = _fault(prepared, "unit")
    if fault:
        yield Row(_("Nơi giải quyết"), "", fault=fault)


def _report(prepared: Prepared, field: FormField) -> str:
    """Where a wrong value of the applicant's own is reported; others report their own."""
    means = field.means
    if means is None or means.field is None or means.of != "applicant":
        return ""
    return reverse("citizen:report", args=[means.field])


def _fault(prepared: Prepared, name: str) -> str:
    fault = prepared.faults.get(name)
    return _(FAULT_WORDS[fault]) if fault else ""


def day_of(text: str) -> str:
    """An ISO day or moment as people here write it; empty where none is known."""
    try:
        return day(date.fromisoformat(text[:10])) if text else ""
    except ValueError:
        return ""
