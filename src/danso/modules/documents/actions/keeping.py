"""A paper comes in: judged by its content, checked for viruses, sealed, written down once."""

from __future__ import annotations

import hashlib
from uuid import UUID

from django.db import IntegrityError, transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue
from danso.kernel.keys import new_key
from danso.modules.audit.interface import carried_out
from danso.modules.documents import rules
from danso.modules.documents.actions.entries import entry
from danso.modules.documents.adapters import scanner, sealing, shelf
from danso.modules.documents.data import Form, Grounds, NewPaper, PaperKept, PaperState, Scan
from danso.modules.documents.models import Paper
from danso.toolkit.platform import province


def keep_paper(new: NewPaper, *, actor: Actor, grounds: Grounds) -> UUID:
    """See interface."""
    with carried_out(entry("kept", actor, grounds)) as ledger:
        ledger.subject = new.person
        _check_kind(new.kind)
        form = rules.check_content(new.content, new.name)
        key = new_key()
        row = _row(key, new, form, scanner.scan(new.content), actor, grounds)
        row.version = _replace(new)
        _write(row)
        # Last: whatever rolls back above leaves nothing on the shelf. What falls between this and
        # the commit is swept away (`sweep_shelf`).
        shelf.put(key, sealing.seal(new.content))
        ledger.detail = {"paper": str(key), "kind": new.kind, "sha256": row.sha256}
        ledger.happened(PaperKept(key, new.person, new.kind, new.origin))
    return key


def _check_kind(kind: str) -> None:
    if kind not in province().papers.by_code:
        raise InvalidValue(
            "There is no such kind of paper.",
            code="paper_kind",
            fix="Choose one of papers.yaml.",
        )


def _row(key: UUID, new: NewPaper, form: Form, scan: Scan, actor: Actor, grounds: Grounds) -> Paper:
    index = rules.check_index(new.index)
    is_result = new.origin == "result"
    return Paper(
        key=key,
        person=new.person,
        kind=new.kind,
        form=form,
        # What the state itself issues here needs nobody to look whether it is what it says.
        state=(PaperState.CHECKED if is_result else PaperState.UNCHECKED).value,
        origin=new.origin,
        unit=new.unit,
        kept_at=clock.now(),
        kept_by=actor.id,
        octets=len(new.content),
        sha256=hashlib.sha256(new.content).hexdigest(),
        scan=scan,
        is_signed=new.is_signed,
        replaces=new.replaces,
        procedure=grounds.procedure,
        file_code=grounds.file_code,
        symbol=index.symbol,
        issued_on=index.issued_on,
        valid_until=index.valid_until,
        issuer=index.issuer,
        signer=index.signer,
        abstract=index.abstract,
    )


def _replace(new: NewPaper) -> int:
    """The number of the version; the one before it proves nothing any more."""
    if new.replaces is None:
        return 1
    before = (
        Paper.objects.select_for_update()
        .filter(key=new.replaces, person=new.person, kind=new.kind)
        .first()
    )
    if before is None:
        raise rules.paper_unknown()
    rules.check_state(PaperState(before.state), PaperState.UNCHECKED, PaperState.CHECKED)
    before.state, before.ended_at = PaperState.REPLACED.value, clock.now()
    before.save(update_fields=["state", "ended_at"])
    return before.version + 1


def _write(row: Paper) -> None:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            "This very paper is in the store already.",
            code="paper_known",
            fix="Use the one that is there; it need not be brought again.",
        ) from error
