"""Write a message down with the action it tells of; send what waits; forget what it said."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app as jobs

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out
from danso.modules.notices import rules
from danso.modules.notices.adapters.port import Carrier, Letter, NeverError, NotNowError, carriers
from danso.modules.notices.data import Channel, Message, MessageState
from danso.modules.notices.models import OPEN, OutgoingMessage
from danso.toolkit.platform import platform

log = logging.getLogger("danso.notices")

TASK: Final = "notices.send"
# A message taken by a process that fell is tried again after so long.
TAKEN_FOR: Final = timedelta(minutes=2)
TEXT_STAYS: Final = timedelta(days=1)
ROW_STAYS: Final = timedelta(days=400)


def tell(message: Message) -> UUID:
    """See interface."""
    rules.check_text(message)
    address = rules.parse_address(
        message.channel, message.address, accepts_made_up=platform().is_demo
    )
    row = OutgoingMessage.objects.create(
        channel=message.channel.value,
        code=message.code,
        person=message.person,
        address=address,
        masked=rules.masked(message.channel, address),
        title=message.title,
        text=message.text,
        until=message.until,
    )
    # In the caller's transaction: there is no job for a message that was never written.
    jobs.configure_task(TASK).defer(key=str(row.key))
    return row.key


def send(key: UUID) -> None:
    """See interface. The call lies between two commits: a fall in between sends it twice."""
    row = _take(key)
    if row is None:
        return
    carrier = carriers().find(Channel(row.channel))
    if carrier is None:
        _put_back(row, "no_carrier")
        return
    letter = Letter(row.key, Channel(row.channel), row.address, row.title, row.text)
    try:
        carrier.send(letter)
    except NeverError as error:
        _end(row, MessageState.REFUSED, fault=error.fault)
    except NotNowError as error:
        _put_back(row, error.fault)
    else:
        _end(row, MessageState.SENT, carrier=carrier)


def send_waiting(limit: int) -> int:
    """See interface."""
    due = (
        OutgoingMessage.objects.filter(state__in=OPEN, next_at__lte=clock.now())
        .order_by("next_at")
        .values_list("key", flat=True)[:limit]
    )
    keys = list(due)
    for key in keys:
        send(key)
    return len(keys)


def try_again(key: UUID, *, actor: Actor) -> None:
    """See interface."""
    opening = Entry(
        actor=actor, action="message.tried_again", outcome="done", detail={"message": str(key)}
    )
    with carried_out(opening):
        row = OutgoingMessage.objects.select_for_update().filter(key=key).first()
        if row is None or row.state not in OPEN:
            raise Conflict(
                "this message has gone out or is over",
                code="message_over",
                fix="Ask for a new one where it came from.",
            )
        row.next_at = clock.now()
        row.save(update_fields=["next_at"])
        jobs.configure_task(TASK).defer(key=str(key))


def forget() -> int:
    """See interface."""
    now = clock.now()
    over = ~Q(state__in=OPEN)
    OutgoingMessage.objects.filter(over, moved_at__lt=now - TEXT_STAYS).exclude(text="").update(
        text=""
    )
    gone, _ = OutgoingMessage.objects.filter(over, moved_at__lt=now - ROW_STAYS).delete()
    return gone


@transaction.atomic
def _take(key: UUID) -> OutgoingMessage | None:
    """The message, if it is due and nobody else is at it; what is past its time is over."""
    now = clock.now()
    row = (
        OutgoingMessage.objects.select_for_update(skip_locked=True)
        .filter(key=key, state__in=OPEN, next_at__lte=now)
        .first()
    )
    if row is None:
        return None
    if row.until is not None and row.until <= now:
        _end(row, MessageState.EXPIRED, fault="too_late")
        return None
    row.state = MessageState.SENDING
    row.tries += 1
    row.next_at = now + TAKEN_FOR
    row.save(update_fields=["state", "tries", "next_at"])
    return row


def _put_back(row: OutgoingMessage, fault: str) -> None:
    pause = rules.pause_after(row.tries)
    if pause is None:
        _end(row, MessageState.REFUSED, fault=fault)
        return
    row.state = MessageState.WAITING
    row.fault = fault
    row.next_at = clock.now() + pause
    row.save(update_fields=["state", "fault", "next_at"])
    log.warning("message %s by %s waits: %s", row.code, row.channel, fault)


def _end(
    row: OutgoingMessage, state: MessageState, *, fault: str = "", carrier: Carrier | None = None
) -> None:
    """Address and words go with it; a demo home's words stay a day."""
    row.state = state
    row.fault = fault
    row.address = ""
    row.title = ""
    row.text = row.text if carrier is not None and carrier.keeps_text else ""
    row.moved_at = clock.now()
    row.save(update_fields=["state", "fault", "address", "title", "text", "moved_at"])
