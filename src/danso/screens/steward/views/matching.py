"""Records that matching left open: a queue by source, one record beside whom it may be about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from danso.kernel.errors import Conflict, DansoError, InvalidValue, NotFound, Refused
from danso.modules.linkage import interface as linkage
from danso.modules.linkage.data import OpenLink
from danso.modules.population import interface as population
from danso.modules.population.data import Grounds
from danso.modules.sources import interface as sources
from danso.modules.sources.data import OwnersRecord
from danso.screens.steward import candidates, matching_words, model_words, record, words
from danso.screens.steward.candidates import CandidateColumn, DecisionLine
from danso.screens.steward.desk import EVERYONE, Desk, with_purpose
from danso.screens.steward.forms import posted
from danso.screens.steward.joining import LinkForm
from danso.screens.steward.journaling import record_looks, record_owners_record
from danso.screens.steward.views.people import MEMBER_FIELDS
from danso.toolkit.html.lists import Pages
from danso.toolkit.platform import province

PER_PAGE: Final = 20
NOBODY: Final = "nobody"
OLDEST: Final = "cu-nhat"
NAMED: Final = ("full_name", "birth")


@with_purpose(*EVERYONE)
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Sources with what waits, proposals for a second officer, one's own decisions."""
    me = desk.officer.actor.id
    _, total = linkage.decisions_of(me, limit=0)
    pages = Pages.of(request, total, PER_PAGE)
    own, _ = linkage.decisions_of(me, limit=PER_PAGE, offset=pages.offset)
    decided = candidates.decision_lines(own, desk)
    waiting = candidates.decision_lines(linkage.waiting_decisions(desk.scope), desk)
    contested = candidates.decision_lines(linkage.contested_decisions(desk.scope), desk)
    _record_named([*waiting, *contested, *decided], desk)
    context = {
        "desk": desk,
        "lines": candidates.source_lines(linkage.count_open(desk.scope)),
        "waiting": waiting,
        "contested": contested,
        "decided": decided,
        "pages": pages,
        "oldest": OLDEST,
        "words": words,
    }
    return render(request, "steward/matching.html", context)


@with_purpose(*EVERYONE)
def following(request: HttpRequest, desk: Desk, source: str) -> HttpResponse:
    """To the next open record of a source; at the end, back to the queue."""
    _check_source(source)
    order = request.GET.get("thu-tu", "")
    key = linkage.next_open(source, desk.scope, is_oldest_first=order == OLDEST)
    return _onwards(source, key, order)


@with_purpose(*EVERYONE)
def one(request: HttpRequest, desk: Desk, source: str, key: UUID) -> HttpResponse:
    """One record beside up to five people, and the decision about it."""
    _check_source(source)
    order = request.GET.get("thu-tu", "")
    # Asked before anything is decided: afterwards there is no place to go on from.
    after = linkage.next_open(source, desk.scope, after=key, is_oldest_first=order == OLDEST)
    try:
        found = linkage.open_link(key, desk.scope)
    except NotFound as error:
        messages.info(request, words.refusal_text(error))
        return HttpResponseRedirect(reverse("steward:matching"))
    try:
        said = sources.owners_record(source, found.record)
    except NotFound as error:
        messages.info(request, words.refusal_text(error))
        return _onwards(source, after, order)
    form = LinkForm(posted(request))
    if request.method == "POST" and _decided(request, form, desk, found, said):
        return _onwards(source, after, order)
    columns = candidates.columns_of(found, desk)
    _record_shown(columns, desk)
    record_owners_record(found.key, source, desk)
    context = {
        "desk": desk,
        "found": found,
        "source": candidates.source_name(source),
        "columns": columns,
        "rows": candidates.compared_rows(said, columns, desk),
        "said": said,
        "hidden": sum(field not in desk.fields for _, _, field in candidates.ROWS),
        "proposer": record.who("officer", found.waiting.proposed_by) if found.waiting else "",
        "is_own": found.waiting is not None and found.waiting.proposed_by == desk.officer.actor.id,
        "skip": _address(source, after, order),
        "form": form,
        "nobody": NOBODY,
        "falls": [model_words.waterfall(linkage.waterfall_of(one.candidate)) for one in columns],
        "axis": model_words.WIDTH,
        "matched": matching_words,
        "words": words,
    }
    return render(request, "steward/matching_one.html", context)


