"""People whom courts look for, and courts' decisions: the lists by deadline, and the answers."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from danso.catalogue.shapes.courts import DecisionKind
from danso.kernel import clock
from danso.kernel.errors import DansoError, InvalidValue, NotFound
from danso.modules.exchange import interface as exchange
from danso.modules.exchange.data import DecisionRecord, SoughtAnswer, SoughtPerson
from danso.modules.population import interface as population
from danso.modules.population.data import (
    HITS_CAP,
    Found,
    PersonNotFound,
    PersonRecord,
    Wanted,
)
from danso.screens.steward import court_words, record, words
from danso.screens.steward.decision_lines import ENDS, decision_lines, fields_of
from danso.screens.steward.desk import POLICE, Desk, at_work, with_purpose
from danso.screens.steward.forms import posted
from danso.screens.steward.journaling import record_court_paper
from danso.toolkit.platform import province

PER_PAGE = 30
TABS = ("cho", "xong")
NAMED = ("full_name", "birth", "permanent_place")
AGAIN = "sua"


@at_work(*POLICE)
def sought_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Requests by deadline: which case, which court, by when. Nobody's name."""
    tab, page = _asked(request)
    rows = exchange.list_person_requests(
        desk.decider.communes, is_open=tab == "cho", limit=PER_PAGE + 1, offset=_offset(page)
    )
    return _listed(request, desk, "steward/sought_list.html", tab, page, rows)


