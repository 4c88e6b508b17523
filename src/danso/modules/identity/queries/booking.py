"""Which times are free at a police counter, and who comes when."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.identity.data import AppointmentData, AppointmentState, FreeSlot
from danso.modules.identity.models import Appointment
from danso.modules.population import interface as population
from danso.toolkit.platform import province


def days_open() -> tuple[date, ...]:
    """Working days on which one may book, from today on."""
    calendar, today = province().calendar, clock.today()
    ahead = province().identity.eid.counters.days_ahead
    days = (today + timedelta(days=step) for step in range(ahead + 1))
    return tuple(day for day in days if calendar.is_working(day))


def free_slots(place: str, day: date) -> tuple[FreeSlot, ...]:
    """Times of a day that are still to come, with the places left; none on a day that is closed."""
    if day not in days_open() or place not in province().units.by_code:
        return ()
    counters = province().identity.eid.counters
    times = [_instant(day, slot) for slot in counters.slots]
    taken = dict(
        Appointment.objects.filter(place=place, at__in=times)
        .exclude(state=AppointmentState.CANCELLED)
        .values_list("at")
        .annotate(Count("key"))
    )
    room, now = counters.places_at(place), clock.now()
    return tuple(FreeSlot(at, max(0, room - taken.get(at, 0))) for at in times if at > now)


def appointments(place: str, day: date) -> tuple[AppointmentData, ...]:
    """Who comes to a counter on a day, in order. The caller journals the look."""
    zone = _zone()
    first = datetime.combine(day, time(), zone)
    rows = Appointment.objects.filter(
        place=place, at__gte=first, at__lt=first + timedelta(days=1)
    ).exclude(state=AppointmentState.CANCELLED)
    held = list(rows.order_by("at", "booked_at"))
    people = population.people_by_keys({row.person for row in held})
    return tuple(
        AppointmentData(
            key=row.key,
            person=row.person,
            full_name=people[row.person].full_name if row.person in people else "",
            place=row.place,
            at=row.at,
            state=row.state,
        )
        for row in held
    )


def get_appointment(key: UUID) -> Appointment:
    """The row, locked until the transaction ends."""
    row = Appointment.objects.select_for_update().filter(key=key).first()
    if row is None:
        raise NotFound(
            "There is no such appointment.", code="appointment_unknown", fix="See the list."
        )
    return row


def local(at: datetime) -> datetime:
    """As clocks in the province show it."""
    return at.astimezone(_zone())


def _instant(day: date, slot: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(slot), _zone()).astimezone(UTC)


def _zone() -> ZoneInfo:
    return ZoneInfo(province().identity.time_zone)
