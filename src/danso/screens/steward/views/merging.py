"""One person or two: two records side by side, the decision, and its undoing."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from danso.kernel.errors import Conflict, Refused
from danso.modules.population import interface as population
from danso.modules.population.data import (
    Grounds,
    MergeProposal,
    NothingChanges,
    PersonRecord,
    Scope,
)
from danso.screens.steward import comparing, record, words
from danso.screens.steward.desk import EVERYONE, POLICE, Desk, with_purpose
from danso.screens.steward.forms import posted
from danso.screens.steward.joining import MergeForm, OtherForm, UnmergeForm
from danso.screens.steward.journaling import record_looks
from danso.screens.steward.views.by_number import people_named
from danso.screens.steward.views.cleaning import next_pair
from danso.screens.steward.views.people import MEMBER_FIELDS


class PoliceDecide(Refused):
    """Not a steward's to decide; the journal's row names whom it was about."""

    subject: UUID | None = None


@with_purpose(*EVERYONE)
def pair(request: HttpRequest, desk: Desk, one: UUID, other: UUID) -> HttpResponse:
    """Both records, every field; from here they are merged or told apart."""
    left, right = _opened(one, desk), _opened(other, desk)
    lines = comparing.compare(left, right, desk)
    proposal = population.find_proposal((one, other))
    form = MergeForm(
        posted(request),
        keys=(one, other),
        names=(_name("A", left, desk), _name("B", right, desk)),
        initial={"kept": str(one if comparing.fuller(left, right, lines) == "left" else other)},
    )
    if request.method == "POST":
        done = _decided(request, form, desk, (left, right), proposal)
        if done is not None:
            return done
    sides = [comparing.belongings(side, desk) for side in (left, right)]
    members = {member.key for side in sides for member in side.members} - {one, other}
    record_looks(sorted(members), desk, action="household_member", fields=MEMBER_FIELDS)
    context = {
        "desk": desk,
        "left": left,
        "right": right,
        "lines": lines,
        "hidden": comparing.hidden_fields(left, desk),
        "belongings": sides,
        "proposal": proposal,
        "proposer": record.who("officer", proposal.proposed_by) if proposal else "",
        "is_own": proposal is not None and proposal.proposed_by == desk.officer.actor.id,
        "apart": population.find_told_apart(one, other),
        "needs_two": population.merge_needs_two(left, right),
        "may_propose": _may_propose(desk),
        "form": form,
        "words": words,
        "who": record.who,
    }
    return render(request, "steward/pair.html", context)


def _opened(key: UUID, desk: Desk) -> PersonRecord:
    return population.open_person(
        key,
        actor=desk.officer.actor,
        grounds=desk.grounds,
        scope=desk.scope,
        fields=record.visible_fields(desk),
    )


def _name(letter: str, person: PersonRecord, desk: Desk) -> str:
    """A record in a choice: its letter on this page, and its number where that may be seen."""
    name = gettext("Hồ sơ %(letter)s") % {"letter": letter}
    if "number" not in desk.fields:
        return name
    number = person.number or gettext("chưa có số định danh")
    return f"{name} ({number})"


def _may_propose(desk: Desk) -> bool:
    """Police decide; a steward may propose what police then confirm."""
    return desk.may_change or (desk.is_steward and not desk.is_police)


def _decided(
    request: HttpRequest,
    form: MergeForm,
    desk: Desk,
    sides: tuple[PersonRecord, PersonRecord],
    proposal: MergeProposal | None,
) -> HttpResponse | None:
    """Carry out what was pressed; None where the form has to be shown again."""
    decision = request.POST.get("decision", "")
    if proposal is not None and decision in ("confirm", "decline"):
        return _closed(request, desk, proposal, is_confirmed=decision == "confirm")
    if decision not in ("merge", "apart") or not form.is_valid():
        return None
    grounds = _grounds(desk, form.cleaned_data["evidence"])
    try:
        if decision == "apart":
            return _told_apart(request, desk, sides, grounds)
        return _merged(request, desk, form.ordered(sides), grounds)
    except Conflict as error:
        form.add_error(None, words.refusal_text(error))
        return None


def _told_apart(
    request: HttpRequest, desk: Desk, sides: tuple[PersonRecord, PersonRecord], grounds: Grounds
) -> HttpResponse:
    _check_police(desk, sides[0].key)
    try:
        population.tell_apart(
            sides[0].key,
            sides[1].key,
            actor=desk.officer.actor,
            grounds=grounds,
            scope=desk.decider_scope,
        )
    except NothingChanges:
        messages.info(request, gettext("Đã xác định trước đó: đây là hai người khác nhau."))
    else:
        messages.success(request, gettext("Đã ghi: hai người khác nhau. Cặp này không hiện lại."))
    return _onwards(desk)


def _merged(
    request: HttpRequest, desk: Desk, sides: tuple[PersonRecord, PersonRecord], grounds: Grounds
) -> HttpResponse:
    kept, merged = sides
    by_police = desk.is_police
    if by_police:
        _check_may_change(desk)
    if by_police and not population.merge_needs_two(kept, merged):
        population.merge_people(
            kept.key,
            merged.key,
            officers=(desk.officer.actor,),
            grounds=grounds,
            scope=desk.decider_scope,
        )
        messages.success(request, gettext("Đã gộp hai hồ sơ. Tách lại được ở trang hồ sơ."))
        return _onwards(desk)
    scope = desk.decider_scope if by_police else desk.steward_scope
    population.propose_merge(
        kept.key, merged.key, actor=desk.officer.actor, grounds=grounds, scope=scope
    )
    messages.success(
        request, gettext("Đã gửi đề nghị gộp. Một công an khác trong địa bàn phải xác nhận.")
    )
    return _onwards(desk)


def _closed(
    request: HttpRequest, desk: Desk, proposal: MergeProposal, *, is_confirmed: bool
) -> HttpResponse:
    actor, grounds = desk.officer.actor, desk.grounds
    if is_confirmed:
        _check_police(desk, proposal.kept)
        _check_may_change(desk)
        population.confirm_proposal(
            proposal.key, actor=actor, grounds=grounds, scope=desk.decider_scope
        )
        done = gettext("Đã xác nhận, hai hồ sơ đã gộp.")
        if proposal.kind == "unmerge":
            done = gettext("Đã xác nhận, hai hồ sơ đã tách.")
        messages.success(request, done)
        return HttpResponseRedirect(reverse("steward:person", kwargs={"key": proposal.kept}))
    population.decline_proposal(
        proposal.key, actor=actor, grounds=grounds, scope=_reach(desk, proposal)
    )
    messages.success(request, gettext("Đã bỏ đề nghị. Hai hồ sơ vẫn như cũ."))
    return _onwards(desk)


def _reach(desk: Desk, proposal: MergeProposal) -> Scope:
    """Whoever proposed may take it back; else it is the police's."""
    if proposal.proposed_by == desk.officer.actor.id:
        return desk.scope
    _check_police(desk, proposal.kept)
    return desk.decider_scope


