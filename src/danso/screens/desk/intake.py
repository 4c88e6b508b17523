"""Intake at the desk: who, which service, one dense page, the receipt. The keyboard is enough."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danso.catalogue.shapes.procedures import Procedure
from danso.kernel.errors import DansoError, NotFound
from danso.kernel.text import fold
from danso.modules.cases import interface as cases
from danso.modules.cases.data import FiledCase, FormFaults, NewPaper, Prepared
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.screens.desk import words
from danso.screens.desk.desk import RECEIVERS, Desk, at_desk, grounds_for
from danso.screens.desk.identifying import claim_of, find_applicant
from danso.screens.desk.intake_forms import (
    KEPT,
    SCAN,
    FillForm,
    WhoForm,
    wanting,
)
from danso.screens.desk.issuing import LONGEST_NAME, keep_for

# Who stands at the desk, for this session: no address names them.
APPLICANT: Final = "desk_applicant"


@at_desk(*RECEIVERS)
@require_http_methods(["GET", "POST"])
def who(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Scan the card, or type number, name and birth date."""
    form = WhoForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            claim = claim_of(given["card"], given["name"], given["birth"])
            person = find_applicant(claim, desk.actor)
        except DansoError as error:
            form.add_error("card", words.refusal(error))
        else:
            request.session[APPLICANT] = str(person)
            return HttpResponseRedirect(reverse("desk:intake-service"))
    return render(request, "desk/intake.html", {"form": form, "desk": desk})


