"""Entering, changing and ending records of a hosted register."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from danso.kernel.errors import DansoError
from danso.modules.population import interface as population
from danso.modules.sources import interface as sources
from danso.modules.sources.data import HostedRecord, RecordFaults
from danso.screens.steward import register_words as said
from danso.screens.steward import words
from danso.screens.steward.forms import posted
from danso.screens.steward.register_forms import COMMUNE, NUMBER, WHY, EndForm, RecordForm, named
from danso.screens.steward.registering import (
    Counter,
    birth_of,
    in_register,
    name_of,
)

FIND = "tim"
# Whose number it is, shown and signed: it comes back with the form, so that a mistake elsewhere on
# it neither hides the name nor asks, and journals, a second time.
WHOSE = "la"
_SALT, _WITHIN = "steward.register.whose", timedelta(hours=1)


@in_register("enter")
def enter(request: HttpRequest, counter: Counter) -> HttpResponse:
    """A new record on one page; with `tim` posted, only whose number it is."""
    if request.method == "POST" and request.POST.get("buoc") == FIND:
        return _found(request, counter)
    form = RecordForm(posted(request), register=counter.register, keeper=counter.keeper)
    if request.method == "POST" and form.is_valid():
        try:
            made = sources.enter_record(counter.register.code, form.record, keeper=counter.keeper)
        except RecordFaults as error:
            form.take_faults(error)
        else:
            text = gettext("Đã nhập bản ghi %(number)s.") % {"number": made.number}
            messages.success(request, text)
            if request.POST.get("tiep"):
                return HttpResponseRedirect(request.path)
            return _to(counter, made.key)
    return _form_page(request, counter, form, whose=_seen(request, counter))


@in_register("enter")
def change(request: HttpRequest, counter: Counter, key: UUID) -> HttpResponse:
    """Change a record as it was read."""
    code, keeper = counter.register.code, counter.keeper
    record, _ = sources.open_record(code, key, keeper=keeper)
    initial = {**_shown(counter, record), COMMUNE: record.commune}
    form = RecordForm(
        posted(request),
        register=counter.register,
        keeper=keeper,
        is_new=False,
        initial=initial,
    )
    if request.method == "POST" and form.is_valid():
        revision, why = _revision(request), str(form.cleaned_data.get(WHY) or "")
        try:
            sources.change_record(code, key, form.record, revision=revision, why=why, keeper=keeper)
        except RecordFaults as error:
            form.take_faults(error)
        except DansoError as error:
            form.add_error(None, said.refusal_text(error))
        else:
            messages.success(request, gettext("Đã ghi thay đổi."))
            return _to(counter, key)
    return _form_page(request, counter, form, record)


@in_register("enter")
def end(request: HttpRequest, counter: Counter, key: UUID) -> HttpResponse:
    """End a record, or say that it was entered by mistake."""
    code, keeper = counter.register.code, counter.keeper
    record, _ = sources.open_record(code, key, keeper=keeper)
    form = EndForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            sources.end_record(code, key, form.ending, revision=_revision(request), keeper=keeper)
        except DansoError as error:
            form.add_error(None, said.refusal_text(error))
        else:
            messages.success(request, gettext("Đã kết thúc bản ghi."))
            return _to(counter, key)
    context = _context(counter, record) | {"form": form}
    return render(request, "steward/register_end.html", context)


def _found(request: HttpRequest, counter: Counter) -> HttpResponse:
    """The form as typed, with whose number it is above it; the search is journaled."""
    left_out = ("buoc", WHOSE)
    typed = {name: str(value) for name, value in request.POST.items() if name not in left_out}
    form = RecordForm(register=counter.register, keeper=counter.keeper, initial=typed)
    name, problem = None, ""
    try:
        name = sources.name_of_number(
            counter.register.code, typed.get(NUMBER, ""), keeper=counter.keeper
        )
    except DansoError as error:
        problem = said.refusal_text(error)
    else:
        problem = "" if name else said.fault_words("person_not_here")
    return _form_page(request, counter, form, whose=name, problem=problem)


def _signed(request: HttpRequest, counter: Counter, name: str | None) -> str:
    number = request.POST.get(NUMBER, "").strip()
    told = [counter.register.code, counter.desk.officer.actor.id, number, name]
    return signing.dumps(told, salt=_SALT) if name else ""


def _seen(request: HttpRequest, counter: Counter) -> str | None:
    """The name that this officer was shown a while ago for the number that is still typed."""
    try:
        told = signing.loads(request.POST.get(WHOSE, ""), salt=_SALT, max_age=_WITHIN)
    except signing.BadSignature:
        return None
    number = request.POST.get(NUMBER, "").strip()
    is_same = told[:3] == [counter.register.code, counter.desk.officer.actor.id, number]
    return str(told[3]) if is_same else None


def _form_page(
    request: HttpRequest,
    counter: Counter,
    form: RecordForm,
    record: HostedRecord | None = None,
    **more: Any,
) -> HttpResponse:
    context = _context(counter, record) | {"form": form, "whose": None, "problem": ""} | more
    context["seen"] = _signed(request, counter, context["whose"])
    return render(request, "steward/register_enter.html", context)


def _context(counter: Counter, record: HostedRecord | None) -> dict[str, Any]:
    person = population.find_person(record.person) if record and record.person else None
    return {
        "desk": counter.desk,
        "counter": counter,
        "register": counter.register,
        "record": record,
        "name": name_of(counter, record, person) if record else "",
        "birth": birth_of(counter, person),
        "find": FIND,
        "said": said,
        "words": words,
    }


def _shown(counter: Counter, record: HostedRecord) -> dict[str, str]:
    """Values as somebody would type them."""
    shown = {}
    for code, value in record.values.items():
        field = counter.register.by_code.get(code)
        is_day = field is not None and field.kind in ("date", "month")
        shown[named(code)] = said.value_text(field, value) if is_day else value
    return shown


def _revision(request: HttpRequest) -> int:
    typed = request.POST.get("revision", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0


def _to(counter: Counter, key: UUID) -> HttpResponseRedirect:
    code = counter.register.code
    return HttpResponseRedirect(
        reverse("steward:register-record", kwargs={"code": code, "key": key})
    )
