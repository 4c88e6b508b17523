"""What became of messages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Min

from danso.kernel import clock
from danso.kernel.errors import NotFound
from danso.modules.notices.data import Channel, MessageData, MessageState, Standing
from danso.modules.notices.models import OPEN, OutgoingMessage

LATELY: Final = timedelta(days=7)


def message_data(row: OutgoingMessage) -> MessageData:
    is_open = row.state in OPEN
    return MessageData(
        key=row.key,
        channel=Channel(row.channel),
        code=row.code,
        state=MessageState(row.state),
        address=row.masked,
        at=row.created_at,
        moved_at=row.moved_at,
        tries=row.tries,
        fault=row.fault,
        # What has not gone out yet is for its reader alone.
        text="" if is_open else row.text,
    )


def newest(states: Collection[MessageState] | None, limit: int) -> tuple[MessageData, ...]:
    rows = OutgoingMessage.objects.order_by("-created_at", "-key")
    if states is not None:
        rows = rows.filter(state__in=[state.value for state in states])
    return tuple(message_data(row) for row in rows[:limit])


def get_message(key: UUID) -> MessageData:
    row = OutgoingMessage.objects.filter(key=key).first()
    if row is None:
        raise NotFound(
            "there is no such message", code="message_unknown", fix="List them: danso messages list"
        )
    return message_data(row)


def standing() -> Standing:
    waiting = OutgoingMessage.objects.filter(state__in=OPEN)
    refused = OutgoingMessage.objects.filter(
        state=MessageState.REFUSED, moved_at__gt=clock.now() - LATELY
    )
    return Standing(
        waiting=waiting.count(),
        oldest=waiting.aggregate(oldest=Min("created_at"))["oldest"],
        refused=refused.count(),
    )
