"""Accounts that another provider vouches for (a broker's home): matched with the register, opened
at the first sign-in, never with a factor of this home. What locks an account here locks it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.dates import PartialDate
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.audit.interface import Ledger, carried_out, record
from danso.modules.identity import rules
from danso.modules.identity.actions import eids, opened
from danso.modules.identity.adapters.sealing import seal, unseal
from danso.modules.identity.data import AccountState, NotTheSame, SessionEnded, Vouched
from danso.modules.identity.models import Account, Citizen, LiveSession
from danso.modules.population import interface as population
from danso.modules.population.data import PersonRecord
from danso.modules.population.data import Scope as Reach
from danso.toolkit.platform import platform, province
from danso.wire.keys import name_key

FIELDS: Final = ("number", "full_name", "birth")


def enter_vouched(vouched: Vouched) -> UUID:
    """See interface."""
    if platform().identity_mode != "broker":
        raise Refused(
            "this home is the provider of identities itself",
            code="identity_is_provider",
            fix="Sign in with the account of this home.",
        )
    if vouched.level not in (1, 2):
        raise Refused(
            "the level of your account at VNeID is not known here",
            code="vouched_level",
            fix="Get level 2 from the police, or ask the operator about the mapping of levels.",
        )
    told = _read(vouched)
    return _enter(told, _match(told))


def _read(vouched: Vouched) -> Vouched:
    """In the register's spelling. What an upstream does not tell can't be matched."""
    try:
        rules_of_number = province().number_rules(accepts_synthetic=platform().is_demo)
        number = str(rules_of_number.parse(vouched.number))
        birth = PartialDate.from_iso(vouched.birth).iso
    except (InvalidValue, ValueError) as error:
        raise _untold() from error
    if not vouched.full_name:
        raise _untold()
    return replace(vouched, number=number, birth=birth)


def _untold() -> Refused:
    return Refused(
        "VNeID did not tell your number, name and birth date",
        code="vouched_untold",
        fix="Begin again, and agree at VNeID to share them: without them nobody can be found here.",
    )


def _match(told: Vouched) -> UUID | None:
    """The person of the register with this number, this name, this birth; on record either way."""
    if platform().register_mode == "absent":
        _match_above(told)
        return None
    with transaction.atomic():
        found = population.find_by_number(told.number, Reach(sees_protected=True))
        person = found.people[0] if found.people and found.outcome == "active" else None
        wrong = _wrong(person, told) if person else ()
        fits = person is not None and not wrong and person.status == "alive"
        _record(told, "match" if fits else "no_match", person.key if person else None)
    if person is not None and fits:
        return person.key
    if person is not None and not wrong:
        raise Refused(
            "the population register here says that the holder of this number does not live",
            code="vouched_not_alive",
            fix="Go to the commune police with your card: the record is put right there.",
        )
    raise NotTheSame(person.key if person else None, wrong)


def _match_above(told: Vouched) -> None:
    """The asking is on record before the question leaves, its outcome before anybody hears it."""
    with transaction.atomic():
        _record(told, "asked", None)
    matches = population.verify_upstream(
        told.number, told.full_name, told.birth, asked_by=str(told.key)
    )
    with transaction.atomic():
        _record(told, "match" if matches else "no_match", None)
    if not matches:
        raise NotTheSame


def _wrong(person: PersonRecord, told: Vouched) -> tuple[str, ...]:
    """Fields that the register holds otherwise than was told."""
    is_named = name_key(person.full_name) == name_key(told.full_name)
    is_born = rules.matches_birth(person.birth, told.birth)
    return (*(() if is_named else ("full_name",)), *(() if is_born else ("birth",)))


def _record(told: Vouched, outcome: str, person: UUID | None) -> None:
    actor = Actor("citizen", str(told.key), system="pages")
    entry = eids.entry(actor, "verified", subject=person, kind="vouched", upstream=told.upstream)
    record(replace(entry, outcome=outcome, fields=FIELDS))


def _enter(told: Vouched, person: UUID | None) -> UUID:
    actor = Actor("citizen", str(told.key), system="pages")
    opening = eids.entry(actor, "vouched", subject=person, upstream=told.upstream)
    with carried_out(opening) as ledger:
        citizen = eids.find_citizen(told.number) or _open(told, person, ledger)
        account = Account.objects.select_for_update().get(pk=citizen.pk)
        ledger.detail |= {"account": str(account.pk), "level": told.level}
        if account.state != AccountState.ACTIVE:
            # Raised within: the refusal is on record, with the person and the reason.
            raise Refused(
                "this account is locked here",
                code="eid_locked_here",
                fix="Go to the commune police with your card.",
            )
        if account.upstream != told.upstream:
            _take_over(account, told, ledger)
        _follow(account, citizen, told, person)
        if told.level < rules.POST_LEVEL:
            opened.end_opened(ledger, "eid", opened.opened_of(holder=account.pk))
        return UUID(str(account.pk))


def _open(told: Vouched, person: UUID | None, ledger: Ledger) -> Citizen:
    try:
        with transaction.atomic():
            made = eids.make_citizen(told.number, told.phone, person, None)
    except IntegrityError:
        # Two browsers of one person, for the first time, at once: the other has opened it.
        found = eids.find_citizen(told.number)
        if found is None:
            raise
        return found
    ledger.detail["is_new"] = 1
    return made


def _take_over(account: Account, told: Vouched, ledger: Ledger) -> None:
    """An account of the home's own, or of another provider's, is vouched for from now on: whatever
    signed in to it before does no longer."""
    account.upstream = told.upstream
    account.must_change_password = False
    account.set_unusable_password()
    account.save(update_fields=["upstream", "password", "must_change_password"])
    Authenticator.objects.filter(user_id=account.pk).delete()
    if "is_new" not in ledger.detail:
        eids.end_sessions(account, ledger)


def _follow(account: Account, citizen: Citizen, told: Vouched, person: UUID | None) -> None:
    """Level, telephone and person are what was told last."""
    if (account.level, account.person) != (told.level, person or account.person):
        account.level, account.person = told.level, person or account.person
        account.save(update_fields=["level", "person"])
    if told.level == 2 and citizen.raised_at is None:
        citizen.raised_at = clock.now()
        citizen.save(update_fields=["raised_at"])
    if told.phone and told.phone != unseal(citizen.phone_sealed):
        citizen.phone_sealed = seal(told.phone)
        citizen.save(update_fields=["phone_sealed"])


def end_vouched(account: UUID, handle: str, upstream: str) -> bool:
    """See interface."""
    actor = Actor("system", "identity.upstream", system="signon")
    opening = eids.entry(actor, "session_ended", account=str(account), upstream=upstream)
    with carried_out(opening) as ledger:
        rows = LiveSession.objects.filter(account_id=account, handle=handle, ended_at__isnull=True)
        was_live = bool(rows.update(ended_at=clock.now()))
        if not was_live:
            ledger.outcome = "not_found"
            return False
        ledger.subject = Account.objects.values_list("person", flat=True).get(pk=account)
        opened.end_opened(ledger, "session", opened.opened_of(session=handle))
        ledger.happened(SessionEnded(account=account, session=handle))
        return True