@at_desk(*RECEIVERS)
@require_http_methods(["GET", "POST"])
def what(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The service, by words; what was begun for this person before can be gone on with."""
    person = _applicant(request)
    if person is None:
        return HttpResponseRedirect(reverse("desk:intake"))
    error = ""
    if request.method == "POST":
        try:
            return _start(request.POST.get("service", ""), person, desk)
        except DansoError as refused:
            error = words.refusal(refused)
    typed = request.GET.get("q", "")[:80]
    services = cases.procedures()
    found = sorted(
        (one for one in services if _is_meant(one, typed)), key=lambda one: _rank(one, typed)
    )
    context = {
        "person": person,
        "birth": words.day_text(person.birth or ""),
        "typed": typed,
        "found": found,
        "error": error,
        "begun": [
            (one, words.procedure_name(one.procedure))
            for one in cases.drafts_of(UUID(desk.actor.id), person.key)
        ],
        "words": words,
    }
    return render(request, "desk/intake_service.html", context)


@at_desk(*RECEIVERS)
@require_http_methods(["GET", "POST"])
def fill(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Given values, asked fields, parties, proofs. `save` keeps and looks again; else it is handed
    in and taken in at once."""
    prepared = cases.prepare(key, actor=desk.actor)
    if request.method == "GET":
        return _page(request, prepared)
    form = FillForm(request.POST, request.FILES, prepared=prepared)
    if not form.is_valid():
        return _page(request, prepared, form)
    try:
        _save(desk, prepared, form)
        if request.POST.get("decision") == "save":
            return HttpResponseRedirect(reverse("desk:intake-fill", kwargs={"key": key}))
        filed = cases.submit(key, actor=desk.actor)
    except FormFaults as faults:
        return _faulty(request, desk, key, faults)
    except DansoError as error:
        form.add_error(None, words.refusal(error))
        return _page(request, prepared, form)
    _take_in(request, desk, filed)
    request.session["desk_filed"] = {"key": str(filed.key), "code": filed.code, "unit": filed.unit}
    return HttpResponseRedirect(reverse("desk:intake-done", kwargs={"key": filed.key}))


@at_desk(*RECEIVERS)
@require_POST
def drop(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Throw a draft away."""
    cases.drop_draft(key, actor=desk.actor)
    messages.success(request, _("Đã bỏ đơn đang nhập."))
    return HttpResponseRedirect(reverse("desk:intake-service"))


@at_desk(*RECEIVERS)
@require_safe
def done(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """The code, the day, the receipt to print; the next person is one key away. A file that another
    unit handles is out of reach: its code alone is told."""
    filed = request.session.get("desk_filed", {})
    try:
        case = cases.open_case(key, reach=desk.reach, actor=desk.actor)
    except NotFound:
        if filed.get("key") != str(key):
            raise
        case = None
    context = {"case": case, "filed": filed, "words": words}
    return render(request, "desk/intake_done.html", context)


def _applicant(request: HttpRequest) -> PersonRecord | None:
    key = request.session.get(APPLICANT, "")
    return population.find_person(UUID(key)) if key else None


def _start(service: str, person: PersonRecord, desk: Desk) -> HttpResponse:
    procedure = cases.get_procedure(service)
    key = cases.start_draft(
        procedure.code,
        person.key,
        channel="direct",
        actor=desk.actor,
        unit=_unit(procedure, desk),
        filed_at_unit=desk.unit,
    )
    return HttpResponseRedirect(reverse("desk:intake-fill", kwargs={"key": key}))


def _is_meant(service: Procedure, typed: str) -> bool:
    """Whether its names, or the words people use for it, hold every word typed."""
    held = fold(" ".join((service.vi, service.en, *service.searched)))
    return all(word in held for word in fold(typed).split())


def _rank(service: Procedure, typed: str) -> tuple[bool, int]:
    """What people call just so comes first, then the essential ones."""
    is_so_called = any(fold(typed) == fold(phrase) for phrase in service.searched)
    return not is_so_called, service.essential or 99


def _unit(procedure: Procedure, desk: Desk) -> str:
    """A commune's file is handled where it is brought, unless the officer says otherwise."""
    return "" if procedure.level == "province" else desk.unit


def _page(request: HttpRequest, prepared: Prepared, form: FillForm | None = None) -> HttpResponse:
    person = population.find_person(prepared.draft.applicant)
    given = [
        (
            words.said(field),
            words.given_value(field, found.value),
            words.source_name(found.source),
            words.day_text(found.as_of) if found.as_of else "",
            found.quality != "good",
        )
        for field in prepared.procedure.given
        if (found := prepared.given.get(field.code)) is not None and found.value
    ]
    context = {
        "prepared": prepared,
        "form": form or FillForm(prepared=prepared),
        "person": person,
        "given": given,
        "proven": [
            *(
                (words.said(one), words.source_name(prepared.proven[one.code].source))
                for one in prepared.procedure.requirements
                if one.code in prepared.proven
            ),
            *(
                (words.paper_name(one.kind), _("đã có trong kho, dùng lại"))
                for one in prepared.reused
            ),
        ],
        "words": words,
    }
    status = 422 if form is not None else 200
    return render(request, "desk/intake_fill.html", context, status=status)


def _faulty(request: HttpRequest, desk: Desk, key: UUID, faults: FormFaults) -> HttpResponse:
    """The page anew from what was kept, each fault beside its field."""
    prepared = cases.prepare(key, actor=desk.actor)
    form = FillForm(request.POST, prepared=prepared)
    form.is_valid()
    for name, code in faults.faults.items():
        box = _box(name)
        form.add_error(box if box in form.fields else None, words.fault(code))
    return _page(request, prepared, form)


def _box(fault: str) -> str:
    kind, _colon, code = fault.partition(":")
    if not code:
        return "unit" if kind == "unit" else f"answer-{kind}"
    return f"proof-{code}" if kind == "requirement" else f"{kind}-{code}"


def _save(desk: Desk, prepared: Prepared, form: FillForm) -> None:
    """Keep what was typed, and the scans with it."""
    unit = form.cleaned_data.get("unit")
    cases.save_answers(
        prepared.draft.key,
        actor=desk.actor,
        answers=form.answers,
        claims=form.claims(),
        papers=_papers(desk, prepared, form),
        unit=unit or None,
    )


def _papers(desk: Desk, prepared: Prepared, form: FillForm) -> list[NewPaper]:
    before = {one.requirement: one for one in prepared.draft.papers}
    papers = []
    for requirement in wanting(prepared):
        given = form.cleaned_data
        way, _colon, kind = given.get(f"proof-{requirement.code}", "").partition(":")
        if not way:
            continue
        held = before.get(requirement.code)
        if way == SCAN:
            papers.append(
                _scan(desk, prepared, requirement.code, kind, given[f"scan-{requirement.code}"])
            )
        elif way == KEPT and held is not None:
            papers.append(held)
        else:
            papers.append(NewPaper(requirement.code, kind))
    return papers


def _scan(desk: Desk, prepared: Prepared, requirement: str, kind: str, file: Any) -> NewPaper:
    procedure = prepared.procedure
    grounds = grounds_for(procedure.code, procedure.purpose)
    unit = desk.unit or prepared.unit
    digest = keep_for(desk, prepared.draft.applicant, kind, file, unit, grounds)
    return NewPaper(requirement, kind, digest, file.name[:LONGEST_NAME])


def _take_in(request: HttpRequest, desk: Desk, filed: FiledCase) -> None:
    """Receive what was just handed in, where that is this officer's step; else it waits for whose
    it is, and the page says so."""
    try:
        case = cases.open_case(filed.key, reach=desk.reach, actor=desk.actor)
        cases.receive(filed.key, reach=desk.reach, version=case.version, actor=desk.actor)
    except DansoError as error:
        if error.code not in ("case_unknown", "not_your_step", "own_matter"):
            raise
        messages.info(request, _("Đã nộp; nơi giải quyết sẽ tiếp nhận."))
