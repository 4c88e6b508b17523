"""Tables of the breach register. Who is concerned stands there by key, and goes at the term."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from danso.kernel import clock
from danso.kernel.keys import new_key


class Breach(models.Model):
    """One breach as far as it is known; what was known before stands in its steps."""

    key = models.UUIDField(primary_key=True, default=new_key, editable=False)
    discovered_at = models.DateTimeField()
    nature = models.CharField(max_length=40)
    data = ArrayField(models.CharField(max_length=40))
    people = models.PositiveIntegerField(null=True)
    happened = models.TextField()
    cause = models.TextField(default="")
    measures = models.TextField(default="")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.CharField(max_length=80)
    notified_at = models.DateTimeField(null=True)
    notified_way = models.CharField(max_length=200, default="")
    notified_number = models.CharField(max_length=120, default="")
    # The lowest number of hours left that somebody was told of.
    cried = models.PositiveSmallIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "protection_breach"
        verbose_name_plural = "breaches"
        constraints = [
            models.CheckConstraint(condition=~Q(data=[]), name="protection_breach_has_data"),
        ]
        indexes = [
            models.Index(
                fields=["discovered_at"],
                condition=Q(closed_at__isnull=True),
                name="protection_breach_open",
            )
        ]

    def __str__(self) -> str:
        return f"breach {self.key}"


class PersonTold(models.Model):
    """That a person concerned was told of a breach by a message: once each."""

    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="+")
    person = models.UUIDField()
    at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "protection_person_told"
        constraints = [
            models.UniqueConstraint(fields=["breach", "person"], name="protection_told_once")
        ]

    def __str__(self) -> str:
        return f"told of {self.breach_id}"
