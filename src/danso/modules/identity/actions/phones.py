"""Another telephone for an e-ID: a code to the old one and a code to the new one.

Level 2 alone: level 1 rests on its telephone. Who has lost the old one goes to the police.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue, Refused
from danso.modules.audit.interface import Ledger, carried_out, refusals_journaled
from danso.modules.identity.actions import eids, telling
from danso.modules.identity.actions.enrolments import (
    answers_of,
    begin_enrolment,
    finish,
    live_enrolment,
    prove_code,
    send_code,
)
from danso.modules.identity.actions.opening import phone_of
from danso.modules.identity.adapters.sealing import seal, unseal
from danso.modules.identity.data import EnrolmentKind, PhoneChange
from danso.modules.identity.models import Enrolment
from danso.modules.identity.queries.eid import is_sound
from danso.modules.notices import interface as notices
from danso.toolkit.platform import platform


def begin_phone_change(account: UUID, phone: str, *, actor: Actor) -> PhoneChange:
    """See interface."""
    with refusals_journaled(eids.entry(actor, "phone_change_begun", account=str(account))):
        with transaction.atomic():
            citizen = eids.locked_citizen(account, Ledger())
            if not is_sound(citizen.account):
                raise Refused(
                    "This needs level 2.", code="phone_level", fix="Go to the commune police."
                )
            old = phone_of(account)
        new = notices.parse_phone(phone, accepts_made_up=platform().is_demo)
        if new == old:
            raise InvalidValue(
                "This is your telephone already.", code="phone_same", fix="Type the new one."
            )
        keys = [begin_enrolment(EnrolmentKind.PHONE, network="", account=account) for _ in (0, 1)]
        for key, number in zip(keys, (old, new), strict=True):
            send_code(key, number)
    return PhoneChange(*keys)


def finish_phone_change(
    account: UUID, change: PhoneChange, codes: tuple[str, str], *, actor: Actor
) -> None:
    """See interface."""
    opening = eids.entry(actor, "phone_changed", account=str(account))
    with refusals_journaled(opening):
        for key, code in zip((change.old, change.new), codes, strict=True):
            if not _is_proven(key):
                prove_code(key, code)
    with carried_out(opening) as ledger:
        citizen = eids.locked_citizen(account, ledger)
        old, new = _row(change.old, account), _row(change.new, account)
        held = unseal(citizen.phone_sealed)
        is_whole = old.proven_at is not None and new.proven_at is not None
        if not is_whole or answers_of(old).phone != held or not is_sound(citizen.account):
            raise Refused("Steps are missing.", code="enrolment_steps", fix="Begin anew.")
        telling.tell_holder(citizen, "phone_changed")
        citizen.phone_sealed = seal(answers_of(new).phone)
        citizen.save(update_fields=["phone_sealed"])
        telling.tell_holder(citizen, "phone_changed")
        finish(old)
        finish(new)


@transaction.atomic
def _is_proven(key: UUID) -> bool:
    return live_enrolment(key).proven_at is not None


def _row(key: UUID, account: UUID) -> Enrolment:
    row = live_enrolment(key)
    if row.kind != EnrolmentKind.PHONE or row.account_id != account:
        raise Refused("Steps are missing.", code="enrolment_steps", fix="Begin anew.")
    return row
