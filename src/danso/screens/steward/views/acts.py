"""What is done from a record: report an error, flag, record a move or a death."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.population import interface as population
from danso.modules.population.data import FlagValue, Grounds, Move, PersonRecord
from danso.modules.sources import interface as sources
from danso.modules.sources.data import Wrong
from danso.screens.steward import record, words
from danso.screens.steward.desk import EVERYONE, POLICE, Desk, with_purpose
from danso.screens.steward.forms import DeathForm, FlagForm, MoveForm, ReportForm, as_now, posted

SHOWN = ("full_name", "birth")


@with_purpose(*EVERYONE)
def choose(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Which field is wrong?"""
    fields = tuple(one for one in sources.correctable_fields() if one in desk.fields)
    person = _opened(key, desk, *fields)
    lines = [(one, words.field_name(one), words.value_text(one, person)) for one in fields]
    return render(request, "steward/choose.html", {"person": person, "lines": lines, "desk": desk})


@with_purpose(*EVERYONE)
def report(request: HttpRequest, desk: Desk, key: UUID, field: str) -> HttpResponse:
    """Report a field as wrong: whoever decides it gets it on their list."""
    _check_field(field, desk)
    person = _opened(key, desk, field)
    form = ReportForm(posted(request), field=field, initial=as_now(person, field))
    if request.method == "POST" and form.is_valid():
        wrong = Wrong(
            person=person.key,
            field=field,
            claimed=form.claimed,
            evidence=form.cleaned_data["evidence"],
            origin="police" if desk.is_police else "steward",
            file_code=desk.file_code,
        )
        try:
            opened = sources.open_correction(wrong, actor=desk.officer.actor)
        except (InvalidValue, Conflict) as error:
            form.add_error("value", words.refusal_text(error))
        else:
            decider = sources.get_correction(opened).decider
            done = gettext("Đã gửi tới %(decider)s. Theo dõi ở mục Sai lệch, phần Tôi đã báo.")
            messages.success(request, done % {"decider": words.DECIDERS[decider]})
            return _to(person.key)
    context = _context(person, field, form, desk)
    return render(request, "steward/report.html", context)


@with_purpose(*EVERYONE)
def flag(request: HttpRequest, desk: Desk, key: UUID, field: str) -> HttpResponse:
    """Say that a field is doubtful, or no longer so. The flag travels with the value."""
    _check_field(field, desk)
    person = _opened(key, desk, field)
    form = FlagForm(posted(request), initial={"flag": person.flags.get(field, "unverified")})
    if request.method == "POST" and form.is_valid():
        try:
            population.mark_field(
                person.key,
                field,
                _flag_of(form.cleaned_data["flag"]),
                actor=desk.officer.actor,
                grounds=_grounds(desk, form.cleaned_data["evidence"]),
                scope=desk.scope,
            )
        except Conflict as error:
            form.add_error("flag", words.refusal_text(error))
        else:
            messages.success(
                request, gettext("Đã ghi. Dấu này đi kèm giá trị khi xác thực, chia sẻ.")
            )
            return _to(person.key)
    return render(request, "steward/flag.html", _context(person, field, form, desk))


@with_purpose(*POLICE)
def move(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Record a new permanent residence."""
    _check_may_change(desk)
    person = _opened(key, desk, "permanent_place")
    form = MoveForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        residence = Move(
            valid_on=given["valid_on"].first_day,
            commune=form.reached,
            hamlet=given["hamlet"] or None,
            address=given["address"] or None,
        )
        try:
            population.record_move(
                person.key,
                residence,
                actor=desk.officer.actor,
                grounds=_grounds(desk, given["evidence"]),
                scope=desk.decider_scope,
            )
        except (Conflict, InvalidValue) as error:
            form.add_error("valid_on", words.refusal_text(error))
        else:
            messages.success(request, gettext("Đã ghi nơi thường trú mới."))
            if desk.communes is not None and form.reached not in desk.communes:
                return HttpResponseRedirect(reverse("steward:search"))
            return _to(person.key)
    return render(request, "steward/move.html", _context(person, "permanent_place", form, desk))


@with_purpose(*POLICE)
def death(request: HttpRequest, desk: Desk, key: UUID) -> HttpResponse:
    """Record a death."""
    _check_may_change(desk)
    person = _opened(key, desk, "death")
    form = DeathForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            population.record_death(
                person.key,
                form.cleaned_data["on"],
                actor=desk.officer.actor,
                grounds=_grounds(desk, form.cleaned_data["evidence"]),
                scope=desk.decider_scope,
            )
        except (Conflict, InvalidValue) as error:
            form.add_error("on", words.refusal_text(error))
        else:
            messages.success(request, gettext("Đã ghi nhận. Các hệ thống kết nối sẽ được báo."))
            return _to(person.key)
    return render(request, "steward/death.html", _context(person, "death", form, desk))


def _opened(key: UUID, desk: Desk, *fields: str) -> PersonRecord:
    return population.open_person(
        key,
        actor=desk.officer.actor,
        grounds=desk.grounds,
        scope=desk.scope,
        fields=tuple(dict.fromkeys((*SHOWN, *fields))),
    )


def _check_field(field: str, desk: Desk) -> None:
    """A field that the purpose hides, or that there is not, cannot be worked on."""
    if field not in desk.fields or field not in record.visible_fields(desk):
        raise NotFound(
            "This purpose does not show that field.",
            code="field_hidden",
            fix="Choose a purpose that allows it.",
        )


def _check_may_change(desk: Desk) -> None:
    if not desk.may_change:
        raise Refused(
            "This register is a copy of the national one and changes only with it.",
            code="register_is_copy",
            fix="Report the field as wrong: the correction goes up to the national register.",
        )


def _grounds(desk: Desk, evidence: str) -> Grounds:
    return replace(desk.grounds, evidence=evidence)


def _flag_of(text: str) -> FlagValue | None:
    if text == "unverified":
        return "unverified"
    return "under_investigation" if text == "under_investigation" else None


def _context(person: PersonRecord, field: str, form: object, desk: Desk) -> dict[str, object]:
    return {
        "person": person,
        "field": field,
        "field_name": words.field_name(field),
        "held": words.value_text(field, person),
        "birth": words.value_text("birth", person),
        "form": form,
        "desk": desk,
    }


def _to(person: UUID) -> HttpResponse:
    return HttpResponseRedirect(reverse("steward:person", kwargs={"key": person}))
