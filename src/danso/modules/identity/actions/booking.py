"""A desk books level 2 at the police's counter; it never gives it (Decree 69/2024)."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import override

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import Conflict, InvalidValue, Refused
from danso.modules.audit.interface import carried_out
from danso.modules.identity import queries, rules
from danso.modules.identity.actions import counter, eids, telling
from danso.modules.identity.actions.judging import FIELDS, standing_of, tells
from danso.modules.identity.adapters.sealing import seal, unseal
from danso.modules.identity.data import Answers, AppointmentData, AppointmentState, Booking
from danso.modules.identity.models import Account, Appointment
from danso.modules.notices import interface as notices
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.toolkit.platform import platform, province

N_ = str
BOOKED = N_("Hẹn cấp tài khoản định danh mức độ 2: %(at)s, Công an %(place)s. Mang theo thẻ.")
CALLED_OFF = N_("Lịch hẹn cấp tài khoản định danh mức độ 2 lúc %(at)s đã hủy.")


def book(booking: Booking, *, actor: Actor) -> UUID:
    """See interface."""
    with carried_out(eids.entry(actor, "appointment_booked", place=booking.place)) as ledger:
        told, read = counter.told_of(booking.card, booking.full_name, booking.birth)
        phone = notices.parse_phone(booking.phone, accepts_made_up=platform().is_demo)
        person = _matched(told)
        ledger.subject, ledger.fields = person.key, FIELDS
        ledger.detail["way"] = read
        _check_free(booking, person)
        row = Appointment.objects.create(
            person=person.key,
            phone_sealed=seal(phone),
            place=booking.place,
            at=booking.at,
            booked_by=Account.objects.get(pk=actor.id),
            booked_at=clock.now(),
        )
        ledger.detail["appointment"] = str(row.key)
        _tell(row, "appointment_booked", BOOKED)
        return row.key


def cancel(key: UUID, place: str, *, actor: Actor) -> None:
    """See interface."""
    with carried_out(eids.entry(actor, "appointment_cancelled", appointment=str(key))) as ledger:
        row = _booked(key, place)
        ledger.subject = row.person
        _become(row, AppointmentState.CANCELLED)
        _tell(row, "appointment_cancelled", CALLED_OFF)


def receive(key: UUID, place: str, *, actor: Actor) -> UUID:
    """See interface."""
    with carried_out(eids.entry(actor, "appointment_came", appointment=str(key))) as ledger:
        row = _booked(key, place)
        person = population.find_person(row.person)
        ledger.subject = row.person
        if person is None or person.number is None or person.born is None:
            raise Refused(
                "The register does not know this person any more.",
                code="appointment_person",
                fix="Begin with the card.",
            )
        begun = counter.begin_counter(person.number, person.full_name, person.born, actor=actor)
        _become(row, AppointmentState.CAME)
        return begun


def list_appointments(place: str, day: str, *, actor: Actor) -> tuple[AppointmentData, ...]:
    """See interface."""
    wanted = PartialDate.from_iso(day).last_day
    with carried_out(eids.entry(actor, "appointments_listed", place=place)) as ledger:
        found = queries.appointments(place, wanted)
        ledger.detail["hits"] = len(found)
        ledger.entries += [
            eids.entry(actor, "appointment_listed", subject=one.person, place=place)
            for one in found
        ]
        return found


def _matched(told: Answers) -> PersonRecord:
    numbers = province().number_rules(accepts_synthetic=platform().is_demo)
    found = population.find_by_number(str(numbers.parse(told.number)))
    person = found.people[0] if found.people else None
    if person is None or found.outcome != "active" or not tells(person, told):
        raise Refused(
            "Number, name and birth date are not one living person's here.",
            code="counter_no_match",
            fix="Compare with the card; report the field as wrong if the card is right.",
        )
    # Without a card in force they would come in vain.
    obstacle = rules.check_holder(2, standing_of(person), through_parent=True)
    if obstacle:
        raise Refused(
            "This person may not hold level 2 now.",
            code="appointment_obstacle",
            fix="They need a card in force and six years of age.",
        )
    return person


def _check_free(booking: Booking, person: PersonRecord) -> None:
    """Places are counted under a lock of this slot, so that two desks never take the last one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))",
            [f"appointment {booking.place} {booking.at.isoformat()}"],
        )
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"of {person.key}"])
    day = queries.local(booking.at).date()
    slot = next(
        (one for one in queries.free_slots(booking.place, day) if one.at == booking.at), None
    )
    if slot is None:
        raise InvalidValue(
            "The counter is not open then.", code="appointment_time", fix="Choose a time listed."
        )
    if slot.left == 0:
        raise Conflict("This time is taken.", code="appointment_full", fix="Choose another time.")
    waiting = Appointment.objects.filter(
        person=person.key, state=AppointmentState.BOOKED, at__gt=clock.now()
    )
    if waiting.exists():
        raise Conflict(
            "This person has an appointment already.",
            code="appointment_twice",
            fix="The police of that commune can call it off.",
        )


def _booked(key: UUID, place: str) -> Appointment:
    row = queries.get_appointment(key)
    if row.place != place or row.state != AppointmentState.BOOKED:
        raise Conflict(
            "This appointment is not open here.", code="appointment_over", fix="See the list."
        )
    return row


def _become(row: Appointment, state: AppointmentState) -> None:
    row.state = state.value
    row.save(update_fields=["state"])


def _tell(row: Appointment, code: str, text: str) -> None:
    at, unit = queries.local(row.at), province().units.by_code.get(row.place)
    with override("vi"):
        words = _(text) % {
            "at": f"{at:%H:%M} {at:%d/%m/%Y}",
            "place": unit.name if unit else row.place,
        }
    telling.tell(unseal(row.phone_sealed), f"eid.{code}", words, until=row.at, person=row.person)
