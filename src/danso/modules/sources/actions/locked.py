"""Locked sources (denouncers, preventive measures, investigations): a record is read by its own key
and for a named purpose only, and what was told before the lock is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.db import transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.linkage import interface as linkage
from danso.modules.population.data import Grounds
from danso.modules.sources.actions.correcting import take_back_correction
from danso.modules.sources.actions.tallying import count_board
from danso.modules.sources.data import record_gone, source_purpose
from danso.modules.sources.models import Agreement, Correction, Fact, Mismatch, SourceRecord
from danso.toolkit.platform import province

WITHDRAWER: Final = Actor(kind="system", id="sources")


def read_locked(code: str, record: str, *, actor: Actor, grounds: Grounds) -> Mapping[str, str]:
    opening = grounds.entry(
        "sources.read_locked", actor, outcome="shown", detail={"source": code, "record": record}
    )
    with audit.carried_out(opening):
        check_purpose(code, grounds.purpose)
        row = SourceRecord.objects.filter(source=code, record=record, gone_at=None).first()
        if row is None:
            raise record_gone()
        held: dict[str, str] = row.payload
    return held


def take_back(code: str) -> int:
    """Facts and comparisons of a source that is locked now; returns how many facts there were."""
    with transaction.atomic():
        ended, _ = Fact.objects.filter(source=code).delete()
        Agreement.objects.filter(source=code).delete()
    return ended


def withdraw_locked() -> list[str]:
    """See interface."""
    locked = [code for code in province().sources if province().is_locked(code)]
    done = [code for code in locked if _is_reachable(code)]
    for code in done:
        _withdraw(code)
    return done


def check_purpose(code: str, purpose: str) -> None:
    """What shows rows or keys of a locked source is for its named purposes only. Raises Refused
    `source_purpose`."""
    if province().is_locked(code) and purpose not in province().locked_purposes(code):
        raise source_purpose()


def _is_reachable(code: str) -> bool:
    return (
        linkage.has_links(code)
        or Fact.objects.filter(source=code).exists()
        or Agreement.objects.filter(source=code).exists()
        or Mismatch.objects.filter(source=code).exclude(state="closed").exists()
    )


def _withdraw(code: str) -> None:
    opening = Entry(
        actor=WITHDRAWER,
        action="sources.withdraw_locked",
        outcome="done",
        detail={"source": code},
    )
    with audit.carried_out(opening) as ledger:
        facts = take_back(code)
        links = linkage.withdraw_source(code)
        mismatches = _close_mismatches(code)
        count_board(code)
        ledger.detail |= {"links": links, "facts": facts, "mismatches": mismatches}


def _close_mismatches(code: str) -> int:
    """Those that are open, and what their owner asked of commune police about them."""
    rows = Mismatch.objects.select_for_update().filter(source=code).exclude(state="closed")
    asked = [row.correction for row in rows if row.state == "contested" and row.correction]
    now = clock.now()
    # What stood on both sides is the source's too.
    closed = rows.update(
        state="closed", closed_at=now, since=now, closed_as="gone", said="", held=""
    )
    for key in Correction.objects.filter(key__in=asked, state="open").values_list("key", flat=True):
        take_back_correction(key, actor=WITHDRAWER)
    return int(closed)
