"""The last step of an enrolment: the account is there, or a message says where to go."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.audit.interface import Ledger, carried_out
from danso.modules.identity.actions import eids, telling
from danso.modules.identity.actions.enrolments import answers_of, finish, live_enrolment
from danso.modules.identity.actions.judging import FITS
from danso.modules.identity.adapters.sealing import digests, unseal
from danso.modules.identity.data import AccountState, EnrolmentKind, LockReason
from danso.modules.identity.models import Account, Citizen, Enrolment


def password_faults(key: UUID, password: str) -> tuple[str, ...]:
    """See interface."""
    with transaction.atomic():
        answers = answers_of(live_enrolment(key))
    stand_in = Account(username=answers.number, name=answers.full_name, unit=answers.phone)
    return faults_of(password, stand_in)


def faults_of(password: str, account: Account) -> tuple[str, ...]:
    """What is wrong with a password, in words for whoever chose it."""
    try:
        validate_password(password, account)
    except ValidationError as error:
        return tuple(error.messages)
    return ()


def finish_enrolment(key: UUID, password: str) -> None:
    """See interface."""
    actor = Actor("citizen", str(key), system="pages")
    # Outside the transaction, and whatever the outcome: hashing must not tell it by its time.
    hashed = make_password(password)
    with carried_out(eids.entry(actor, "enrolled")) as ledger:
        row = live_enrolment(key)
        _check_ready(row)
        ledger.subject = row.person
        ledger.detail["kind"] = row.kind
        if row.kind == EnrolmentKind.RECOVER:
            _recover(row, hashed, ledger)
        else:
            _open(row, hashed, ledger)
        finish(row)


def _check_ready(row: Enrolment) -> None:
    is_proven = row.kind == EnrolmentKind.CHILD or row.proven_at is not None
    if row.kind == EnrolmentKind.COUNTER or not is_proven or not row.outcome:
        raise InvalidValue("Steps are missing.", code="enrolment_steps", fix="Begin anew.")


def _open(row: Enrolment, hashed: str, ledger: Ledger) -> None:
    answers = answers_of(row)
    is_child = row.kind == EnrolmentKind.CHILD
    phone = phone_of(row.account_id) if is_child else answers.phone
    if row.outcome == FITS:
        try:
            with transaction.atomic():
                parent = row.account_id if is_child else None
                citizen = eids.make_citizen(answers.number, phone, row.person, parent)
        except IntegrityError:
            # Somebody finished with the same number in the meantime.
            row.outcome = "has_account"
    if row.outcome == FITS:
        citizen.account.password = hashed
        citizen.account.save(update_fields=["password"])
        ledger.detail["account"] = str(citizen.pk)
        telling.tell_holder(citizen, "opened")
        return
    ledger.outcome = "not_opened"
    ledger.detail["why"] = row.outcome
    if is_child:
        return
    telling.tell_phone(phone, "not_opened", telling.NOT_OPENED)
    held = eids.find_citizen(answers.number) if row.outcome == "has_account" else None
    if held is not None:
        telling.tell_holder(held, "tried")


def _recover(row: Enrolment, hashed: str, ledger: Ledger) -> None:
    """A password for a telephone and what the register knows: level 1 only. Factors stay."""
    answers = answers_of(row)
    held = eids.find_citizen(answers.number)
    phone = unseal(held.phone_sealed) if held else ""
    is_own_phone = bool(phone) and row.phone_key in digests("phone", phone)
    fits = row.outcome == FITS and held is not None and is_own_phone
    if held is not None and fits:
        citizen = eids.locked_citizen(held.pk, ledger)
        may = citizen.account.state == AccountState.ACTIVE or citizen.lock == LockReason.HOLDER
        if may and citizen.account.level == 1:
            _set_password(citizen, hashed, ledger)
            return
    ledger.outcome = "not_recovered"
    if held is not None:
        code = "not_recovered" if is_own_phone else "tried"
        if is_own_phone:
            telling.tell_phone(phone, code, telling.NOT_RECOVERED)
        else:
            telling.tell_holder(held, code)


def _set_password(citizen: Citizen, hashed: str, ledger: Ledger) -> None:
    account = citizen.account
    account.password = hashed
    account.failures, account.locked_until = 0, None
    account.save(update_fields=["password", "failures", "locked_until"])
    eids.end_sessions(account, ledger)
    if citizen.lock:
        eids.unlock_in(citizen, ledger)
    telling.tell_holder(citizen, "recovered")


def phone_of(account: UUID | None) -> str:
    """The telephone of an open account."""
    held = Citizen.objects.filter(pk=account, is_open=True).first()
    if held is None:
        raise Refused("Your account is not open.", code="eid_closed", fix="Ask the police.")
    return unseal(held.phone_sealed)


def replace_password(account: UUID, password: str) -> None:
    """See interface."""
    actor = Actor("citizen", str(account), system="pages")
    with carried_out(eids.entry(actor, "password_replaced", account=str(account))) as ledger:
        citizen = eids.locked_citizen(account, ledger)
        if faults := faults_of(password, citizen.account):
            raise InvalidValue(" ".join(faults), code="password_weak", fix="Choose another.")
        citizen.account.set_password(password)
        citizen.account.must_change_password, citizen.account.password_until = False, None
        citizen.account.save(update_fields=["password", "must_change_password", "password_until"])
        telling.tell_holder(citizen, "factor")