@with_purpose(*POLICE)
def sought(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """One request beside who could be meant in one's own register; answered here."""
    asked = exchange.get_person_request(key, desk.decider.communes)
    record_court_paper("person_request", key, asked.case.number, desk, person=asked.person)
    form = court_words.SoughtForm(posted(request))
    is_again = asked.state != "open" and AGAIN in request.GET
    may_answer = asked.state == "open" or is_again
    found = _candidates(asked, desk) if may_answer else Found()
    if request.method == "POST" and form.is_valid() and _found(request, asked, form, desk):
        return HttpResponseRedirect(reverse("steward:sought"))
    context = {
        "desk": desk,
        "asked": asked,
        "found": found,
        "may_answer": may_answer,
        "is_again": is_again,
        "named": _named(asked, desk),
        "answered_by": record.who("officer", asked.answered_by) if asked.answered_by else "",
        "again": f"?{AGAIN}=1",
        "cap": HITS_CAP,
        "form": form,
        "is_late": asked.is_late(clock.today()),
        "words": words,
        "court": court_words,
    }
    return render(request, "steward/sought.html", context)


@at_work(*POLICE)
def decision_list(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Courts' decisions by deadline. Nobody's name."""
    tab, page = _asked(request)
    rows = exchange.list_court_decisions(
        desk.decider.communes, is_open=tab == "cho", limit=PER_PAGE + 1, offset=_offset(page)
    )
    return _listed(request, desk, "steward/decision_list.html", tab, page, rows)


@with_purpose(*POLICE)
def decision(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """One decision beside what the register holds; accepted, after a summary, or rejected."""
    came = exchange.get_court_decision(key, desk.decider.communes)
    kind = province().courts.decision(came.kind)
    person = _person_of(came, fields_of(kind), desk)
    form = court_words.DecisionForm(posted(request))
    check = None
    if request.method == "POST" and form.is_valid():
        check = _summary(request, kind)
        is_ready = check is None or check.is_valid()
        if is_ready and _decided(request, came, form, desk):
            return HttpResponseRedirect(reverse("steward:court-decisions"))
        check = None if is_ready else check
    context = {
        "desk": desk,
        "came": came,
        "kind": kind,
        "person": person,
        "lines": decision_lines(kind, came, person, desk) if person else (),
        "birth": words.value_text("birth", person) if person else "",
        "form": check or form,
        "is_late": came.is_late(clock.today()),
        "is_first": came.first_by == desk.officer.actor.id,
        "first": record.who("officer", came.first_by) if came.first_by else "",
        "words": words,
        "court": court_words,
    }
    page = "steward/decision_check.html" if check else "steward/decision.html"
    return render(request, page, context)


def _summary(request: HttpRequest, kind: DecisionKind | None) -> court_words.SureForm | None:
    """What stands between choosing to accept and accepting; None for any other answer."""
    if request.POST.get("decision") != "accept":
        return None
    asks = bool(kind and kind.effect in ENDS)
    if "checked" in request.POST:
        return court_words.SureForm(request.POST, asks=asks)
    return court_words.SureForm(initial={"answer": request.POST.get("answer", "")}, asks=asks)


def _asked(request: HttpRequest) -> tuple[str, int]:
    tab = request.GET.get("muc", "cho")
    page = max(1, int(text)) if (text := request.GET.get("trang", "1")).isdecimal() else 1
    return tab if tab in TABS else "cho", page


def _offset(page: int) -> int:
    return (page - 1) * PER_PAGE


def _listed(
    request: HttpRequest,
    desk: Desk,
    template: str,
    tab: str,
    page: int,
    rows: list[SoughtPerson] | list[DecisionRecord],
) -> HttpResponse:
    context = {
        "desk": desk,
        "tab": tab,
        "rows": rows[:PER_PAGE],
        "today": clock.today(),
        "previous": f"?muc={tab}&trang={page - 1}" if page > 1 else "",
        "following": f"?muc={tab}&trang={page + 1}" if len(rows) > PER_PAGE else "",
        "words": words,
        "court": court_words,
    }
    return render(request, template, context)


def _candidates(asked: SoughtPerson, desk: Desk) -> Found:
    """Who of one's own communes could be meant; each look is journaled by the register."""
    wanted = Wanted(
        name=asked.full_name,
        birth_year=int(asked.birth_year) if asked.birth_year else None,
        commune=asked.commune,
    )
    return population.search(
        wanted, actor=desk.officer.actor, grounds=desk.grounds, scope=desk.decider_scope
    )


def _named(asked: SoughtPerson, desk: Desk) -> PersonRecord | None:
    """Whom the court was told, where they are still within reach; the look is journaled."""
    shown = tuple(field for field in NAMED if field in desk.fields)
    return _open(asked.person, shown, desk) if asked.person and "full_name" in shown else None


def _open(person: UUID, fields: tuple[str, ...], desk: Desk) -> PersonRecord | None:
    try:
        return population.open_person(
            person,
            actor=desk.officer.actor,
            grounds=desk.grounds,
            scope=desk.decider_scope,
            fields=fields,
        )
    except PersonNotFound:
        return None


def _found(
    request: HttpRequest, asked: SoughtPerson, form: court_words.SoughtForm, desk: Desk
) -> bool:
    """Carry the answer out; False where the form must be shown again."""
    chosen = request.POST.get("decision", "")
    answers: dict[str, SoughtAnswer] = {"nobody": "nobody", "unclear": "unclear"}
    answer = answers.get(chosen, "found")
    try:
        person = None if chosen in answers else _chosen(chosen, form.cleaned_data["number"], desk)
        exchange.answer_person_request(
            asked.key,
            answer,
            decider=desk.decider,
            person=person,
            note=form.cleaned_data["note"],
            corrects=AGAIN in request.GET,
        )
    except DansoError as error:
        form.add_error(_field(error, chosen), court_words.refusal_text(error))
        return False
    messages.success(request, _told(asked.key, desk))
    return True


def _field(error: DansoError, chosen: str) -> str | None:
    """Beside which field a refusal stands: that of the number, or of the note."""
    if error.code == "person_request_why":
        return "note"
    return "number" if chosen == "number" else None


def _told(key: UUID, desk: Desk) -> str:
    """Which request got which answer: the list that follows does not say."""
    done = exchange.get_person_request(key, desk.decider.communes)
    person = _named(done, desk)
    answer = person.full_name if person else str(court_words.SOUGHT[done.state][0])
    told = {"case": done.case.number, "sought": done.full_name, "answer": answer}
    return gettext("Đã trả lời tòa án, hồ sơ %(case)s, tìm %(sought)s: %(answer)s.") % told


def _chosen(chosen: str, number: str, desk: Desk) -> UUID | None:
    """The person whose button was pressed, or whom the number leads to within one's reach."""
    if chosen != "number":
        try:
            return UUID(chosen)
        except ValueError:
            return None
    if not number.strip():
        raise InvalidValue(
            "No number was given.", code="person_request_number", fix="Write the personal number."
        )
    found = population.search(
        Wanted(number=number.strip()),
        actor=desk.officer.actor,
        grounds=desk.grounds,
        scope=desk.decider_scope,
    )
    if len(found.people) != 1:
        raise NotFound(
            "Nobody of these communes has this number.",
            code="person_request_unknown",
            fix="Check it digit by digit.",
        )
    return found.people[0].key


def _person_of(came: DecisionRecord, fields: tuple[str, ...], desk: Desk) -> PersonRecord | None:
    """The person where they are within reach and the purpose shows the first field."""
    record_court_paper("court_decision", came.key, came.case.number, desk, person=came.person)
    if fields[0] not in desk.fields:
        return None
    shown = ("full_name", "birth", *(one for one in fields if one in desk.fields))
    return _open(came.person, shown, desk)


def _decided(
    request: HttpRequest, came: DecisionRecord, form: court_words.DecisionForm, desk: Desk
) -> bool:
    """Carry the decision out; False where the form must be shown again."""
    decided = request.POST.get("decision", "")
    if decided not in ("accept", "reject"):
        form.add_error(None, gettext("Chọn một cách trả lời."))
        return False
    try:
        state = exchange.answer_court_decision(
            came.key,
            accept=decided == "accept",
            answer=form.cleaned_data["answer"],
            decider=desk.decider,
        )
    except DansoError as error:
        form.add_error(None, court_words.refusal_text(error))
        return False
    told = court_words.FIRST if state == "proposed" else court_words.DECIDED[state][0]
    messages.success(request, f"{came.number}: {told}")
    return True
