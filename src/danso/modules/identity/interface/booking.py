"""The part of the door about appointments for level 2 at police counters."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.identity import queries
from danso.modules.identity.actions import booking as actions
from danso.modules.identity.data import AppointmentData, Booking, FreeSlot


def days_open() -> tuple[date, ...]:
    """Working days on which one may book now, by the province's calendar and `days_ahead`."""
    return queries.days_open()


def free_slots(place: str, day: date) -> tuple[FreeSlot, ...]:
    """Times of a commune's counter on that day that are still to come, full ones with `left` 0."""
    return queries.free_slots(place, day)


def book_appointment(booking: Booking, *, actor: Actor) -> UUID:
    """Book level 2 for somebody at the desk; journaled, the telephone given is told place and time.

    The caller has checked that `actor` is a desk officer or the police. Raises InvalidValue
    (`card_text`, `counter_fields`, `phone_shape`, `appointment_time`), Refused
    (`counter_no_match`, protected people too; `appointment_obstacle`), Conflict
    (`appointment_full`, `appointment_twice`).
    """
    return actions.book(booking, actor=actor)


def list_appointments(place: str, day: date, *, actor: Actor) -> tuple[AppointmentData, ...]:
    """Who comes to a counter on a day; a look at each is journaled. The caller has checked that
    `actor` is that commune's or the provincial police."""
    return actions.list_appointments(place, day.isoformat(), actor=actor)


def receive_appointment(key: UUID, place: str, *, actor: Actor) -> UUID:
    """They came: opens the police officer's counter (`begin_counter`) and returns its key. Raises
    as that, NotFound (`appointment_unknown`), Conflict (`appointment_over`)."""
    return actions.receive(key, place, actor=actor)


def cancel_appointment(key: UUID, place: str, *, actor: Actor) -> None:
    """Call it off; the person is told. Raises NotFound, Conflict as `receive_appointment`."""
    actions.cancel(key, place, actor=actor)
