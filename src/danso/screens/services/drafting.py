"""Applying, one thing a page: whom it is about, questions, papers, a last look, handing in."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from danso.kernel.errors import Conflict, InvalidValue, NotFound, Unavailable
from danso.modules.cases import interface as cases
from danso.modules.cases.data import Claim, FiledBefore, FormFaults, NewPaper, Prepared
from danso.modules.documents.data import Grounds
from danso.modules.population import interface as population
from danso.screens.services.applicant import Applicant, of_applicant
from danso.screens.services.forms import (
    PaperForm,
    PartyForm,
    QuestionForm,
    party_choices,
    party_fault,
    show_faults,
)
from danso.screens.services.reviewing import review
from danso.screens.services.telling import fee_of, said
from danso.screens.services.uploading import Place, attached
from danso.toolkit.html.errors import words_of


@of_applicant
@require_POST
def start(request: HttpRequest, applicant: Applicant, code: str) -> HttpResponse:
    """A draft of this service; one that is there already is gone on with."""
    procedure = cases.get_procedure(code)
    mine = cases.drafts_of(applicant.account, applicant.person)
    key = next((one.key for one in mine if one.procedure == procedure.code), None)
    if key is None:
        key = cases.start_draft(
            procedure.code, applicant.person, channel="online", actor=applicant.actor
        )
    return _next(cases.prepare(key, actor=applicant.actor), "")


@of_applicant
@require_http_methods(["GET", "POST"])
def party(request: HttpRequest, applicant: Applicant, key: UUID, code: str) -> HttpResponse:
    """Somebody the case is about."""
    prepared = cases.prepare(key, actor=applicant.actor)
    names = dict(party_choices(prepared.procedure))
    if code not in names:
        raise NotFound("There is no such party.", code="page_unknown", fix="Begin at your file.")
    is_needed = prepared.procedure.people[code].required
    own = _own_claim(prepared, applicant, code)
    form = PartyForm(request.POST or None, claim=prepared.draft.claims.get(code), own=own)
    if request.method == "POST" and form.is_valid():
        cases.save_answers(key, actor=applicant.actor, claims={code: form.claim})
        prepared = cases.prepare(key, actor=applicant.actor)
        fault = party_fault(prepared.faults, code)
        if not fault:
            return _next(prepared, f"party:{code}")
        form.add_error(None, fault)
    context = {"form": form, "who": names[code], "code": code, "is_needed": is_needed, "own": own}
    context |= _around(prepared, f"party:{code}")
    return render(request, "services/party.html", context)


@of_applicant
@require_http_methods(["GET", "POST"])
def questions(request: HttpRequest, applicant: Applicant, key: UUID) -> HttpResponse:
    """What only the applicant knows."""
    prepared = cases.prepare(key, actor=applicant.actor)
    form = QuestionForm(request.POST or None, prepared=prepared)
    if request.method == "POST" and form.is_valid():
        cases.save_answers(key, actor=applicant.actor, answers=form.answers)
        prepared = cases.prepare(key, actor=applicant.actor)
        show_faults(form, prepared.faults)
        if not form.errors:
            return _next(prepared, "questions")
    context = {"form": form, **_around(prepared, "questions")}
    return render(request, "services/questions.html", context)


@of_applicant
@require_http_methods(["GET", "POST"])
def paper(request: HttpRequest, applicant: Applicant, key: UUID, code: str) -> HttpResponse:
    """A paper for what the state cannot see itself."""
    prepared = cases.prepare(key, actor=applicant.actor)
    need = next((one for one in prepared.procedure.requirements if one.code == code), None)
    if need is None:
        raise NotFound("There is no such proof.", code="page_unknown", fix="Begin at your file.")
    form = PaperForm(request.POST or None, request.FILES or None, need=need)
    if request.method == "POST" and form.is_valid():
        try:
            added = _kept(prepared, applicant, code, form)
        except (InvalidValue, Conflict, Unavailable) as error:
            form.add_error("file", " ".join(words_of(error)))
        else:
            others = [one for one in prepared.draft.papers if one.requirement != code]
            cases.save_answers(key, actor=applicant.actor, papers=[*others, added])
            return _next(cases.prepare(key, actor=applicant.actor), f"requirement:{code}")
    context = {"form": form, "need": said(need), "law": need.law}
    context |= _around(prepared, f"requirement:{code}")
    return render(request, "services/paper.html", context)


@of_applicant
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, applicant: Applicant, key: UUID) -> HttpResponse:
    """Everything once more; handed in from here."""
    before = ""
    if request.method == "POST":
        try:
            filed = cases.submit(key, actor=applicant.actor)
        except FiledBefore as error:
            before = error.file_code
        except FormFaults:
            pass
        else:
            messages.success(request, _("Đã nộp. Mã hồ sơ: %(code)s") % {"code": filed.code})
            return HttpResponseRedirect(reverse("services:case", args=[filed.key]))
    prepared = cases.prepare(key, actor=applicant.actor)
    context = {
        "rows": review(prepared, key),
        "fee": fee_of(prepared.fee),
        "before": before,
        "is_whole": not prepared.faults,
        **_around(prepared, "check"),
    }
    return render(request, "services/check.html", context)


@of_applicant
@require_POST
def drop(request: HttpRequest, applicant: Applicant, key: UUID) -> HttpResponse:
    """Throw the draft away."""
    cases.drop_draft(key, actor=applicant.actor)
    messages.success(request, _("Đã bỏ bản nháp."))
    return HttpResponseRedirect(reverse("services:mine"))


def pages_of(prepared: Prepared) -> Iterator[tuple[str, str]]:
    """Every page of a draft in order, with what it is about."""
    key = prepared.draft.key
    for code, _name in party_choices(prepared.procedure):
        yield f"party:{code}", reverse("services:party", args=[key, code])
    if prepared.asked:
        yield "questions", reverse("services:questions", args=[key])
    proven = prepared.proven.keys() | {one.requirement for one in prepared.reused}
    for need in prepared.procedure.requirements:
        has_paper = any(way.paper for way in need.evidence)
        if has_paper and need.code not in proven:
            yield f"requirement:{need.code}", reverse("services:paper", args=[key, need.code])
    yield "check", reverse("services:check", args=[key])


def _next(prepared: Prepared, after: str) -> HttpResponse:
    """The page after one; the first where none was left."""
    pages = list(pages_of(prepared))
    names = [name for name, _address in pages]
    at = names.index(after) + 1 if after in names else 0
    return HttpResponseRedirect(pages[min(at, len(pages) - 1)][1])


def _around(prepared: Prepared, page: str) -> dict[str, object]:
    """What every page of a draft shows; `before` is the page before it."""
    pages = list(pages_of(prepared))
    names = [name for name, _address in pages]
    at = names.index(page) if page in names else 0
    return {
        "service": said(prepared.procedure),
        "key": prepared.draft.key,
        "until": prepared.draft.until,
        "back": pages[at - 1][1] if at else reverse("services:mine"),
    }


def _own_claim(prepared: Prepared, applicant: Applicant, code: str) -> Claim | None:
    """The applicant as the register knows them, where this party can be they and no other is."""
    if not prepared.procedure.people[code].can_be_applicant:
        return None
    record = population.find_person(applicant.person)
    if record is None or not record.number or not record.birth:
        return None
    others = {one.number for name, one in prepared.draft.claims.items() if name != code}
    if record.number in others:
        return None
    birth = "/".join(reversed(record.birth.split("-")))
    return Claim(record.number, record.full_name, birth)


def _kept(prepared: Prepared, applicant: Applicant, need: str, form: PaperForm) -> NewPaper:
    procedure = prepared.procedure
    grounds = Grounds(procedure.purpose, procedure.law, procedure.code)
    place = Place(applicant.person, prepared.unit, grounds)
    given = form.cleaned_data
    return attached(given["file"], need, str(given["kind"]), place, actor=applicant.actor)


ROUTES = (
    path("<slug:code>/bat-dau/", start, name="start"),
    path("ho-so/nhap/<uuid:key>/nguoi/<slug:code>/", party, name="party"),
    path("ho-so/nhap/<uuid:key>/cau-hoi/", questions, name="questions"),
    path("ho-so/nhap/<uuid:key>/giay-to/<slug:code>/", paper, name="paper"),
    path("ho-so/nhap/<uuid:key>/xem-lai/", check, name="check"),
    path("ho-so/nhap/<uuid:key>/bo/", drop, name="drop"),
)
