"""Assisted sessions: a helper acts for somebody beside them who has no device.

Begun by number, name and birth date or a card; nothing may be done before the person has said yes
by a code to their telephone, their card, or their signature. Whether they have an account is told
to no helper.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out, record, refusals_journaled
from danso.modules.identity import queries, rules
from danso.modules.identity.actions import eids, telling
from danso.modules.identity.actions.counter import told_of
from danso.modules.identity.actions.enrolments import (
    begin_enrolment,
    code_fault,
    give_answers,
    give_code,
)
from danso.modules.identity.actions.judging import FIELDS, give_birth, standing_of, tells
from danso.modules.identity.adapters import summary_page
from danso.modules.identity.data import (
    AccountState,
    Answers,
    AssistedWay,
    Confirmation,
    EnrolmentKind,
    HelperKind,
    Met,
)
from danso.modules.identity.engine.card import read_card
from danso.modules.identity.models import Account, AssistedSession, Citizen
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.toolkit.platform import platform, province

DAY: Final = timedelta(days=1)
SYSTEM: Final = Actor("system", "identity.assisted", system="jobs")


def begin_assisted(met: Met, *, kind: HelperKind, handle: str, place: str, actor: Actor) -> UUID:
    """See interface."""
    opening = eids.entry(actor, "assisted_begun", helper=kind.value)
    with refusals_journaled(opening):
        rules.check_assisted_scopes(met.scopes, kind)
        told, read = told_of(met.card, met.full_name, met.birth)
        with transaction.atomic():
            helper = Account.objects.select_for_update().get(pk=actor.id)
            _check_limit(helper, kind)
            person = _matched(told, helper)
            if person is not None and read == rules.CARD_READ and not is_card_of(met.card, person):
                read = "card_part"
            _end_others(helper, actor)
            row = AssistedSession.objects.create(
                helper=helper,
                kind=kind.value,
                handle=handle,
                person=person.key if person else None,
                scopes=sorted(met.scopes),
                place=place,
                read=read,
                begun_at=clock.now(),
            )
            record(_matched_entry(actor, row))
        if person is None:
            # The try has counted: it is raised after its commit.
            raise Refused(
                "Nobody can be helped with these details here.",
                code="assisted_no_match",
                fix="Compare with the card. If the card is right, send them to the commune police.",
            )
    return row.key


def _matched_entry(actor: Actor, row: AssistedSession) -> Entry:
    detail = {"assisted": str(row.key), "helper": row.kind, "way": row.read}
    said = eids.entry(actor, "assisted_begun", subject=row.person, **detail)
    outcome = "match" if row.person else "no_match"
    return Entry(
        actor=said.actor,
        action=said.action,
        outcome=outcome,
        subject=said.subject,
        service=said.service,
        purpose=said.purpose,
        legal_basis=said.legal_basis,
        fields=FIELDS,
        detail=said.detail,
    )


def _check_limit(helper: Account, kind: HelperKind) -> None:
    lately = AssistedSession.objects.filter(helper=helper, begun_at__gt=clock.now() - DAY)
    if lately.count() >= settings.ASSISTED_A_DAY[kind.value]:
        raise Refused(
            "You have helped as many people as one may within a day.",
            code="assisted_spent",
            fix="A colleague goes on; or wait until tomorrow.",
        )


def _matched(told: Answers, helper: Account) -> PersonRecord | None:
    """Whoever that is, if somebody may act for them: protected people are found by police alone."""
    numbers = province().number_rules(accepts_synthetic=platform().is_demo)
    found = population.find_by_number(str(numbers.parse(told.number)))
    person = found.people[0] if found.people else None
    if person is None or found.outcome != "active" or not tells(person, told):
        return None
    if person.status != "alive" or is_locked(person.key):
        return None
    if person.key == helper.person:
        raise Refused("Nobody helps themselves.", code="assisted_self", fix="Use your own account.")
    if standing_of(person).age < rules.OWN_FROM:
        raise Refused(
            "A parent acts for a child.",
            code="assisted_child",
            fix="Let the parent use their own account, or help the parent.",
        )
    return person


def is_card_of(text: str, person: PersonRecord) -> bool:
    """Whether this QR is of the card that the register has: number, name, birth, day of issue.
    Anybody can print a QR; the day of issue is what a stranger does not know of another's card."""
    card = read_card(text)
    told = Answers(card.number, card.full_name, card.birth.iso)
    is_theirs = card.number == person.number and tells(person, told)
    return is_theirs and card.issued is not None and card.issued == person.card_issued


def is_locked(person: UUID) -> bool:
    """Whether this person's e-ID is locked, by whomever."""
    return Citizen.objects.filter(
        account__person=person, is_open=True, account__state=AccountState.LOCKED
    ).exists()


def _end_others(helper: Account, actor: Actor) -> None:
    """A helper has one session at a time."""
    rows = AssistedSession.objects.filter(helper=helper, ended_at__isnull=True)
    for row in rows.select_for_update().exclude(person=None):
        _end(row, actor, "next")


def send_assisted_code(key: UUID, *, handle: str, actor: Actor) -> None:
    """See interface."""
    with carried_out(eids.entry(actor, "assisted_code", assisted=str(key))) as ledger:
        row = _waiting(key, handle, actor)
        ledger.subject = row.person
        lately = AssistedSession.objects.filter(
            person=row.person, begun_at__gt=clock.now() - DAY
        ).values_list("codes_sent", flat=True)
        if row.codes_sent >= rules.CODES_EACH or sum(lately) >= rules.CODES_A_DAY:
            raise Refused(
                "This telephone got as many codes as it may today.",
                code="codes_spent",
                fix="Use another way, or try again tomorrow.",
            )
        code = give_code(row)
        row.save(update_fields=["code_digest", "code_until", "code_tries", "codes_sent"])
        citizen = _citizen_of(row)
        if citizen is not None:
            telling.tell_assisted_code(citizen, code)


