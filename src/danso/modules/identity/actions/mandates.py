"""Mandates: offered by a holder, accepted by whom they named, ended at once by either.

The giver learns at once whether number and name agree, as anybody does who asks for a verify, and
nothing else: an unknown number, another name and a protected person are refused in the same words,
each try counts against the day's limit, and whom it was about can read of it. Whether that person
has an account is told to nobody: without one an offer is over when nobody answers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.modules.audit.interface import Ledger, carried_out
from danso.modules.identity import rules
from danso.modules.identity.actions import eids, telling
from danso.modules.identity.actions.enrolments import check_provider
from danso.modules.identity.adapters.sealing import seal
from danso.modules.identity.data import (
    MandateChanged,
    MandateOffer,
    MandateState,
)
from danso.modules.identity.models import Account, Citizen, Mandate
from danso.modules.identity.queries.acting import age_of, is_giver_sound
from danso.modules.identity.queries.eid import is_sound
from danso.modules.identity.queries.organisations import find_represented, organisation_unknown
from danso.modules.population import interface as population
from danso.toolkit.platform import platform, province
from danso.wire.keys import name_key

DAY = timedelta(days=1)


def offer_mandate(account: UUID, offer: MandateOffer, *, actor: Actor) -> UUID:
    """See interface."""
    with carried_out(eids.entry(actor, "mandate_offered")) as ledger:
        check_provider()
        giver = eids.locked_citizen(account, ledger)
        person = _check_adult(giver.account)
        rules.check_offer(offer)
        _check_represents(account, offer)
        _check_limit(account)
        row = _offered(giver, person, offer)
        number = _number_of(offer)
        named = eids.find_citizen(number)
        _check_other(giver, named)
        if _agrees(ledger, actor, number, offer.full_name):
            _offer_to(row, named, offer, ledger)
        else:
            row.state = MandateState.UNCONFIRMED
            ledger.subject, ledger.outcome = person, "no_match"
        row.save(force_insert=True)
    # Raised after the commit: a wrong try must count.
    if row.state == MandateState.UNCONFIRMED:
        raise _unconfirmed()
    return row.key


def answer_mandate(key: UUID, account: UUID, *, accepts: bool, actor: Actor) -> None:
    """See interface."""
    action = "mandate_accepted" if accepts else "mandate_declined"
    with carried_out(eids.entry(actor, action)) as ledger:
        row = _locked(key, ledger)
        now = clock.now()
        if row.mandatary_id != account or row.state != MandateState.OFFERED:
            raise _unknown()
        if now >= row.answer_by:
            raise Conflict("This offer is over.", code="mandate_over", fix="Ask for a new one.")
        if accepts:
            _check_adult(eids.locked_citizen(account, Ledger()).account)
            if not is_giver_sound(row, population.find_person(row.person)):
                raise _unknown()
            row.since = now
        else:
            row.ended_at = now
        state = MandateState.ACCEPTED if accepts else MandateState.DECLINED
        _become(row, state, ledger)
        _add_mandatary(ledger, row, actor, action)
        telling.tell_holder(Citizen.objects.get(pk=row.giver_id), action)


def end_mandate(key: UUID, account: UUID, *, actor: Actor) -> None:
    """See interface."""
    with carried_out(eids.entry(actor, "mandate_ended")) as ledger:
        row = _locked(key, ledger)
        is_giver = account in _givers(row)
        if not is_giver and account != row.mandatary_id:
            raise _unknown()
        was_accepted = row.state == MandateState.ACCEPTED
        if not was_accepted and not (is_giver and row.state == MandateState.OFFERED):
            raise Conflict("It is over.", code="mandate_over", fix="Nothing is to do.")
        row.ended_at = clock.now()
        _become(row, MandateState.WITHDRAWN if is_giver else MandateState.RENOUNCED, ledger)
        if was_accepted:
            _add_mandatary(ledger, row, actor, "mandate_ended")
            for other in (row.mandatary_id,) if is_giver else _givers(row):
                telling.tell_holder(Citizen.objects.get(pk=other), "mandate_ended")


def _givers(row: Mandate) -> tuple[UUID, ...]:
    """Who may end it on the giving side: of an organisation's whoever represents it now."""
    if row.organisation is None:
        return (row.giver_id,)
    now = row.organisation.representative_id
    return (now,) if now is not None else ()


def _check_represents(account: UUID, offer: MandateOffer) -> None:
    """In an organisation's name only whoever represents it gives a mandate."""
    if offer.organisation is not None and not find_represented(account, offer.organisation):
        raise organisation_unknown()