@with_purpose(*EVERYONE)
def undo(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Take a decision back, or propose it, or drop the proposal; from the decision's page."""
    here = HttpResponseRedirect(reverse("steward:matching-decision", kwargs={"key": key}))
    if request.method != "POST":
        return here
    reason = request.POST.get("evidence", "")[:300]
    grounds = replace(desk.grounds, evidence=reason, reason=reason)
    actor = desk.officer.actor
    try:
        if request.POST.get("decision") == "keep":
            linkage.keep_link(key, actor=actor, grounds=grounds, scope=desk.scope)
            done = gettext("Quyết định vẫn giữ nguyên.")
        else:
            outcome = linkage.undo_link(key, actor=actor, grounds=grounds, scope=desk.scope)
            done = str(matching_words.UNDONE[outcome])
    except (Conflict, InvalidValue, NotFound, Refused) as error:
        messages.info(request, words.refusal_text(error))
        is_gone = isinstance(error, NotFound)
        return HttpResponseRedirect(reverse("steward:matching")) if is_gone else here
    messages.success(request, done)
    return here


@with_purpose(*EVERYONE)
def proposal(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """To the record that a waiting decision is about."""
    del request
    link = linkage.link_of_decision(key, desk.scope)
    source = linkage.get_decision(key).source
    return HttpResponseRedirect(_address(source, link, ""))


def _check_source(source: str) -> None:
    province().source(source)


def _address(source: str, key: UUID | None, order: str) -> str:
    if key is None:
        return reverse("steward:matching")
    here = reverse("steward:matching-one", kwargs={"source": source, "key": key})
    return f"{here}?thu-tu={OLDEST}" if order == OLDEST else here


def _onwards(source: str, key: UUID | None, order: str) -> HttpResponse:
    return HttpResponseRedirect(_address(source, key, order))


def _decided(
    request: HttpRequest, form: LinkForm, desk: Desk, found: OpenLink, said: OwnersRecord
) -> bool:
    """Carry out what was pressed; False where the page has to be shown again."""
    decision = request.POST.get("decision", "")
    if not form.is_valid():
        return False
    reason = form.cleaned_data["evidence"]
    grounds = replace(desk.grounds, evidence=reason, reason=reason)
    try:
        if found.waiting is not None:
            told = _closed(desk, found, decision, grounds)
            if told:
                messages.success(request, _naming(told, said, found.waiting.person, desk))
            return bool(told)
        person = None if decision == NOBODY else _chosen(found, decision)
        outcome = linkage.decide_link(
            found.key, person, actor=desk.officer.actor, grounds=grounds, scope=desk.scope
        )
    except (Conflict, InvalidValue, NotFound, Refused) as error:
        _add(form, error)
        return False
    messages.success(request, _naming(str(matching_words.LINKED[outcome]), said, person, desk))
    return True


def _naming(told: str, said: OwnersRecord, person: UUID | None, desk: Desk) -> str:
    """What was done, to which record, with whom: the page that follows shows the next record."""
    if "full_name" not in desk.fields:
        return told
    seen = ("full_name", "birth") if "birth" in desk.fields else ("full_name",)
    of_record = ", ".join(text for term in seen if (text := candidates.said_text(term, said)))
    held = population.people_by_keys({person} if person else ()).get(person) if person else None
    of_person = (
        ", ".join(text for one in seen if (text := words.value_text(one, held))) if held else ""
    )
    return f"{of_record} → {of_person}: {told}" if of_person else f"{of_record}: {told}"


def _chosen(found: OpenLink, decision: str) -> UUID:
    for candidate in found.candidates:
        if str(candidate.person) == decision:
            return candidate.person
    raise InvalidValue(
        "Nobody was chosen.",
        code="choice_missing",
        fix="Choose one of the people, or that it is none of them.",
    )


def _closed(desk: Desk, found: OpenLink, decision: str, grounds: Grounds) -> str:
    """What to say of a proposal that was confirmed or declined; empty where nothing was done."""
    if found.waiting is None or decision not in ("confirm", "decline"):
        return ""
    act = linkage.confirm_link if decision == "confirm" else linkage.decline_link
    act(found.waiting.key, actor=desk.officer.actor, grounds=grounds, scope=desk.scope)
    if decision == "decline":
        return gettext("Đã bỏ đề nghị. Bản ghi chờ quyết định như trước.")
    return gettext("Đã xác nhận: bản ghi đã nối với người này.")


def _add(form: LinkForm, error: DansoError) -> None:
    field = "evidence" if error.code == "link_reason_missing" else None
    form.add_error(field, words.refusal_text(error))


def _record_shown(columns: Iterable[CandidateColumn], desk: Desk) -> None:
    """Everybody on the page: the candidates, and who lives with them."""
    shown = {one.person.key for one in columns}
    record_looks(sorted(shown), desk, action="candidate", fields=candidates.fields_shown(desk))
    members = {member.key for one in columns for member in one.members} - shown
    record_looks(sorted(members), desk, action="household_member", fields=MEMBER_FIELDS)


def _record_named(lines: Iterable[DecisionLine], desk: Desk) -> None:
    people = dict.fromkeys(one.person.key for one in lines if one.person)
    record_looks(people, desk, action="listed", fields=NAMED)
