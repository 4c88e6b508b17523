"""One's own files: where each stands in plain words, until when, and what can be done now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from danso.catalogue.shapes.procedures import Procedure
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Unavailable
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.cases import interface as cases
from danso.modules.cases.data import (
    DUE_UNKNOWN_NAMES,
    EFFECT_NAMES,
    EFFECT_STATES,
    STEP_NAMES,
    CaseData,
    EffectState,
    FormFaults,
    Listed,
    NewPaper,
    Outcome,
    Status,
)
from danso.modules.documents import interface as documents
from danso.modules.documents.data import MEDIA_TYPES, Grounds, Reach
from danso.screens.services.applicant import Applicant, of_applicant
from danso.screens.services.forms import RatingForm, SupplementForm, WhyForm, shown_value
from danso.screens.services.receipts import squares_of
from danso.screens.services.telling import fee_of, paper_name, said
from danso.screens.services.uploading import Place, attached
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.units import unit_name

NUMBER_AWAITED: Final = (EffectState.WAITING, EffectState.ASKED)
# What each of the ten statuses means to whoever waits.
PLAIN: Final[dict[Status, Promise]] = {
    Status.FILED: _("Đã nộp. Cơ quan đang kiểm tra hồ sơ."),
    Status.RECEIVED: _("Đã tiếp nhận, chờ xử lý."),
    Status.NOT_RECEIVED: _("Không được tiếp nhận."),
    Status.IN_PROCESS: _("Đang xử lý."),
    Status.SUPPLEMENT: _("Đang chờ bạn bổ sung."),
    Status.PAYMENT: _("Đang chờ bạn nộp phí."),
    Status.WITHDRAWN: _("Bạn đã rút hồ sơ."),
    Status.STOPPED: _("Đã dừng xử lý."),
    Status.DECIDED: _("Đã xử lý xong. Kết quả đang chờ trả."),
    Status.RETURNED: _("Đã trả kết quả."),
}
TONES: Final[dict[Status, str]] = {
    Status.FILED: "calm",
    Status.RECEIVED: "calm",
    Status.IN_PROCESS: "calm",
    Status.SUPPLEMENT: "warn",
    Status.PAYMENT: "warn",
    Status.NOT_RECEIVED: "bad",
    Status.STOPPED: "bad",
    Status.WITHDRAWN: "mute",
    Status.DECIDED: "good",
    Status.RETURNED: "good",
}
WITHDRAWABLE: Final = frozenset(
    {
        Status.FILED,
        Status.RECEIVED,
        Status.IN_PROCESS,
        Status.SUPPLEMENT,
        Status.PAYMENT,
    }
)
RATEABLE: Final = frozenset({Status.DECIDED, Status.RETURNED, Status.NOT_RECEIVED, Status.STOPPED})


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file in the list."""

    key: UUID
    code: str
    name: str
    state: Promise
    tone: str
    filed_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One draft in the list."""

    key: UUID
    name: str
    until: object


@dataclass(frozen=True, slots=True)
class StepLine:
    """One thing that was done, as its applicant reads it."""

    at: datetime
    what: str
    where: str
    words: str


@of_applicant
@require_safe
def mine(request: HttpRequest, applicant: Applicant) -> HttpResponse:
    """Files and drafts of this person, the newest first."""
    with audit.carried_out(_own_look(applicant, "my_files")):
        found = cases.cases_of(applicant.keys)
        drafts = cases.drafts_of(applicant.account, applicant.person)
    context = {
        "files": [_line(one) for one in found],
        "drafts": [DraftLine(one.key, _name(one.procedure), one.until) for one in drafts],
    }
    return render(request, "services/mine.html", context)


@of_applicant
@require_safe
def case(request: HttpRequest, applicant: Applicant, key: UUID) -> HttpResponse:
    """One file whole."""
    with audit.carried_out(_own_look(applicant, "my_file")) as ledger:
        one = _own(applicant, key)
        ledger.detail = {"code": one.code}
    context = {
        "one": one,
        "name": said(one.definition),
        "state": PLAIN[one.status],
        "tone": TONES[one.status],
        "unit": unit_name(one.listed.unit),
        "due_unknown": gettext(DUE_UNKNOWN_NAMES.get(one.listed.due_unknown, "")),
        "fee": fee_of(one.fee),
        "steps": list(_steps(one)),
        "waiting": list(_waiting(one)),
        "given": [effect.number_given for effect in one.effects if effect.number_given],
        "answers": list(_answers(one)),
        "papers": [(paper_name(paper.kind), paper, bool(paper.digest)) for paper in one.papers],
        "squares": squares_of(one),
        "is_refused": one.outcome is Outcome.REFUSED,
        "may_withdraw": one.status in WITHDRAWABLE,
        "may_supplement": one.status is Status.SUPPLEMENT,
        "may_rate": one.status in RATEABLE and cases.rating_of(key) is None,
    }
    return render(request, "services/case.html", context)


@of_applicant
@require_safe
def paper(request: HttpRequest, applicant: Applicant, key: UUID, paper: UUID) -> HttpResponse:
    """A paper of one's own file, the result above all, as it is kept; the look is journaled."""
    one = _own(applicant, key)
    kept = next(
        (
            documents.find_kept(one.applicant, filed.kind, filed.digest)
            for filed in one.papers
            if filed.key == paper and filed.digest
        ),
        None,
    )
    if kept is None:
        raise NotFound(
            "There is no such paper in this file.",
            code="paper_unknown",
            fix="Open it from the file; one that was only shown has no copy here.",
        )
    content = documents.open_paper(
        kept.key,
        reach=Reach(person=one.applicant),
        actor=applicant.actor,
        grounds=_grounds(one),
    )
    answer = HttpResponse(content, content_type=MEDIA_TYPES[kept.form])
    answer["Content-Disposition"] = f'inline; filename="{kept.kind}.{kept.form}"'
    return answer


