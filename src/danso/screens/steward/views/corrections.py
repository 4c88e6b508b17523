"""Corrections: the worklist by deadline, the answer, and what became of one's own reports."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from danso.kernel.errors import DansoError
from danso.modules.population import interface as population
from danso.modules.population.data import PersonNotFound, PersonRecord
from danso.modules.sources import interface as sources
from danso.modules.sources.data import CorrectionNotFound, CorrectionRecord
from danso.screens.steward import words
from danso.screens.steward.desk import EVERYONE, Desk, at_work, with_purpose
from danso.screens.steward.forms import AnswerForm, as_now, posted
from danso.screens.steward.views.home import CorrectionLine, waiting_for
from danso.toolkit.html.units import unit_name

PER_PAGE = 30
TABS = ("cho", "gui", "toi", "xong")


@at_work(*EVERYONE)
def listed(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Waiting for an answer, reported by oneself, or answered."""
    tab = request.GET.get("muc", "cho")
    tab = tab if tab in TABS else "cho"
    page = max(1, int(text)) if (text := request.GET.get("trang", "1")).isdecimal() else 1
    rows = _rows(tab, desk, (page - 1) * PER_PAGE)
    context = {
        "desk": desk,
        "tab": tab,
        "lines": [CorrectionLine.of(one) for one in rows[:PER_PAGE]],
        "previous": _page(tab, page - 1) if page > 1 else "",
        "following": _page(tab, page + 1) if len(rows) > PER_PAGE else "",
        "figures": sources.correction_figures(desk.communes),
        "words": words,
    }
    return render(request, "steward/corrections.html", context)


def _page(tab: str, page: int) -> str:
    return f"?muc={tab}&trang={page}"


def _rows(tab: str, desk: Desk, offset: int) -> list[CorrectionRecord]:
    if tab == "toi":
        # Whoever asked may follow it wherever it was sent.
        return sources.list_corrections(
            communes=None, opened_by=desk.officer.actor.id, limit=PER_PAGE + 1, offset=offset
        )
    if tab == "gui":
        return sources.list_corrections(
            communes=desk.communes, state="sent_up", limit=PER_PAGE + 1, offset=offset
        )
    if tab == "xong":
        return [
            one
            for state in ("accepted", "rejected")
            for one in sources.list_corrections(
                communes=desk.communes, state=state, limit=PER_PAGE + 1, offset=offset
            )
        ]
    return waiting_for(desk, limit=PER_PAGE + 1, offset=offset)


@with_purpose(*EVERYONE)
def one(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """One correction with what is held and what is claimed; whoever decides it answers here."""
    correction = _reachable(key, desk)
    person = _person_of(correction, desk)
    initial = as_now(person, correction.field) if person else {}
    form = AnswerForm(posted(request), field=correction.field, initial=initial)
    if request.method == "POST" and form.is_valid() and _answered(request, correction, form, desk):
        return _next(request, desk)
    context = {
        "desk": desk,
        "line": CorrectionLine.of(correction),
        "correction": correction,
        "opened_unit": unit_name(correction.opened_unit),
        "person": person,
        "held": words.value_text(correction.field, person) if person else "",
        "claimed": words.claimed_text(correction.field, correction.claimed),
        "birth": words.value_text("birth", person) if person else "",
        "may_answer": _may_answer(correction, desk),
        "is_own": correction.opened_by == desk.officer.actor.id,
        "form": form,
        "words": words,
    }
    return render(request, "steward/correction.html", context)


@at_work(*EVERYONE)
@require_POST
def withdraw(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Take back one's own report."""
    sources.withdraw_correction(key, actor=desk.officer.actor)
    messages.success(request, gettext("Đã rút."))
    return HttpResponseRedirect(f"{reverse('steward:corrections')}?muc=toi")


def _reachable(key: UUID, desk: Desk) -> CorrectionRecord:
    """Within one's communes, or one's own report wherever it went."""
    try:
        return sources.get_correction(key, communes=desk.communes)
    except CorrectionNotFound:
        return sources.get_correction(key, opened_by=desk.officer.actor.id)


def _person_of(correction: CorrectionRecord, desk: Desk) -> PersonRecord | None:
    """The person where they are within reach and the purpose shows the field."""
    if correction.field not in desk.fields:
        return None
    try:
        return population.open_person(
            correction.person,
            actor=desk.officer.actor,
            grounds=desk.grounds,
            scope=desk.scope,
            fields=("full_name", "birth", correction.field),
        )
    except PersonNotFound:
        return None


def _may_answer(correction: CorrectionRecord, desk: Desk) -> bool:
    """Whether to show the form; the action checks again."""
    decider = desk.decider
    within = decider.communes is None or correction.commune in decider.communes
    return correction.stage == "open" and correction.decider in decider.roles and within


def _answered(
    request: HttpRequest, correction: CorrectionRecord, form: AnswerForm, desk: Desk
) -> bool:
    """Carry the decision out; False where the form must be shown again."""
    decision = request.POST.get("decision", "")
    if _lacks(form, decision):
        return False
    try:
        state = sources.answer_correction(
            correction.key,
            accept=decision != "reject",
            answer=form.cleaned_data["answer"].strip(),
            decider=desk.decider,
            value=form.claimed if decision == "other" else "",
        )
    except DansoError as error:
        form.add_error(None, words.refusal_text(error))
        return False
    # The page that follows shows the next one.
    told = {"field": words.field_name(correction.field), "state": words.STATES[state][0]}
    told["commune"] = words.commune_name(correction.commune)
    messages.success(request, gettext("%(field)s (%(commune)s): %(state)s.") % told)
    return True


def _lacks(form: AnswerForm, decision: str) -> bool:
    """Whether something is missing for this decision; said on its field."""
    answer, compared = form.cleaned_data["answer"].strip(), form.cleaned_data["compared"]
    changes = decision in ("accept", "other")
    if not changes and decision != "reject":
        form.add_error(None, gettext("Chọn một cách trả lời."))
    if decision == "other" and not form.claimed:
        form.add_error("value", gettext("Ghi giá trị đúng."))
    if changes and not answer:
        form.add_error("answer", gettext("Ghi đã so với giấy tờ nào: loại, số, ngày."))
    if changes and not compared:
        form.add_error("compared", gettext("So với giấy tờ gốc rồi đánh dấu ở đây."))
    if decision == "reject" and not answer:
        form.add_error("answer", gettext("Ghi rõ vì sao không chấp nhận và người báo cần làm gì."))
    return bool(form.errors)


def _next(request: HttpRequest, desk: Desk) -> HttpResponse:
    """On to the next one that waits, so that a morning's list is worked through without a mouse."""
    waiting = waiting_for(desk, limit=1)
    if waiting:
        where = reverse("steward:correction", kwargs={"key": waiting[0].key})
        return HttpResponseRedirect(where)
    return HttpResponseRedirect(reverse("steward:corrections"))
