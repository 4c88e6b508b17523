"""What shows people's data of a source: the first rows of a trial, its faulty records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.population.data import Grounds
from danso.modules.sources.actions.locked import check_purpose
from danso.modules.sources.actions.uploading import shelf
from danso.modules.sources.data import Preview
from danso.modules.sources.queries.schedules import faulty_records, get_trial
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.catalogue.shapes.people import Purpose
    from danso.catalogue.shapes.sources import Source


def preview_trial(key: UUID, code: str, *, actor: Actor, grounds: Grounds) -> Preview:
    """See interface."""
    source = province().source(code)
    with audit.carried_out(_entry("sources.preview_trial", actor, grounds, code)) as ledger:
        check_purpose(code, grounds)
        trial = get_trial(key, code)
        rows = shelf().preview(key)
        # Who sent a file has seen it.
        is_own = trial.kind == "upload" and trial.opened_by == actor.id
        purpose = province().purposes.get(grounds.purpose)
        shown = {
            one.code
            for one in source.fields
            if is_own or (purpose and _may(source, one.code, purpose))
        }
        fields = tuple(one.code for one in source.fields)
        ledger.detail |= {"trial": str(key), "rows": len(rows)}
        ledger.fields = tuple(code for code in fields if code in shown)
        masked = [
            [cell if code in shown else None for code, cell in zip(fields, row, strict=True)]
            for row in rows
        ]
    return Preview(fields, masked)


def _may(source: Source, code: str, purpose: Purpose) -> bool:
    """What the purpose may read of people in general, and of what this source tells of them."""
    term = source.by_code[code].term
    if term is not None:
        return term in purpose.share
    told = [fact for fact in source.facts if code in (fact.field, fact.since, fact.until)]
    return any(purpose.code in fact.purposes for fact in told)


def export_faults(code: str, *, actor: Actor, grounds: Grounds) -> Iterator[tuple[str, str, str]]:
    """See interface."""
    province().source(code)
    with audit.carried_out(_entry("sources.export_faults", actor, grounds, code)):
        check_purpose(code, grounds)
    return faulty_records(code)


def _entry(action: str, actor: Actor, grounds: Grounds, code: str) -> Entry:
    return Entry(
        actor=actor,
        action=action,
        outcome="done",
        service=grounds.service,
        purpose=grounds.purpose,
        legal_basis=grounds.legal_basis,
        file_code=grounds.file_code,
        detail={"source": code},
    )
