"""Level 2 before a police officer: who it is, what the ID database says, consent, what was seen."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.audit.interface import Ledger, carried_out, record, refusals_journaled
from danso.modules.identity import rules
from danso.modules.identity.actions import eids, telling
from danso.modules.identity.actions.accounts import expect_change, one_time_password
from danso.modules.identity.actions.enrolments import (
    answers_of,
    begin_enrolment,
    check_provider,
    finish,
    give_answers,
    keep_answers,
    live_enrolment,
    prove_code,
)
from danso.modules.identity.actions.judging import FIELDS, FITS, standing_of, tells
from danso.modules.identity.actions.portals.keeping import tie_new_eid
from danso.modules.identity.adapters.id_database import id_database
from danso.modules.identity.adapters.sealing import seal, unseal
from danso.modules.identity.data import (
    CONSENT_TEXT,
    Answers,
    EnrolmentKind,
    LockReason,
    NewAccount,
    Presented,
)
from danso.modules.identity.engine.card import looks_like_card, read_card
from danso.modules.identity.models import Account, Assurance, Citizen, Enrolment
from danso.modules.identity.queries import account_data
from danso.modules.population import interface as population
from danso.modules.population.data import Scope as Reach
from danso.toolkit.platform import platform

CONSENT_DIGEST: Final = hashlib.sha256(CONSENT_TEXT.encode()).hexdigest()


def begin_counter(card: str, name: str, birth: PartialDate | None, *, actor: Actor) -> UUID:
    """See interface."""
    with refusals_journaled(eids.entry(actor, "counter_begun")):
        told, way = told_of(card, name, birth)
        key = begin_enrolment(
            EnrolmentKind.COUNTER, network="", account=UUID(actor.id), lasts=rules.COUNTER_LASTS
        )
        give_answers(key, number=told.number, full_name=told.full_name)
        outcome, person = _matched(key, told, actor)
        with transaction.atomic():
            row = live_enrolment(key)
            row.person, row.outcome = person, outcome
            keep_answers(row, replace(answers_of(row), birth=told.birth))
            row.save(update_fields=["person", "outcome", "answers", "number_key"])
            said = eids.entry(actor, "counter_begun", subject=person, way=way)
            is_known = outcome != "no_match"
            record(replace(said, outcome="match" if is_known else "no_match", fields=FIELDS))
    if not is_known:
        raise Refused(
            "Number, name and birth date are not one living person's here.",
            code="counter_no_match",
            fix="Compare with the card; report the field as wrong if the card is right.",
        )
    return key


def told_of(card: str, name: str, birth: PartialDate | None) -> tuple[Answers, str]:
    """Who somebody says they are, and how that was read."""
    if looks_like_card(card):
        read = read_card(card)
        return Answers(read.number, read.full_name, read.birth.iso), "card_qr"
    if not name.strip() or birth is None:
        raise InvalidValue(
            "Without a card's text, name and birth date are needed.",
            code="counter_fields",
            fix="Scan the card, or type all three.",
        )
    return Answers(card, name, birth.iso), "typed"


def _matched(key: UUID, told: Answers, actor: Actor) -> tuple[str, UUID | None]:
    """`no_match`, or what stands in the way of level 2 (empty: nothing does), and who it is."""
    if platform().register_mode == "absent":
        with transaction.atomic():
            record(replace(eids.entry(actor, "counter_begun"), outcome="asked", fields=FIELDS[:3]))
            number = answers_of(live_enrolment(key)).number
        is_match = population.verify_upstream(number, told.full_name, told.birth, asked_by=actor.id)
        return (FITS if is_match else "no_match"), None
    with transaction.atomic():
        number = answers_of(live_enrolment(key)).number
    found = population.find_by_number(number, Reach(sees_protected=True))
    person = found.people[0] if found.people else None
    if person is None or found.outcome != "active" or not tells(person, told):
        return "no_match", person.key if person else None
    return rules.check_holder(2, standing_of(person), through_parent=True) or FITS, person.key


def raise_level(key: UUID, presented: Presented, *, actor: Actor) -> NewAccount:
    """See interface."""
    with refusals_journaled(eids.entry(actor, "raised")):
        check_provider()
        telling.check_can_tell()
        _check_presented(presented)
        number = _check_counter(key, actor)
        prove_code(key, presented.code)
        with transaction.atomic():
            asked = eids.entry(actor, "biometrics", subject=live_enrolment(key).person)
            record(replace(asked, outcome="asked"))
        compared = id_database().compare(number, presented.biometrics)
        if not compared.is_match:
            with transaction.atomic():
                record(replace(asked, outcome="no_match"))
            raise Refused(
                "The ID database says this is somebody else.",
                code="biometrics_no_match",
                fix="Take the pictures again once; if it stays so, follow the rules on identity "
                "fraud. Nothing was changed.",
            )
    with carried_out(eids.entry(actor, "raised")) as ledger:
        row = live_enrolment(key)
        return _raised(row, presented, compared.reference, actor, ledger)


def _check_presented(presented: Presented) -> None:
    if not presented.consents:
        raise InvalidValue(
            "Without consent nothing is compared.",
            code="consent_missing",
            fix="Read the text to the holder; tick it when they agree.",
        )
    if not presented.evidence.strip() or not presented.place:
        raise InvalidValue(
            "What was seen is not written down.",
            code="evidence_missing",
            fix="Say which card or paper you saw.",
        )
    if not presented.biometrics.face or not presented.biometrics.fingerprints:
        raise InvalidValue(
            "Face and fingerprints are both needed.",
            code="biometrics_missing",
            fix="Take both at the desk.",
        )


@transaction.atomic
def _check_counter(key: UUID, actor: Actor) -> str:
    """The number, if this counter is the officer's own and nothing stands in the way."""
    row = live_enrolment(key)
    if row.kind != EnrolmentKind.COUNTER or str(row.account_id) != actor.id:
        raise Refused("This is not your counter.", code="counter_of_other", fix="Begin anew.")
    if row.outcome != FITS:
        raise Refused(
            "This person may not hold level 2.",
            code="eid_obstacle",
            fix="See the reason on the page.",
        )
    holder = Account.objects.filter(pk=actor.id).values_list("person", flat=True).first()
    if holder is not None and holder == row.person:
        raise Refused("Nobody raises their own.", code="own_eid", fix="Go to another officer.")
    held = eids.find_citizen(answers_of(row).number)
    if held is not None and held.lock not in ("", LockReason.HOLDER):
        raise Refused(
            "The account is locked.",
            code="eid_locked_by_others",
            fix="Unlock it first, if you may.",
        )
    return answers_of(row).number