def _check_adult(account: Account) -> UUID:
    """The person of a sound account who is of age, or why not."""
    if not is_sound(account):
        raise Refused(
            "A mandate needs level 2.",
            code="mandate_level",
            fix="Get level 2 from the commune police first.",
        )
    found = population.find_person(account.person) if account.person else None
    if found is None:
        raise Refused(
            "This home's register does not know you.",
            code="mandate_needs_register",
            fix="Give a mandate on paper, at a notary or the commune.",
        )
    if found.status != "alive" or age_of(found) < rules.ADULT_FROM:
        raise Refused(
            "Only somebody of age gives or takes a mandate.",
            code="mandate_age",
            fix="A parent acts for a child without a mandate.",
        )
    return found.key


def _check_limit(account: UUID) -> None:
    lately = Mandate.objects.filter(giver_id=account, offered_at__gt=clock.now() - DAY)
    if lately.count() >= rules.OFFERS_A_DAY:
        raise Refused(
            "You gave as many mandates as one may today.",
            code="mandates_spent",
            fix="Try again tomorrow.",
        )


def _offered(giver: Citizen, person: UUID, offer: MandateOffer) -> Mandate:
    """The row of an offer that names nobody yet. Not saved."""
    now = clock.now()
    return Mandate(
        giver=giver.account,
        person=person,
        organisation_id=offer.organisation,
        scopes=sorted(offer.scopes),
        offered_at=now,
        answer_by=now + rules.ANSWER_WITHIN,
        until=now + offer.months * rules.MONTH,
    )


def _number_of(offer: MandateOffer) -> str:
    numbers = province().number_rules(accepts_synthetic=platform().is_demo)
    return str(numbers.parse(offer.number))


def _check_other(giver: Citizen, named: Citizen | None) -> None:
    if named is not None and named.pk == giver.pk:
        raise InvalidValue(
            "This is you.", code="mandate_self", fix="Type the number of whom you mandate."
        )


def _agrees(ledger: Ledger, actor: Actor, number: str, full_name: str) -> bool:
    """Whether the register has this number under this name; on record for whoever has it."""
    found = population.find_by_number(number)
    person = found.people[0] if found.outcome == "active" else None
    if person is None:
        return False
    agrees = name_key(person.full_name) == name_key(full_name)
    compared = eids.entry(actor, "mandate_compared", subject=person.key)
    outcome = "match" if agrees else "no_match"
    ledger.entries.append(replace(compared, outcome=outcome, fields=("number", "full_name")))
    return agrees


def _offer_to(row: Mandate, named: Citizen | None, offer: MandateOffer, ledger: Ledger) -> None:
    """Name the mandatary, and tell them where they have an account that can accept."""
    row.mandatary_name = seal(offer.full_name.strip())
    if named is not None and is_sound(named.account) and named.account.person is not None:
        row.mandatary = named.account
        telling.tell_holder(named, "mandate_offered")
    _note(ledger, row, MandateState.OFFERED)


def _unconfirmed() -> InvalidValue:
    return InvalidValue(
        "Number and name could not be confirmed together.",
        code="mandate_unconfirmed",
        fix="Compare both with that person's card. If they are right, mandate at a notary.",
    )


def _become(row: Mandate, state: MandateState, ledger: Ledger) -> None:
    row.state = state.value
    row.save(update_fields=["state", "since", "ended_at"])
    _note(ledger, row, state)


def _note(ledger: Ledger, row: Mandate, state: MandateState) -> None:
    ledger.subject = row.organisation_id or row.person
    ledger.detail["mandate"] = str(row.key)
    ledger.detail["scopes"] = " ".join(row.scopes)
    ledger.happened(MandateChanged(mandate=row.key, state=state.value))


def _add_mandatary(ledger: Ledger, row: Mandate, actor: Actor, action: str) -> None:
    """The same row once more, about the other side: both find it among theirs."""
    person = row.mandatary.person if row.mandatary else None
    if person is not None:
        ledger.entries.append(eids.entry(actor, action, subject=person, mandate=str(row.key)))


def _locked(key: UUID, ledger: Ledger) -> Mandate:
    found = (
        Mandate.objects.select_for_update(of=("self",))
        .select_related("giver", "mandatary", "organisation__representative")
        .filter(key=key)
        .first()
    )
    if found is None:
        raise _unknown()
    ledger.subject = found.organisation_id or found.person
    return found


def _unknown() -> NotFound:
    return NotFound("There is no such mandate.", code="mandate_unknown", fix="See your list.")
