"""Tables of notices: messages, whose address and text go as soon as they have gone out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.notices.data import Channel, MessageState

OPEN = (MessageState.WAITING.value, MessageState.SENDING.value)


class OutgoingMessage(models.Model):
    """One message. A row stays for the count and the state; what it said does not."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    channel = models.CharField(max_length=8, choices=[(c.value, c.value) for c in Channel])
    code = models.CharField(max_length=60)
    person = models.UUIDField(null=True)
    address = models.TextField()
    masked = models.CharField(max_length=254)
    title = models.TextField(default="")
    text = models.TextField()
    until = models.DateTimeField(null=True)
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in MessageState],
        default=MessageState.WAITING.value,
    )
    tries = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=60, default="")
    created_at = models.DateTimeField(default=clock.now)
    moved_at = models.DateTimeField(default=clock.now)
    next_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "notices_message"
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state__in=OPEN), name="notices_open"),
            models.Index(fields=["-created_at"], name="notices_newest"),
            models.Index(
                fields=["-moved_at"],
                condition=Q(state=MessageState.REFUSED.value),
                name="notices_refused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} by {self.channel}: {self.state}"
