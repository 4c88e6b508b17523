"""Appointments for level 2: the desk books, the police see who comes today and open the counter."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from danso.kernel import clock
from danso.kernel.errors import DansoError, Refused
from danso.kernel.text import sort_key
from danso.modules.identity import interface as identity
from danso.modules.identity.data import Booking, Role
from danso.screens.eid import forms
from danso.screens.eid.police import POLICE
from danso.toolkit.html.errors import words_of
from danso.toolkit.html.formats import moment
from danso.toolkit.permission import requires
from danso.toolkit.platform import platform, province

DESK = (Role.DESK_OFFICER, *POLICE)


@requires(*DESK)
def book(request: HttpRequest) -> HttpResponse:
    """Place and day first, which say nothing of anybody; then a time, and who comes."""
    if platform().identity_mode != "provider":
        return render(request, "eid/broker.html")
    days = identity.days_open()
    place, day = _place(request), _day(request, days)
    slots = identity.free_slots(place, day) if day else ()
    form = forms.BookingForm(forms.posted(request), slots=slots)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = Booking(
            card=given["card"],
            full_name=given["name"],
            birth=given["birth"],
            phone=given["phone"],
            place=place,
            at=datetime.fromisoformat(given["at"]),
        )
        try:
            identity.book_appointment(made, actor=identity.officer_of(request).actor)
        except DansoError as error:
            form.add_error(_field_of(error), " ".join(words_of(error)).strip())
        else:
            messages.success(request, _booked(made))
            return HttpResponseRedirect(f"{reverse('eid:book')}?noi={place}&ngay={day}")
    context = {
        "form": form,
        "place": place,
        "day": day,
        "days": days,
        "communes": sorted(province().units.communes, key=lambda unit: sort_key(unit.name)),
        "is_full": not any(slot.left for slot in slots),
    }
    return _private(render(request, "eid/book.html", context))


def _booked(made: Booking) -> str:
    """Place and time once more: to be read out to whoever stands at the desk."""
    unit = province().units.by_code[made.place]
    return _(
        "Đã đặt hẹn: %(at)s, Công an %(place)s. Đã nhắn cho người dân; nhắc họ mang theo thẻ."
    ) % {"at": moment(made.at), "place": unit.name}


def _field_of(error: DansoError) -> str:
    if error.code.startswith("phone"):
        return "phone"
    return "at" if error.code in ("appointment_full", "appointment_time") else "card"


@requires(*POLICE)
def received(request: HttpRequest) -> HttpResponse:
    """Who comes today, or on another day."""
    place = _own_place(request)
    day = _day(request, (), first=clock.today()) or clock.today()
    actor = identity.officer_of(request).actor
    unit = province().units.by_code.get(place)
    context = {
        "rows": identity.list_appointments(place, day, actor=actor),
        "place": place,
        "place_name": unit.name if unit else place,
        "day": day,
        "days": identity.days_open(),
        "communes": _communes(request),
    }
    return _private(render(request, "eid/appointments.html", context))


@requires(*POLICE)
@require_POST
def receive(request: HttpRequest, key: UUID) -> HttpResponse:
    """They came: open the counter with what the register has of them."""
    actor = identity.officer_of(request).actor
    opened = identity.receive_appointment(key, _own_place(request), actor=actor)
    return HttpResponseRedirect(reverse("eid:counter", kwargs={"key": opened}))


@requires(*POLICE)
@require_POST
def cancel(request: HttpRequest, key: UUID) -> HttpResponse:
    """Call it off."""
    place = _own_place(request)
    identity.cancel_appointment(key, place, actor=identity.officer_of(request).actor)
    messages.success(request, _("Đã hủy hẹn và nhắn cho người dân."))
    return HttpResponseRedirect(f"{reverse('eid:appointments')}?noi={place}")


def _communes(request: HttpRequest) -> list[tuple[str, str]]:
    """Counters whose list this officer may see."""
    own = identity.officer_of(request).communes(*POLICE)
    units = sorted(province().units.communes, key=lambda unit: sort_key(unit.name))
    return [(unit.code, unit.name) for unit in units if own is None or unit.code in own]


def _own_place(request: HttpRequest) -> str:
    known = [code for code, _name in _communes(request)]
    wanted = request.GET.get("noi") or request.POST.get("noi") or (known[0] if known else "")
    if wanted not in known:
        raise Refused("This is another commune's counter.", code="appointment_place", fix="")
    return wanted


def _place(request: HttpRequest) -> str:
    """The commune asked for, else the officer's own, else the first."""
    wanted = request.GET.get("noi", "")
    if wanted in province().units.by_code:
        return wanted
    own = identity.officer_of(request).communes(*DESK)
    return min(own) if own else province().units.communes[0].code


def _day(request: HttpRequest, days: tuple[date, ...], first: date | None = None) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("ngay", ""))
    except ValueError:
        return first or (days[0] if days else None)


def _private(answer: HttpResponse) -> HttpResponse:
    answer["Cache-Control"] = "no-store, private"
    return answer
