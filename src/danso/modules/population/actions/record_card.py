"""Cards: the present one lies on the person's row, earlier ones in a table of their own."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import InvalidValue
from danso.modules.population.actions.amending import Amendment, amend, locked_person
from danso.modules.population.actions.ledger import carried_out
from danso.modules.population.data import (
    EVERYWHERE,
    CardRecorded,
    Grounds,
    NewCard,
    Outcome,
    Scope,
)
from danso.modules.population.models import Card, Person
from danso.modules.population.queries.people import record_of
from danso.modules.population.rules import check_alive, check_day

# CMND 9-digit paper card, CCCD without and with a chip, thẻ căn cước since 1 July 2024.
KINDS: Final = ("cmnd", "cccd", "cccd_chip", "can_cuoc")
STATUSES: Final = ("valid", "lost", "revoked", "replaced")


def record_card(
    person: UUID, card: NewCard, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> Outcome:
    with carried_out("record_card", actor=actor, grounds=grounds, subject=person) as ledger:
        _check(card)
        row = locked_person(person, actor=actor, scope=scope)
        record = record_of(row)
        check_alive(record)
        check_day(card.issued, today=clock.today(), born=record.born)
        if row.card_kind is not None and row.card_issued != card.issued:
            _keep_earlier(row)
        values = {
            "card_kind": card.kind,
            "card_number": card.number,
            "card_issued": card.issued,
            "card_expires": card.expires,
            "card_status": card.status,
        }
        amendment = Amendment("record_card", values, valid_on=card.issued)
        ledger.fields = amend(row, amendment, actor=actor, grounds=grounds)
        ledger.happened(CardRecorded(person))
    return Outcome(person, ledger.fields, row.version)


def _check(card: NewCard) -> None:
    if card.kind not in KINDS or card.status not in STATUSES:
        raise InvalidValue(
            f"A card is one of {', '.join(KINDS)}, and {', '.join(STATUSES)}.",
            code="card_kind_unknown",
            fix="Use these words.",
        )
    if card.expires is not None and card.expires <= card.issued:
        raise InvalidValue(
            "The card expires before it is issued.", code="card_dates", fix="Check both dates."
        )


def _keep_earlier(row: Person) -> None:
    Card.objects.create(
        person=row.key,
        kind=row.card_kind or "",
        number=row.card_number or row.number,
        issued=row.card_issued,
        expires=row.card_expires,
        status="replaced" if row.card_status == "valid" else row.card_status or "replaced",
        recorded_at=clock.now(),
    )
