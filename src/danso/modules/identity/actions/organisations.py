"""Organisations' e-IDs: asked for by whoever represents them, given by a police officer.

A granted request opens the account of that number, or hands it to its new representative.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, Refused
from danso.kernel.text import tidy
from danso.modules.audit.interface import Ledger, carried_out
from danso.modules.identity import rules
from danso.modules.identity.actions import eids, telling
from danso.modules.identity.actions.enrolments import check_provider
from danso.modules.identity.actions.representatives import end, entry, leave
from danso.modules.identity.data import (
    AccountState,
    Decided,
    OrganisationClaim,
    OrganisationLock,
    OrganisationStateChanged,
    RepresentationEnd,
    RepresentationState,
    RepresentativeChanged,
)
from danso.modules.identity.engine.organisation_number import parse_organisation_number
from danso.modules.identity.models import Account, Citizen, Organisation, Representation
from danso.modules.identity.queries.acting import age_of
from danso.modules.identity.queries.eid import is_sound
from danso.modules.identity.queries.organisations import organisation_unknown
from danso.modules.population import interface as population
from danso.toolkit.platform import province


def ask_organisation(account: UUID, claim: OrganisationClaim, *, actor: Actor) -> UUID:
    """See interface."""
    with carried_out(eids.entry(actor, "organisation_asked")) as ledger:
        check_provider()
        citizen = eids.locked_citizen(account, ledger)
        _check_represents(citizen.account)
        told = _checked(claim)
        _check_new(account, told.number)
        row = Representation.objects.create(
            account=citizen.account,
            kind=told.kind.value,
            number=told.number,
            name=told.name,
            short_name=told.short_name,
            head_office=told.head_office,
            commune=told.commune,
            is_delegate=told.is_delegate,
            asked_at=clock.now(),
        )
        ledger.detail["representation"] = str(row.key)
        return row.key


def end_representation(key: UUID, account: UUID, *, actor: Actor) -> None:
    """See interface."""
    with carried_out(eids.entry(actor, "representation_ended", representation=str(key))) as ledger:
        row = _locked(key, None)
        if row.account_id != account:
            raise organisation_unknown()
        ledger.subject = row.account.person
        if row.state == RepresentationState.GRANTED:
            leave(row, RepresentationEnd.RENOUNCED, actor, ledger)
        elif row.state == RepresentationState.ASKED:
            row.state, row.ended_at = RepresentationState.WITHDRAWN.value, clock.now()
            row.save(update_fields=["state", "ended_at"])
        else:
            raise Conflict("It is over.", code="organisation_decided", fix="Nothing is to do.")


def decide_representation(
    key: UUID, decided: Decided, *, communes: Collection[str] | None, actor: Actor
) -> None:
    """See interface."""
    action = "organisation_granted" if decided.grants else "organisation_refused"
    with carried_out(eids.entry(actor, action, representation=str(key))) as ledger:
        check_provider()
        row = _locked(key, communes)
        ledger.subject = row.account.person
        _check_decision(row, decided, actor)
        row.officer_id, row.decided_at = UUID(actor.id), clock.now()
        row.place, row.evidence = decided.place, decided.evidence.strip()
        ledger.detail["place"] = decided.place
        if decided.grants:
            row.way = "source" if decided.source else "paper"
            row.source, row.source_as_of = decided.source, decided.as_of
            ledger.detail["way"] = row.way
            _grant(row, actor, ledger)
        else:
            row.state = RepresentationState.REFUSED.value
        row.save()
        telling.tell_holder(Citizen.objects.get(pk=row.account_id), action)


def _grant(row: Representation, actor: Actor, ledger: Ledger) -> None:
    _check_represents(row.account)
    found = (
        Organisation.objects.select_for_update()
        .filter(number=row.number)
        .exclude(state=AccountState.CLOSED)
        .first()
    )
    if found is None:
        found = Organisation(number=row.number, opened_at=clock.now())
        said = "organisation_opened"
    else:
        said = "representative_changed"
        _end_former(found, ledger, actor)
    for name in ("kind", "name", "short_name", "head_office", "commune"):
        setattr(found, name, getattr(row, name))
    found.representative = row.account
    if found.lock in ("", OrganisationLock.VACANT):
        found.state, found.lock = AccountState.ACTIVE.value, ""
    found.save()
    row.organisation, row.state = found, RepresentationState.GRANTED.value
    ledger.entries.append(entry(actor, said, found.key, representation=str(row.key)))
    ledger.happened(OrganisationStateChanged(organisation=found.key, state=found.state))
    ledger.happened(
        RepresentativeChanged(organisation=found.key, account=row.account_id, state=row.state)
    )


def _end_former(organisation: Organisation, ledger: Ledger, actor: Actor) -> None:
    """Whoever represented it until now is told, and finds it among their own entries."""
    rows = Representation.objects.select_for_update(of=("self",)).select_related("account")
    former = rows.filter(organisation=organisation, state=RepresentationState.GRANTED).first()
    if former is None:
        return
    end(former, RepresentationEnd.REPLACED, ledger)
    telling.tell_holder(Citizen.objects.get(pk=former.account_id), "organisation_replaced")
    if former.account.person is not None:
        said = {"why": RepresentationEnd.REPLACED.value, "organisation": str(organisation.key)}
        ledger.entries.append(entry(actor, "representative_left", former.account.person, **said))


def _check_represents(account: Account) -> None:
    person = population.find_person(account.person) if account.person else None
    is_grown = person is not None and age_of(person) >= rules.ADULT_FROM
    if not is_sound(account) or person is None or person.status != "alive" or not is_grown:
        raise Refused(
            "Whoever represents an organisation has an e-ID of level 2 and is of age.",
            code="organisation_level",
            fix="Get level 2 from the commune police first.",
        )


def _checked(claim: OrganisationClaim) -> OrganisationClaim:
    """What was typed, in its one spelling."""
    number = parse_organisation_number(claim.kind, claim.number)
    name, head_office = tidy(claim.name), tidy(claim.head_office)
    if not name or not head_office or claim.commune not in province().units.by_code:
        raise InvalidValue(
            "Name, head office and its commune are needed.",
            code="organisation_fields",
            fix="Write them as they stand on the registration certificate.",
        )
    short = tidy(claim.short_name)
    return replace(claim, number=number, name=name, short_name=short, head_office=head_office)


def _check_new(account: UUID, number: str) -> None:
    mine = Representation.objects.filter(account_id=account)
    asked = mine.filter(state=RepresentationState.ASKED)
    if asked.filter(number=number).exists():
        raise Conflict(
            "You asked for this organisation already.",
            code="organisation_asked",
            fix="Wait for the police's decision, or take the request back.",
        )
    if mine.filter(number=number, state=RepresentationState.GRANTED).exists():
        raise Conflict(
            "You represent this organisation already.",
            code="organisation_yours",
            fix="See your list of organisations.",
        )
    if asked.count() >= rules.ORGANISATIONS_ASKED:
        raise Refused(
            "Many of your requests are open already.",
            code="organisations_spent",
            fix="Wait for a decision, or take one back.",
        )


def _check_decision(row: Representation, decided: Decided, actor: Actor) -> None:
    if row.state != RepresentationState.ASKED:
        raise Conflict(
            "This was decided already.", code="organisation_decided", fix="See the list."
        )
    officer = Account.objects.filter(pk=actor.id).values_list("person", flat=True).first()
    if officer is not None and officer == row.account.person:
        raise Refused(
            "Nobody decides about their own.",
            code="own_organisation",
            fix="Leave it to another officer.",
        )
    # A source knows legal representatives, and nobody whom they delegate.
    is_told = bool(decided.source) and decided.grants and not row.is_delegate
    if not decided.place or not (is_told or decided.evidence.strip()):
        raise InvalidValue(
            "What was seen is not written down.",
            code="evidence_missing",
            fix="Say which card or paper you saw.",
        )


def _locked(key: UUID, communes: Collection[str] | None) -> Representation:
    rows = Representation.objects.select_for_update(of=("self",)).select_related("account")
    if communes is not None:
        rows = rows.filter(commune__in=communes)
    found: Representation | None = rows.filter(key=key).first()
    if found is None:
        raise organisation_unknown()
    return found