def print_summary(key: UUID, *, handle: str, actor: Actor) -> bytes:
    """See interface."""
    with carried_out(eids.entry(actor, "assisted_printed", assisted=str(key))) as ledger:
        row = _waiting(key, handle, actor)
        ledger.subject = row.person
        seen = queries.assisted_data(row)
        helper = row.helper.name or row.helper.unit or str(row.helper_id)
        page, digest = summary_page.made(seen, helper)
        row.summary = digest
        row.save(update_fields=["summary"])
        ledger.detail["digest"] = digest
        return page


def confirm_assisted(key: UUID, given: Confirmation, *, handle: str, actor: Actor) -> None:
    """See interface."""
    opening = eids.entry(actor, "assisted_confirmed", assisted=str(key), way=given.way.value)
    with refusals_journaled(opening):
        with transaction.atomic():
            row = _waiting(key, handle, actor)
            is_read = _is_card_read(row, given)
            rules.check_confirmation(
                HelperKind(row.kind), given, is_printed=bool(row.summary), is_card_read=is_read
            )
            fault = None
            if given.way is AssistedWay.SMS:
                fault = code_fault(row, given.code)
                row.code_tries += 1
                row.save(update_fields=["code_tries"])
        if fault is not None:
            raise fault
    with carried_out(opening) as ledger:
        row = _waiting(key, handle, actor)
        ledger.subject = row.person
        row.way = given.way.value
        row.read = rules.CARD_READ if is_read else row.read
        row.code_digest = ""
        row.confirmed_at = clock.now()
        row.until = row.confirmed_at + rules.ASSISTED_LASTS
        row.save(update_fields=["way", "read", "code_digest", "confirmed_at", "until"])
        ledger.detail["scopes"] = " ".join(row.scopes)
        ledger.detail["read"] = row.read
        if given.way is AssistedWay.SIGNATURE:
            ledger.detail["digest"] = row.summary
        _tell(row, "assisted_begun")


def _is_card_read(row: AssistedSession, given: Confirmation) -> bool:
    """At the beginning, or now that the person has said yes."""
    if row.read == rules.CARD_READ or given.way is not AssistedWay.CARD or not given.card.strip():
        return row.read == rules.CARD_READ
    person = population.find_person(row.person) if row.person else None
    return person is not None and is_card_of(given.card, person)


def end_assisted(key: UUID, *, actor: Actor) -> None:
    """See interface."""
    with carried_out(eids.entry(actor, "assisted_ended", assisted=str(key), why="asked")) as ledger:
        row = _locked(key)
        if row is None or str(row.helper_id) != actor.id:
            raise _unknown()
        ledger.subject = row.person
        if row.ended_at is None:
            row.ended_at = clock.now()
            row.save(update_fields=["ended_at"])
            if row.confirmed_at is not None:
                _tell(row, "assisted_ended")


def begin_enrolment_beside(person: UUID, *, actor: Actor) -> UUID:
    """See interface."""
    found = population.find_person(person)
    if found is None or found.number is None or found.born is None:
        raise _unknown()
    key = begin_enrolment(EnrolmentKind.OPEN, network="")
    with carried_out(eids.entry(actor, "assisted_enrolment", subject=person)) as ledger:
        ledger.subject = person
        ledger.detail["enrolment"] = str(key)
    give_answers(key, number=found.number, full_name=found.full_name)
    give_birth(key, found.born)
    return key


def end_overdue_assisted() -> int:
    """Sessions whose time is over: journaled, and the person is told. How many."""
    due = AssistedSession.objects.filter(ended_at__isnull=True, until__lte=clock.now())
    ended = 0
    for key in due.values_list("key", flat=True):
        with transaction.atomic():
            row = _locked(key)
            if row is not None and row.ended_at is None:
                _end(row, SYSTEM, "time")
                ended += 1
    return ended


def _end(row: AssistedSession, actor: Actor, why: str) -> None:
    """Within the caller's transaction."""
    row.ended_at = clock.now()
    row.save(update_fields=["ended_at"])
    if row.confirmed_at is None:
        return
    detail = {"assisted": str(row.key), "why": why}
    record(eids.entry(actor, "assisted_ended", subject=row.person, **detail))
    _tell(row, "assisted_ended")


def _tell(row: AssistedSession, code: str) -> None:
    citizen = _citizen_of(row)
    if citizen is not None:
        telling.tell_holder(citizen, code)


def _citizen_of(row: AssistedSession) -> Citizen | None:
    found = Citizen.objects.select_related("account").filter(
        account__person=row.person, is_open=True
    )
    return found.first()


def _waiting(key: UUID, handle: str, actor: Actor) -> AssistedSession:
    """This helper's own, begun in this browser session, not confirmed and not over."""
    row = _locked(key)
    if row is None or str(row.helper_id) != actor.id or row.handle != handle or not row.person:
        raise _unknown()
    if row.confirmed_at is not None or row.ended_at is not None:
        raise Conflict("This was confirmed or is over.", code="assisted_over", fix="Begin anew.")
    if clock.now() > row.begun_at + rules.CONFIRM_WITHIN:
        raise Conflict("This was confirmed or is over.", code="assisted_over", fix="Begin anew.")
    return row


def _locked(key: UUID) -> AssistedSession | None:
    found = AssistedSession.objects.select_for_update(of=("self",)).select_related("helper")
    return found.filter(key=key).first()


def _unknown() -> NotFound:
    return NotFound("There is no such session.", code="assisted_unknown", fix="Begin anew.")