def _raised(
    row: Enrolment, presented: Presented, reference: str, actor: Actor, ledger: Ledger
) -> NewAccount:
    """A new password, no old factors, no old sessions: level 1 may have been somebody else's."""
    answers = answers_of(row)
    held = eids.find_citizen(answers.number)
    if held is None:
        citizen = eids.make_citizen(answers.number, answers.phone, row.person, None)
    else:
        citizen = eids.locked_citizen(held.pk, ledger)
        _take_over(citizen, answers.phone, row.person, ledger)
    ledger.subject = row.person
    ledger.detail["account"] = str(citizen.pk)
    ledger.detail["place"] = presented.place
    account, chosen = citizen.account, one_time_password()
    account.set_password(chosen)
    account.level = 2
    expect_change(account)
    account.failures, account.locked_until = 0, None
    account.save()
    citizen.raised_at = clock.now()
    citizen.save(update_fields=["raised_at"])
    Assurance.objects.create(
        account=account,
        officer_id=UUID(actor.id),
        at=clock.now(),
        place=presented.place,
        way="counter",
        evidence=presented.evidence.strip(),
        reference=reference,
        consent=CONSENT_DIGEST,
    )
    telling.tell_holder(citizen, "raised")
    finish(row)
    return NewAccount(account_data(account), chosen)


def _take_over(citizen: Citizen, phone: str, person: UUID | None, ledger: Ledger) -> None:
    eids.drop_factors(citizen.pk)
    if unseal(citizen.phone_sealed) != phone:
        telling.tell_holder(citizen, "replaced")
        citizen.phone_sealed = seal(phone)
        citizen.save(update_fields=["phone_sealed"])
    citizen.account.person = person or citizen.account.person
    tie_new_eid(citizen.pk, citizen.account.person, phone)
    if citizen.lock:
        eids.unlock_in(citizen, ledger)
    eids.end_sessions(citizen.account, ledger)
