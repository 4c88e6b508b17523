"""Locked sources (denouncers, preventive measures, investigations): a record is read by its own key
and for a named purpose only, and what was told before the lock is taken back."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.population.data import Grounds
from danso.modules.sources.data import record_gone, source_purpose
from danso.modules.sources.models import Agreement, Fact, SourceRecord
from danso.toolkit.platform import province


def read_locked(code: str, record: str, *, actor: Actor, grounds: Grounds) -> Mapping[str, str]:
    opening = grounds.entry(
        "sources.read_locked", actor, outcome="shown", detail={"source": code, "record": record}
    )
    with audit.carried_out(opening):
        check_purpose(code, grounds)
        row = SourceRecord.objects.filter(source=code, record=record, gone_at=None).first()
        if row is None:
            raise record_gone()
        held: dict[str, str] = row.payload
    return held


def check_purpose(code: str, grounds: Grounds) -> None:
    """Where the source is locked, one of its purposes is named. Raises Refused `source_purpose`."""
    if province().is_locked(code) and grounds.purpose not in province().locked_purposes(code):
        raise source_purpose()


def take_back(code: str) -> int:
    """Facts and comparisons of a source that is locked now; returns how many facts there were."""
    with transaction.atomic():
        ended, _ = Fact.objects.filter(source=code).delete()
        Agreement.objects.filter(source=code).delete()
    return ended
