"""Factors beside allauth's: a device's own key, and a face that an officer had compared."""

from __future__ import annotations

import secrets
from dataclasses import replace
from uuid import UUID

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.kernel.text import tidy
from danso.modules.audit.interface import carried_out, record, refusals_journaled
from danso.modules.identity import queries, rules
from danso.modules.identity.actions import eids, telling
from danso.modules.identity.actions.sign_in import record_failure
from danso.modules.identity.adapters.id_database import id_database
from danso.modules.identity.adapters.sealing import digest, digests
from danso.modules.identity.data import Counter, FacePresented, Signed
from danso.modules.identity.engine import device_key
from danso.modules.identity.models import Account, DeviceKey, FaceFactor


def add_device(account: UUID, name: str, public: str, signed: Signed) -> UUID:
    """See interface."""
    actor = Actor("citizen", str(account), system="pages")
    with carried_out(eids.entry(actor, "device_added", account=str(account))) as ledger:
        citizen = eids.locked_citizen(account, ledger)
        device_key.read_public(public)
        said = device_key.message(device_key.ADD, signed.origin, signed.challenge)
        if not device_key.is_signed(public, said, signed.signature):
            raise _not_signed()
        held = DeviceKey.objects.filter(account_id=account)
        if held.count() >= rules.DEVICES_EACH:
            raise Conflict(
                "As many devices as an account may have are there.",
                code="devices_many",
                fix="Remove one that is no longer used.",
            )
        row: DeviceKey = DeviceKey.objects.create(
            account_id=account,
            name=tidy(name)[:60] or "?",
            public=public,
            added_at=clock.now(),
        )
        telling.tell_holder(citizen, "factor")
        key: UUID = row.key
        ledger.detail["factor"] = "device_key"
        return key


def prove_device(account: UUID, key: UUID, signed: Signed, *, network: str, device: str) -> None:
    """See interface."""
    with transaction.atomic():
        row = DeviceKey.objects.select_for_update().filter(pk=key, account_id=account).first()
        said = device_key.message(device_key.GIVE, signed.origin, signed.challenge)
        is_own = row is not None and device_key.is_signed(row.public, said, signed.signature)
        if row is not None and is_own:
            row.used_at = clock.now()
            row.save(update_fields=["used_at"])
    if not is_own:
        # A wrong try counts, as one with a code does.
        username = Account.objects.values_list("username", flat=True).get(pk=account)
        record_failure(username, method="device_key", network=network, device=device)
        raise _not_signed()


def lock_device(account: UUID, key: UUID) -> None:
    """See interface."""
    actor = Actor("citizen", str(account), system="pages")
    with carried_out(eids.entry(actor, "factor_locked", account=str(account))) as ledger:
        citizen = eids.locked_citizen(account, ledger)
        gone, _ = DeviceKey.objects.filter(pk=key, account_id=account).delete()
        if not gone:
            raise NotFound("There is no such factor.", code="factor_unknown", fix="See the list.")
        ledger.detail["factor"] = "device_key"
        telling.tell_holder(citizen, "factor")


def ask_face(account: UUID, session: str) -> str:
    """See interface."""
    actor = Actor("citizen", str(account), system="pages")
    with carried_out(eids.entry(actor, "face_asked", account=str(account))) as ledger:
        citizen = eids.locked_citizen(account, ledger)
        if citizen.account.level < 2:
            raise Refused(
                "A face is compared for accounts of level 2.",
                code="face_level",
                fix="Get level 2 from the commune police first.",
            )
        now = clock.now()
        row = FaceFactor(
            account_id=account, session=session, asked_at=now, code_until=now + rules.CODE_LASTS
        )
        code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}}"
        row.code_digest = digest("face", f"{row.key}{code}")
        row.save(force_insert=True)
        return code


def give_face(counter: UUID, presented: FacePresented, *, actor: Actor) -> None:
    """See interface."""
    opening = eids.entry(actor, "face_given")
    with refusals_journaled(opening):
        seen = queries.get_counter(counter, UUID(actor.id))
        asked = _asked(seen, presented, actor)
        told = replace(opening, subject=seen.person, detail={"account": str(asked.account_id)})
        with transaction.atomic():
            record(replace(told, outcome="asked"))
        compared = id_database().compare_face(seen.number, presented.face)
        if not compared.face:
            with transaction.atomic():
                record(replace(told, outcome="no_match"))
            raise Refused(
                "The ID database says this is somebody else.",
                code="face_no_match",
                fix="Take the picture again once; if it stays so, follow the rules on identity "
                "fraud. Nothing was changed.",
            )
    with carried_out(told) as ledger:
        row = FaceFactor.objects.select_for_update().get(pk=asked.pk)
        if row.given_at is not None:
            raise _no_code()
        row.given_at = clock.now()
        row.until = row.given_at + rules.FACE_LASTS
        row.officer_id = UUID(actor.id)
        row.place, row.reference, row.code_digest = presented.place, compared.reference, ""
        row.save()
        ledger.detail["place"] = presented.place


def _asked(seen: Counter, presented: FacePresented, actor: Actor) -> FaceFactor:
    """The session whose code the holder shows; each wrong try counts."""
    if not presented.consents:
        raise InvalidValue(
            "Without consent nothing is compared.",
            code="consent_missing",
            fix="Read the text to the holder; tick it when they agree.",
        )
    if seen.eid is None or seen.eid.state != "active" or seen.eid.level < 2:
        raise _no_code()
    officer = Account.objects.filter(pk=actor.id).values_list("person", flat=True).first()
    if officer is not None and officer == seen.person:
        raise Refused("Nobody raises their own.", code="own_eid", fix="Go to another officer.")
    return _by_code(seen.eid.account, presented.code)


def _by_code(account: UUID, code: str) -> FaceFactor:
    digits = "".join(sign for sign in code if sign.isdigit())
    with transaction.atomic():
        row = (
            FaceFactor.objects.select_for_update()
            .filter(account_id=account, given_at__isnull=True, code_until__gt=clock.now())
            .order_by("-asked_at")
            .first()
        )
        is_right = False
        if row is not None and row.tries < rules.CODE_TRIES:
            known = digests("face", f"{row.key}{digits}")
            is_right = any(secrets.compare_digest(row.code_digest, one) for one in known)
            row.tries += 1
            row.save(update_fields=["tries"])
    if row is None or not is_right:
        raise _no_code()
    return row


def _no_code() -> InvalidValue:
    return InvalidValue(
        "No session of this person waits with that code.",
        code="face_code",
        fix="Have the holder show the code of their page again; it is good for five minutes.",
    )


def _not_signed() -> InvalidValue:
    return InvalidValue(
        "This device did not sign.",
        code="device_not_signed",
        fix="Try again on the device that was added, or use another way.",
    )
