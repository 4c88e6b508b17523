"""States of e-IDs: made, raised, locked, unlocked, closed. Each journaled, announced and told."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from allauth.mfa.models import Authenticator

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound, Refused
from danso.kernel.keys import new_key
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import Ledger, carried_out
from danso.modules.identity import rules
from danso.modules.identity.actions import opened, telling
from danso.modules.identity.actions.portals.keeping import leave_eid, tie_new_eid
from danso.modules.identity.actions.representatives import leave_all
from danso.modules.identity.adapters.sealing import digest, digests, seal
from danso.modules.identity.data import (
    LEGAL_BASIS,
    AccountState,
    AccountStateChanged,
    LockReason,
    RepresentationEnd,
    SessionEnded,
)
from danso.modules.identity.models import Account, Citizen, DeviceKey, LiveSession

PURPOSE = "electronic-identity"
GRAVITY = {reason: place for place, reason in enumerate(LockReason)}


def entry(actor: Actor, action: str, *, subject: UUID | None = None, **detail: str) -> Entry:
    """The journal row of whatever happens to an e-ID."""
    return Entry(
        actor=actor,
        action=f"eid.{action}",
        outcome="done",
        subject=subject,
        service="identity",
        purpose=PURPOSE,
        legal_basis=LEGAL_BASIS,
        detail=detail,
    )


def make_citizen(number: str, phone: str, person: UUID | None, parent: UUID | None) -> Citizen:
    """The rows of a new account at level 1, without a password. In the caller's transaction."""
    key = new_key()
    account = Account(
        pk=key, username=f"e{key.hex}", name="", person=person, level=1, must_change_password=False
    )
    account.set_unusable_password()
    account.save(force_insert=True)
    tie_new_eid(key, person, phone)
    return Citizen.objects.create(
        account=account,
        number_key=digest("number", number),
        number_sealed=seal(number),
        phone_sealed=seal(phone),
        parent_id=parent,
        opened_at=clock.now(),
    )


def find_citizen(number: str) -> Citizen | None:
    """The open account of a number."""
    found = Citizen.objects.filter(number_key__in=digests("number", number), is_open=True)
    return found.select_related("account").first()


def end_sessions(account: Account, ledger: Ledger) -> None:
    """Every session of the account is over for good, in this commit."""
    account.session_round += 1
    account.save(update_fields=["session_round"])
    LiveSession.objects.filter(account=account, ended_at__isnull=True).update(ended_at=clock.now())
    opened.end_opened(ledger, "eid", opened.opened_of(holder=account.pk))
    ledger.happened(SessionEnded(account=account.pk, session=""))


def lock_eid(account: UUID, reason: LockReason, *, actor: Actor, evidence: str = "") -> None:
    """See interface."""
    with carried_out(entry(actor, "locked", account=str(account), reason=reason.value)) as ledger:
        citizen = locked_citizen(account, ledger)
        _check_open(citizen)
        # A graver reason takes the place of a lighter one: who may unlock follows it.
        if citizen.lock and GRAVITY[reason] <= GRAVITY[LockReason(citizen.lock)]:
            raise Conflict("It is locked already.", code="eid_locked", fix="Nothing is to do.")
        citizen.lock = reason.value
        citizen.save(update_fields=["lock"])
        _become(citizen, AccountState.LOCKED, ledger)
        end_sessions(citizen.account, ledger)
        ledger.detail["has_evidence"] = int(bool(evidence))
        telling.tell_holder(citizen, "locked")


def unlock_eid(account: UUID, *, roles: Collection[str], actor: Actor, evidence: str) -> None:
    """See interface."""
    with carried_out(entry(actor, "unlocked", account=str(account))) as ledger:
        citizen = locked_citizen(account, ledger)
        _check_open(citizen)
        if citizen.account.state != AccountState.LOCKED:
            raise Conflict("It is not locked.", code="eid_not_locked", fix="Nothing is to do.")
        rules.check_unlock(LockReason(citizen.lock), roles)
        ledger.detail["reason"] = citizen.lock
        unlock_in(citizen, ledger)


def unlock_in(citizen: Citizen, ledger: Ledger) -> None:
    """Lift the lock within an action that has checked who may."""
    citizen.lock = ""
    citizen.save(update_fields=["lock"])
    _become(citizen, AccountState.ACTIVE, ledger)
    telling.tell_holder(citizen, "unlocked")


def close_eid(account: UUID, *, actor: Actor, evidence: str) -> None:
    """See interface."""
    with carried_out(entry(actor, "closed", account=str(account))) as ledger:
        citizen = locked_citizen(account, ledger)
        _check_open(citizen)
        if citizen.account.upstream:
            raise Refused(
                "VNeID vouches for this account: closed here, it would open again by itself.",
                code="eid_close_vouched",
                fix="Lock it; that holds until the police unlock it.",
            )
        telling.tell_holder(citizen, "closed")
        citizen.is_open = False
        citizen.lock = ""
        citizen.save(update_fields=["is_open", "lock"])
        row = citizen.account
        row.is_active = False
        row.set_unusable_password()
        row.save(update_fields=["is_active", "password"])
        drop_factors(row.pk)
        leave_eid(row.pk)
        leave_all(row.pk, RepresentationEnd.CLOSED, actor, ledger)
        _become(citizen, AccountState.CLOSED, ledger)
        end_sessions(row, ledger)
        ledger.detail["has_evidence"] = int(bool(evidence))


def drop_factors(account: UUID) -> None:
    """Every second factor of an account is gone."""
    Authenticator.objects.filter(user_id=account).delete()
    DeviceKey.objects.filter(account_id=account).delete()


def lock_factor(account: UUID, factor: int) -> None:
    """See interface."""
    actor = Actor("citizen", str(account), system="pages")
    with carried_out(entry(actor, "factor_locked", account=str(account))) as ledger:
        citizen = locked_citizen(account, ledger)
        row = Authenticator.objects.filter(pk=factor, user_id=account).first()
        if row is None:
            raise NotFound("There is no such factor.", code="factor_unknown", fix="See the list.")
        ledger.detail["factor"] = str(row.type)
        if row.type == Authenticator.Type.WEBAUTHN:
            # Whoever holds it now may have opened a post with it.
            opened.end_opened(ledger, "factor", opened.opened_of(holder=account))
        row.delete()
        telling.tell_holder(citizen, "factor")


def locked_citizen(account: UUID, ledger: Ledger) -> Citizen:
    """The row and its account's, locked until the transaction ends; the person into the journal."""
    found = (
        Citizen.objects.select_for_update(of=("self", "account"))
        .select_related("account")
        .filter(pk=account)
        .first()
    )
    if found is None:
        raise NotFound(
            "There is no such e-ID.", code="eid_unknown", fix="Look the person up again."
        )
    ledger.subject = found.account.person
    ledger.detail["account"] = str(account)
    return found


def _check_open(citizen: Citizen) -> None:
    if not citizen.is_open:
        raise Conflict("It is closed.", code="eid_closed", fix="Open a new one with the police.")


def _become(citizen: Citizen, state: AccountState, ledger: Ledger) -> None:
    citizen.account.state = state.value
    citizen.account.save(update_fields=["state"])
    ledger.happened(AccountStateChanged(account=citizen.pk, state=state.value))
