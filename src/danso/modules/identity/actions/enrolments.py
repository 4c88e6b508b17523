"""The steps that lead to an account: answers kept sealed, a telephone proved by a code.

What a page shows never depends on what the register or the accounts say. The one place where the
difference comes out is a message to the telephone, after its holder has proved it.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from django.db import transaction

from danso.kernel import clock
from danso.kernel.errors import Conflict, InvalidValue, NotFound, Refused
from danso.kernel.names import PersonName
from danso.modules.identity import rules
from danso.modules.identity.actions import telling
from danso.modules.identity.actions.sign_in import note_security
from danso.modules.identity.adapters.sealing import digest, digests, seal, unseal
from danso.modules.identity.data import Answers, EnrolmentData, EnrolmentKind
from danso.modules.identity.models import AssistedSession, Enrolment
from danso.modules.notices import interface as notices
from danso.toolkit.platform import platform, province

DAY = timedelta(days=1)


def check_provider() -> None:
    """Refuse where somebody else is the authority of identities."""
    if platform().identity_mode != "provider":
        raise Refused(
            "This province has no e-ID accounts of its own: VNeID is the only one.",
            code="identity_is_broker",
            fix="Open a VNeID account (Decree 69/2024, Directive 24/CT-TTg of 2025).",
        )


def begin_enrolment(
    kind: EnrolmentKind,
    *,
    network: str,
    account: UUID | None = None,
    lasts: timedelta | None = None,
) -> UUID:
    """See interface."""
    if kind is not EnrolmentKind.COUNTER:
        # A broker's police stand before people too: to lock and unlock, not to open or raise.
        check_provider()
        telling.check_can_tell()
    now = clock.now()
    if kind is not EnrolmentKind.COUNTER:
        _check_network(network, now)
    with transaction.atomic():
        left = Enrolment.objects.filter(expires_at__lt=now, finished_at__isnull=True)
        left.exclude(answers="").update(answers="")
        return Enrolment.objects.create(
            kind=kind.value,
            network=network,
            account_id=account,
            expires_at=now + (lasts or rules.ENROLMENT_LASTS),
        ).key


def _check_network(network: str, now: datetime) -> None:
    begun = Enrolment.objects.filter(network=network, created_at__gt=now - timedelta(hours=1))
    if network and begun.count() >= rules.NETWORK_AN_HOUR:
        note_security("enrolment_storm", network)
        raise Refused(
            "Too many have begun from this network.",
            code="enrolment_storm",
            fix="Wait an hour, or go to the commune police.",
        )


def get_enrolment(key: UUID) -> EnrolmentData:
    """See interface."""
    row = Enrolment.objects.filter(key=key, expires_at__gt=clock.now()).first()
    if row is None or row.finished_at is not None:
        raise enrolment_over()
    return enrolment_data(row)


@transaction.atomic
def give_answers(key: UUID, **told: str) -> None:
    """See interface."""
    row = live_enrolment(key)
    if row.outcome:
        raise Conflict("This was answered.", code="enrolment_answered", fix="Begin anew.")
    keep_answers(
        row, replace(answers_of(row), **{slot: _tidied(slot, told[slot]) for slot in told})
    )
    row.save(update_fields=["answers", "number_key"])


@transaction.atomic
def send_code(key: UUID, phone: str) -> None:
    """See interface."""
    row = live_enrolment(key)
    number = notices.parse_phone(phone, accepts_made_up=platform().is_demo)
    if row.kind == EnrolmentKind.RECOVER:
        row.phone_key = digest("phone", number)
    else:
        keep_answers(row, replace(answers_of(row), phone=number))
    sent = Enrolment.objects.filter(
        phone_key__in=digests("phone", number), created_at__gt=clock.now() - DAY
    ).exclude(key=row.key)
    if row.codes_sent >= rules.CODES_EACH or (
        sum(sent.values_list("codes_sent", flat=True)) + row.codes_sent >= rules.CODES_A_DAY
    ):
        raise Refused(
            "This telephone got as many codes as it may today.",
            code="codes_spent",
            fix="Try again tomorrow, or go to the commune police.",
        )
    code = give_code(row)
    row.proven_at = None
    row.save()
    telling.tell_code(number, code)


def give_code(row: Enrolment | AssistedSession) -> str:
    """A new code for this row, which keeps its digest only. Not saved."""
    code = f"{secrets.randbelow(10**rules.CODE_DIGITS):0{rules.CODE_DIGITS}}"
    row.code_digest = digest("code", f"{row.key}{code}")
    row.code_until = clock.now() + rules.CODE_LASTS
    row.code_tries = 0
    row.codes_sent += 1
    return code


def prove_code(key: UUID, code: str) -> None:
    """See interface."""
    with transaction.atomic():
        row = live_enrolment(key)
        fault = code_fault(row, code)
        if fault is None:
            row.proven_at = clock.now()
            row.code_digest = ""
        row.code_tries += 1
        row.save(update_fields=["proven_at", "code_digest", "code_tries"])
    # Raised after the commit: a wrong try must count.
    if fault is not None:
        raise fault


def code_fault(row: Enrolment | AssistedSession, code: str) -> InvalidValue | Refused | None:
    """Why this is not the row's code, or None. The caller counts the try, and commits it."""
    spent = Refused("The code is no longer good.", code="code_spent", fix="Ask for a new code.")
    if not row.code_digest or row.code_tries >= rules.CODE_TRIES:
        return spent
    if row.code_until is None or row.code_until < clock.now():
        return spent
    digits = "".join(sign for sign in code if sign.isdigit())
    known = digests("code", f"{row.key}{digits}")
    if any(secrets.compare_digest(row.code_digest, one) for one in known):
        return None
    return InvalidValue(
        "That is not the code.", code="code_wrong", fix="Look at the message again."
    )


def live_enrolment(key: UUID) -> Enrolment:
    """The row, locked; Refused once it is over."""
    row = Enrolment.objects.select_for_update().filter(key=key).first()
    if row is None or row.expires_at < clock.now() or row.finished_at is not None:
        raise enrolment_over()
    return row


def answers_of(row: Enrolment) -> Answers:
    """What was typed so far."""
    return msgspec.json.decode(unseal(row.answers), type=Answers) if row.answers else Answers()


def keep_answers(row: Enrolment, answers: Answers) -> None:
    """Seal them; the number and the telephone by their digests too, for limits. Not saved."""
    row.answers = seal(msgspec.json.encode(asdict(answers)).decode())
    row.number_key = digest("number", answers.number) if answers.number else ""
    if row.kind != EnrolmentKind.RECOVER and answers.phone:
        row.phone_key = digest("phone", answers.phone)


def finish(row: Enrolment) -> None:
    """Over: what was typed is erased."""
    row.finished_at = clock.now()
    row.answers = ""
    row.code_digest = ""
    row.save(update_fields=["finished_at", "answers", "code_digest"])


def enrolment_data(row: Enrolment) -> EnrolmentData:
    """The row as it passes the door."""
    return EnrolmentData(
        key=row.key,
        kind=EnrolmentKind(row.kind),
        answers=answers_of(row),
        expires_at=row.expires_at,
        is_judged=bool(row.outcome),
        is_code_sent=row.codes_sent > 0,
        is_proven=row.proven_at is not None,
    )


def enrolment_over() -> NotFound:
    """Expired, finished, or nobody's."""
    return NotFound("This is over.", code="enrolment_over", fix="Begin anew.")


def _tidied(slot: str, text: str) -> str:
    if slot == "number":
        return str(province().number_rules(accepts_synthetic=platform().is_demo).parse(text))
    return PersonName.parse(text).full if slot == "full_name" else text