@with_purpose(*EVERYONE)
def other(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Which other record is the same person? By number, as on the paper."""
    person = _opened(key, desk)
    form = OtherForm(posted(request))
    if request.method == "POST" and form.is_valid():
        nobody = gettext("Không có hồ sơ nào khác mang số này trong địa bàn.")
        for other in people_named(form, desk, desk.scope, nobody=nobody, besides=key):
            return HttpResponseRedirect(
                reverse("steward:pair", kwargs={"one": key, "other": other.key})
            )
    context = {
        "desk": desk,
        "person": person,
        "birth": words.value_text("birth", person),
        "form": form,
    }
    return render(request, "steward/other.html", context)


@with_purpose(*POLICE)
def unmerge(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Undo a merge: at once, or by two officers where two had made it."""
    _check_may_change(desk)
    merged = _opened(key, desk)
    merge = population.find_merge(key)
    if merge is None:
        messages.info(request, gettext("Hồ sơ này không gộp vào hồ sơ nào."))
        return HttpResponseRedirect(reverse("steward:person", kwargs={"key": key}))
    proposal = population.find_proposal((key,))
    form = UnmergeForm(posted(request))
    decision = request.POST.get("decision", "")
    if proposal is not None and decision in ("confirm", "decline"):
        return _closed(request, desk, proposal, is_confirmed=decision == "confirm")
    if request.method == "POST" and form.is_valid():
        done = _parted(request, desk, form, key, needs_two=len(merge.officers) > 1)
        if done is not None:
            return done
    context = {
        "desk": desk,
        "merge": merge,
        "merged": merged,
        "kept": _opened(merge.kept, desk),
        "officers": [record.who("officer", one) for one in merge.officers],
        "proposal": proposal,
        "proposer": record.who("officer", proposal.proposed_by) if proposal else "",
        "is_own": proposal is not None and proposal.proposed_by == desk.officer.actor.id,
        "form": form,
        "words": words,
    }
    return render(request, "steward/unmerge.html", context)


def _parted(
    request: HttpRequest, desk: Desk, form: UnmergeForm, key: UUID, *, needs_two: bool
) -> HttpResponse | None:
    actor, grounds = desk.officer.actor, _grounds(desk, form.cleaned_data["evidence"])
    scope = desk.decider_scope
    try:
        if needs_two:
            population.propose_unmerge(key, actor=actor, grounds=grounds, scope=scope)
            done = gettext("Đã gửi đề nghị tách. Một công an khác trong địa bàn phải xác nhận.")
        else:
            population.unmerge(key, officers=(actor,), grounds=grounds, scope=scope)
            done = gettext("Đã tách: hai hồ sơ lại đứng riêng.")
    except Conflict as error:
        form.add_error(None, words.refusal_text(error))
        return None
    messages.success(request, done)
    return HttpResponseRedirect(reverse("steward:person", kwargs={"key": key}))


def _grounds(desk: Desk, evidence: str) -> Grounds:
    return replace(desk.grounds, evidence=evidence, reason=evidence)


def _check_police(desk: Desk, subject: UUID) -> None:
    if not desk.is_police:
        refusal = PoliceDecide(
            "The police decide this.",
            code="police_decide",
            fix="Propose the merge; an officer of the police confirms it.",
        )
        refusal.subject = subject
        raise refusal


def _check_may_change(desk: Desk) -> None:
    if not desk.may_change:
        raise Refused(
            "This register is a copy of the national one and changes only with it.",
            code="register_is_copy",
            fix="Report the field as wrong: the correction goes up to the national register.",
        )


def _onwards(desk: Desk) -> HttpResponse:
    """To the next pair, so that a long list is worked through without going back."""
    following = next_pair(desk)
    if following is None:
        return HttpResponseRedirect(reverse("steward:doubles"))
    keys = {"one": following.first.key, "other": following.second.key}
    return HttpResponseRedirect(reverse("steward:pair", kwargs=keys))
