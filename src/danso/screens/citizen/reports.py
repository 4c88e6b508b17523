"""This is wrong: what a citizen reports about their own data, who decides it, until when, and the
answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue, NotFound
from danso.modules.audit import interface as audit
from danso.modules.identity.data import MandateScope
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord, person_not_found
from danso.modules.sources import interface as sources
from danso.modules.sources.data import CorrectionRecord, Wrong
from danso.screens.citizen import words
from danso.screens.citizen.forms import ReportForm, posted
from danso.screens.citizen.held import is_reportable
from danso.screens.citizen.holder import Holder, of_holder
from danso.screens.citizen.my_data import own_look, waiting_reports
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.units import unit_name
from danso.toolkit.platform import province


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One report as its writer reads it."""

    record: CorrectionRecord
    name: str
    claimed: str
    decider: str
    state: str
    tone: str
    is_late: bool


@of_holder(scope=MandateScope.CORRECT)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, holder: Holder, field: str) -> HttpResponse:
    """One field: what is held, what is right, which paper shows it."""
    person = _person(holder)
    if not is_reportable(field, person):
        raise NotFound(
            "This cannot be reported here.",
            code="report_elsewhere",
            fix="Take your papers to the commune police.",
        )
    waits = waiting_reports(holder).get(field)
    if request.method == "GET" and waits is not None:
        return _waits(request, holder, waits, person)
    form = ReportForm(posted(request), field=field, person=person)
    if request.method == "POST" and form.is_valid():
        wrong = Wrong(
            person=holder.person,
            field=field,
            claimed=form.claimed,
            evidence=form.cleaned_data["evidence"],
            origin="citizen",
        )
        try:
            sources.open_correction(wrong, actor=holder.actor)
        except (InvalidValue, Conflict) as error:
            form.add_error("value", " ".join(words_of(error)))
        else:
            messages.success(request, gettext("Đã gửi. Câu trả lời sẽ hiện ở trang này."))
            return HttpResponseRedirect(reverse("citizen:reports"))
    with audit.carried_out(own_look(holder, "my_data")) as ledger:
        ledger.fields = (field,)
        held = sources.stored_text(field, person, words.language())
    context = {
        "form": form,
        "name": words.field_name(field),
        "held": held,
        "other": holder.other,
    }
    return render(request, "citizen/report.html", context)


@of_holder(scope=MandateScope.CORRECT)
@require_safe
def reports(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Everything reported, the newest first, with deadlines and answers."""
    with audit.carried_out(own_look(holder, "my_data")) as ledger:
        found = sources.reported_by_holder(holder.keys)
        ledger.fields = tuple(dict.fromkeys(one.field for one in found))
    mine = str(holder.account)
    lines = [_line(one) for one in found]
    context = {"lines": lines, "mine": mine, "other": holder.other}
    return render(request, "citizen/reports.html", context)


@of_holder(scope=MandateScope.CORRECT)
@require_POST
def withdraw(request: HttpRequest, holder: Holder, key: UUID) -> HttpResponse:
    """Take one back while nobody has answered."""
    sources.withdraw_correction(key, actor=holder.actor)
    messages.success(request, gettext("Đã rút."))
    return HttpResponseRedirect(reverse("citizen:reports"))


def _waits(
    request: HttpRequest, holder: Holder, record: CorrectionRecord, person: PersonRecord
) -> HttpResponse:
    """Instead of an empty form: what was reported waits for its answer."""
    with audit.carried_out(own_look(holder, "my_data")) as ledger:
        ledger.fields = (record.field,)
        held = sources.stored_text(record.field, person, words.language())
    context = {
        "line": _line(record),
        "held": held,
        "mine": str(holder.account),
        "other": holder.other,
    }
    return render(request, "citizen/report-waits.html", context)


def _person(holder: Holder) -> PersonRecord:
    found = population.find_person(holder.person)
    if found is None:
        raise person_not_found()
    return found


def _line(record: CorrectionRecord) -> ReportLine:
    state, tone = words.STATES[record.stage]
    decider = str(words.DECIDERS[record.decider])
    if record.decider == "commune_police" and record.commune:
        decider = f"{decider} ({unit_name(record.commune)})"
    return ReportLine(
        record=record,
        name=words.field_name(record.field),
        claimed=claimed_text(record.field, record.claimed),
        decider=decider,
        state=str(state),
        tone=tone,
        is_late=record.is_late(clock.today()),
    )


def claimed_text(field: str, claimed: str) -> str:
    """What was claimed, in words."""
    if field == "birth":
        return words.day_text(claimed)
    if field == "permanent_place":
        commune, _, rest = claimed.partition("|")
        hamlet, _, address = rest.partition("|")
        return ", ".join(part for part in (address, hamlet, unit_name(commune)) if part)
    known = province().fields.get(field)
    if known is not None and known.code_list:
        return province().code_list(known.code_list).label(claimed, words.language())
    return claimed


ROUTES: Final[list[URLPattern]] = [
    path("bao-sai/", reports, name="reports"),
    path("bao-sai/rut/<uuid:key>/", withdraw, name="report-withdraw"),
    path("bao-sai/<slug:field>/", report, name="report"),
]
