"""The fee: asked for, paid once, never taken twice without a word."""

from __future__ import annotations

from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue
from danso.modules.cases.actions.moving import FAR, Held, any_case, officers_case, prolong
from danso.modules.cases.actions.telling import tell
from danso.modules.cases.data import AlreadyPaid, Reach, Receipt, Status, Way
from danso.modules.cases.models import Payment
from danso.modules.cases.queries.reading import receipt_from


def ask_payment(key: UUID, *, reach: Reach, version: int, actor: Actor) -> None:
    """See interface."""
    with officers_case(
        "payment_asked",
        key,
        "receive",
        "check",
        "decide",
        reach=reach,
        version=version,
        actor=actor,
    ) as held:
        row = held.row
        held.check(Status.IN_PROCESS)
        if not row.fee or Payment.objects.filter(case=row).exists():
            raise Conflict(
                "Nothing is to be paid for this file.",
                code="nothing_due",
                fix="Go on with the file.",
            )
        held.move(Status.PAYMENT)
        row.paused_at, row.queue_at = clock.now(), FAR
        held.note("payment_asked")
        tell(row, "payment_asked")


def mark_paid(
    key: UUID, amount: int, way: Way, reference: str, *, actor: Actor, reach: Reach | None = None
) -> Receipt:
    """See interface."""
    with any_case("paid", key, actor=actor, reach=reach) as held:
        row = held.row
        first = Payment.objects.filter(case=row).first()
        if first is not None:
            if first.reference == reference:
                held.ledger.outcome = "repeated"
                return receipt_from(first)
            raise AlreadyPaid(receipt_from(first))
        _check_payment(held, amount, reference)
        paid = Payment.objects.create(
            case=row,
            number=f"BL-{row.code}",
            amount=amount,
            way=way,
            reference=reference,
            taken_by=actor.id,
        )
        if held.status is Status.PAYMENT:
            now = clock.now()
            held.move(Status.IN_PROCESS)
            prolong(row, row.paused_at or now, now)
        held.ledger.detail = {"amount": amount, "way": way}
        held.note("paid")
        return receipt_from(paid)


def _check_payment(held: Held, amount: int, reference: str) -> None:
    if not held.row.fee:
        raise Conflict("No fee is set for this file.", code="fee_none", fix="Give the money back.")
    if amount != held.row.fee:
        # The fee of the day it was filed: a later change of the fee changes nothing here.
        raise InvalidValue(
            f"The fee of this file is {held.row.fee} dong.",
            code="amount_differs",
            fix="Take exactly that amount.",
        )
    if not reference.strip() or len(reference) > 80:
        raise InvalidValue(
            "A payment needs its reference.",
            code="reference_shape",
            fix="Give the transaction's code, or book and number of the receipt.",
        )
    if Payment.objects.filter(reference=reference).exists():
        raise Conflict(
            "This reference was used for another file.",
            code="reference_used",
            fix="Check the receipt book or the bank's statement.",
        )