@of_applicant
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, applicant: Applicant, key: UUID) -> HttpResponse:
    """Take a file back before it is decided."""
    one = _own(applicant, key)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cases.withdraw(
                key, form.cleaned_data["why"], person=one.applicant, actor=applicant.actor
            )
        except (Conflict, InvalidValue) as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã rút hồ sơ."))
            return HttpResponseRedirect(reverse("services:case", args=[key]))
    return render(request, "services/withdraw.html", {"form": form, "one": one})


@of_applicant
@require_http_methods(["GET", "POST"])
def supplement(request: HttpRequest, applicant: Applicant, key: UUID) -> HttpResponse:
    """Bring what the desk asked for."""
    one = _own(applicant, key)
    form = SupplementForm(request.POST or None, request.FILES or None, procedure=one.definition)
    if request.method == "POST" and form.is_valid():
        try:
            papers = [_kept(one, applicant, form)] if form.cleaned_data["file"] else []
            cases.supplement(
                key,
                person=one.applicant,
                actor=applicant.actor,
                answers=form.answers,
                papers=papers,
            )
        except FormFaults as error:
            form.take_faults(error.faults)
        except (Conflict, InvalidValue, Unavailable) as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã gửi phần bổ sung."))
            return HttpResponseRedirect(reverse("services:case", args=[key]))
    return render(request, "services/supplement.html", {"form": form, "one": one})


@of_applicant
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest, applicant: Applicant, key: UUID) -> HttpResponse:
    """Say how satisfied one was, once the file is over."""
    one = _own(applicant, key)
    form = RatingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            cases.rate(
                key,
                said["satisfaction"],
                said["words"],
                person=one.applicant,
                actor=applicant.actor,
            )
        except (Conflict, InvalidValue) as error:
            form.add_error(None, " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Cảm ơn bạn đã đánh giá."))
            return HttpResponseRedirect(reverse("services:case", args=[key]))
    return render(request, "services/rate.html", {"form": form, "one": one})


def _own(applicant: Applicant, key: UUID) -> CaseData:
    """Under whichever key of this person it was filed; another's looks as if it were not there."""
    for person in applicant.keys[1:]:
        with suppress(NotFound):
            return cases.get_own_case(key, person)
    return cases.get_own_case(key, applicant.keys[0])


def _kept(one: CaseData, applicant: Applicant, form: SupplementForm) -> NewPaper:
    place = Place(one.applicant, one.listed.unit, _grounds(one))
    sent = form.cleaned_data["file"]
    return attached(sent, form.requirement, form.paper_kind, place, actor=applicant.actor)


def _grounds(one: CaseData) -> Grounds:
    procedure = one.definition
    return Grounds(procedure.purpose, procedure.law, procedure.code, one.code)


def _line(one: Listed) -> FileLine:
    return FileLine(
        one.key,
        one.code,
        _name(one.procedure),
        PLAIN[one.status],
        TONES[one.status],
        one.filed_at,
        one.due_at,
    )


def _name(code: str) -> str:
    """A service's name today; its code where it is no longer described."""
    known: dict[str, Procedure] = {one.code: one for one in cases.procedures()}
    return said(known[code]) if code in known else code


def _steps(one: CaseData) -> Iterator[StepLine]:
    """The newest first; who exactly is the office's matter, where is the applicant's."""
    for step in reversed(one.steps):
        words = gettext(STEP_NAMES.get(step.what, step.what))
        yield StepLine(step.at, words, unit_name(step.unit), step.words)


def _waiting(one: CaseData) -> Iterator[str]:
    """What another body still has to do, in words."""
    for effect in one.effects:
        if effect.kind == "issue-number" and effect.state in NUMBER_AWAITED:
            yield gettext("Chờ cấp số định danh.")
        elif effect.state is not EffectState.DONE:
            what = gettext(EFFECT_NAMES.get(effect.kind, effect.kind))
            yield f"{what}: {gettext(EFFECT_STATES[effect.state])}"


def _answers(one: CaseData) -> Iterator[tuple[str, str]]:
    for field in one.definition.form:
        held = one.given.get(field.code)
        value = one.answers.get(field.code) or (held.value if held else "")
        if value:
            yield said(field), shown_value(field, value)


def _own_look(applicant: Applicant, what: str) -> Entry:
    return Entry(applicant.actor, f"services.{what}", "shown", applicant.person, service="services")


ROUTES = (
    path("ho-so/", mine, name="mine"),
    path("ho-so/<uuid:key>/", case, name="case"),
    path("ho-so/<uuid:key>/giay/<uuid:paper>/", paper, name="file-paper"),
    path("ho-so/<uuid:key>/rut/", withdraw, name="withdraw"),
    path("ho-so/<uuid:key>/bo-sung/", supplement, name="supplement"),
    path("ho-so/<uuid:key>/danh-gia/", rate, name="rate"),
)
