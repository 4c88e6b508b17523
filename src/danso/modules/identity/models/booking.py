"""The table of appointments at police counters."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from danso.modules.identity.data import AppointmentState
from danso.modules.identity.models.officers import Account


class Appointment(models.Model):
    """Somebody comes to a police counter at a time, for level 2."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.UUIDField()
    phone_sealed = models.TextField()
    place = models.CharField(max_length=64)
    at = models.DateTimeField()
    state = models.CharField(max_length=16, default=AppointmentState.BOOKED.value)
    booked_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    booked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in AppointmentState]),
                name="identity_appointment_state",
            ),
        ]
        indexes = [
            models.Index(fields=["place", "at"], name="identity_appointment_place"),
            models.Index(fields=["person"], name="identity_appointment_person"),
        ]

    def __str__(self) -> str:
        return f"appointment {self.key} {self.state}"
