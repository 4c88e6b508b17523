"""One file: who, what, proofs, papers, history, its day, and the steps that are next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from danso.catalogue.shapes.procedures import Requirement
from danso.modules.cases import interface as cases
from danso.modules.cases.data import CaseData, GivenValue, PaperData
from danso.modules.documents import interface as documents
from danso.modules.documents.data import PaperData as Kept
from danso.modules.documents.data import PaperState
from danso.screens.desk import words
from danso.screens.desk.desk import Desk, at_desk
from danso.screens.desk.printed import forms_of
from danso.screens.desk.step_forms import FORMS, TITLES, WARNINGS, StepForm
from danso.screens.desk.steps import next_steps


@dataclass(frozen=True)
class GivenLine:
    """A given value: name, words, where from, as of when, how good."""

    name: str
    value: str
    source: str
    as_of: str
    quality: str
    is_doubtful: bool


@dataclass(frozen=True)
class PaperLine:
    """A paper of the file, and its file in the store, if it is there."""

    paper: PaperData
    kept: Kept | None

    @property
    def can_be_checked(self) -> bool:
        """Whether nobody of the office has looked at the stored file yet."""
        return self.kept is not None and self.kept.state is PaperState.UNCHECKED


@dataclass(frozen=True)
class Proof:
    """A requirement with what proves it."""

    requirement: Requirement
    papers: tuple[PaperData, ...]
    given: tuple[GivenLine, ...]


@dataclass(frozen=True)
class StepShown:
    """A step that is next, with its form; `open` where it was just sent back."""

    code: str
    title: str
    form: StepForm
    is_warning: bool
    is_open: bool

    @property
    def is_plain(self) -> bool:
        """Whether a button is all it needs."""
        return not self.form.visible_fields()


@at_desk()
@require_safe
def show(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """The file; every look is journaled for everybody whom it names."""
    return page(request, desk, cases.open_case(key, reach=desk.reach, actor=desk.actor))


def page(
    request: HttpRequest,
    desk: Desk,
    case: CaseData,
    *,
    bound: Mapping[str, StepForm] | None = None,
    changed: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, with forms that were sent back, or with who was first."""
    sent = bound or {}
    people = [one.by for one in case.steps]
    if case.listed.assigned:
        people.append(str(case.listed.assigned))
    context = {
        "desk": desk,
        "case": case,
        "steps": _steps(case, desk, sent),
        "sent": next(iter(sent.values()), None),
        "changed": changed,
        "parties": [
            (words.said(case.definition.people[code]), party)
            for code in case.definition.people
            if (party := case.parties.get(code)) is not None
        ],
        "given": given_lines(case),
        "answers": [
            (words.said(field), words.value(field, case.answers[field.code]))
            for field in case.definition.form
            if field.code in case.answers
        ],
        "proofs": _proofs(case),
        "papers": paper_lines(case),
        "named": words.names_of(people),
        "printed": forms_of(case),
        "words": words,
    }
    return render(request, "desk/case.html", context, status=status)


def paper_lines(case: CaseData) -> list[PaperLine]:
    """Its papers, each looked up in the store by its digest."""
    return [PaperLine(paper, kept_of(case, paper)) for paper in case.papers]


def kept_of(case: CaseData, paper: PaperData) -> Kept | None:
    """The stored file of a paper; None for one that was only shown."""
    if not paper.digest:
        return None
    return documents.find_kept(case.applicant, paper.kind, paper.digest)


def given_lines(case: CaseData) -> list[GivenLine]:
    """What the state gave when the file was handed in."""
    return [
        _line(words.said(field), words.given_value(field, case.given[field.code].value), found)
        for field in case.definition.form
        if (found := case.given.get(field.code)) is not None and found.value
    ]


def _line(name: str, value: str, given: GivenValue) -> GivenLine:
    return GivenLine(
        name=name,
        value=value,
        source=words.source_name(given.source),
        as_of=words.day_text(given.as_of) if given.as_of else "",
        quality=str(words.QUALITIES[given.quality]),
        is_doubtful=given.quality != "good",
    )


def _proofs(case: CaseData) -> list[Proof]:
    return [
        Proof(
            requirement,
            tuple(one for one in case.papers if one.requirement == requirement.code),
            _given_for(case, requirement),
        )
        for requirement in case.definition.requirements
    ]


def _given_for(case: CaseData, requirement: Requirement) -> tuple[GivenLine, ...]:
    """Given values of the form that are this requirement's evidence."""
    wanted = [one.given for one in requirement.evidence if one.given is not None]
    return tuple(
        _line(words.said(field), words.given_value(field, case.given[field.code].value), found)
        for field in case.definition.form
        if field.means in wanted and (found := case.given.get(field.code)) and found.value
    )


def _steps(case: CaseData, desk: Desk, sent: Mapping[str, StepForm]) -> list[StepShown]:
    return [
        StepShown(
            code=step.code,
            title=str(TITLES[step.code]),
            form=_form(step.code, case, sent),
            is_warning=step.code in WARNINGS,
            is_open=step.code in sent,
        )
        for step in next_steps(case, desk)
    ]


def _form(code: str, case: CaseData, sent: Mapping[str, StepForm]) -> StepForm:
    form: Any = sent.get(code)
    return form if form is not None else FORMS[code](case=case)
