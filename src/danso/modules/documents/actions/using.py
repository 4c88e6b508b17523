"""Papers are looked at, checked, used again, withdrawn."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db.models import F

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, InvalidValue, Refused, Unavailable
from danso.modules.audit.interface import Ledger, carried_out
from danso.modules.documents import rules
from danso.modules.documents.actions.entries import entry
from danso.modules.documents.adapters import sealing, shelf
from danso.modules.documents.data import (
    Grounds,
    Index,
    PaperChecked,
    PaperReused,
    PaperRevoked,
    PaperState,
    Reach,
)
from danso.modules.documents.models import Paper
from danso.modules.documents.queries.papers import as_data, within
from danso.toolkit.platform import province


def open_paper(key: UUID, *, reach: Reach, actor: Actor, grounds: Grounds) -> bytes:
    """See interface."""
    with _on_paper("opened", key, reach, actor, grounds) as (row, ledger):
        rules.check_state(
            PaperState(row.state),
            PaperState.UNCHECKED,
            PaperState.CHECKED,
            PaperState.REJECTED,
            PaperState.REPLACED,
            PaperState.REVOKED,
        )
        ledger.detail["sha256"] = row.sha256
        return _content(row)


def check_paper(key: UUID, index: Index, *, reach: Reach, actor: Actor, grounds: Grounds) -> None:
    """See interface."""
    with _on_paper("checked", key, reach, actor, grounds) as (row, ledger):
        rules.check_state(PaperState(row.state), PaperState.UNCHECKED)
        _check_other(row, actor)
        said = rules.check_index(index)
        for name in ("symbol", "issued_on", "valid_until", "issuer", "signer", "abstract"):
            setattr(row, name, getattr(said, name))
        row.state = PaperState.CHECKED.value
        row.checked_by, row.checked_at = actor.id, clock.now()
        row.save()
        ledger.happened(PaperChecked(row.key, row.person, row.state))


def reject_paper(key: UUID, why: str, *, reach: Reach, actor: Actor, grounds: Grounds) -> None:
    """See interface."""
    with _on_paper("rejected", key, reach, actor, grounds) as (row, ledger):
        rules.check_state(PaperState(row.state), PaperState.UNCHECKED)
        reason = " ".join(why.split())
        if not reason or len(reason) > 200:
            raise InvalidValue(
                "Say in a sentence what is wrong with the paper.",
                code="paper_why",
                fix="Name what can't be read or does not belong; 200 letters at most.",
            )
        row.state, row.rejected_why = PaperState.REJECTED.value, reason
        row.checked_by, row.checked_at, row.ended_at = actor.id, clock.now(), clock.now()
        row.save()
        ledger.happened(PaperChecked(row.key, row.person, row.state))


def reuse_paper(key: UUID, *, person: UUID, actor: Actor, grounds: Grounds) -> None:
    """See interface."""
    with _on_paper("reused", key, Reach(person=person), actor, grounds) as (row, ledger):
        if row.person != person or not as_data(row).proves(clock.today()):
            raise Conflict(
                "This paper proves nothing today.",
                code="paper_no_proof",
                fix="Bring a paper that is in force; it is then kept for the next time.",
            )
        Paper.objects.filter(key=key).update(uses=F("uses") + 1)
        ledger.happened(PaperReused(row.key, row.person, grounds.procedure))


def revoke_paper(key: UUID, *, reach: Reach, actor: Actor, grounds: Grounds) -> None:
    """See interface."""
    with _on_paper("revoked", key, reach, actor, grounds) as (row, ledger):
        rules.check_state(PaperState(row.state), PaperState.UNCHECKED, PaperState.CHECKED)
        row.state, row.ended_at = PaperState.REVOKED.value, clock.now()
        row.save(update_fields=["state", "ended_at"])
        ledger.happened(PaperRevoked(row.key, row.person))


@contextmanager
def _on_paper(
    what: str, key: UUID, reach: Reach, actor: Actor, grounds: Grounds
) -> Iterator[tuple[Paper, Ledger]]:
    """The frame of every action on one paper that the actor can see."""
    with carried_out(entry(what, actor, grounds, {"paper": str(key)})) as ledger:
        row = within(reach).select_for_update().filter(key=key).first()
        if row is None:
            raise rules.paper_unknown()
        ledger.subject = row.person
        ledger.detail["kind"] = row.kind
        yield row, ledger


def _content(row: Paper) -> bytes:
    """The paper as it was taken in: its digest is the one that the journal has sealed."""
    sealed = shelf.get(row.key)
    content = sealing.unseal(sealed) if sealed is not None else None
    if content is None or hashlib.sha256(content).hexdigest() != row.sha256:
        raise Unavailable(
            "The paper's file is not what was kept.",
            code="paper_damaged",
            fix="Tell the operator: it has to come back from a backup.",
        )
    return content


def _check_other(row: Paper, actor: Actor) -> None:
    """A sensitive paper is not checked by whoever brought it in: two pairs of eyes."""
    kind = province().papers.by_code.get(row.kind)
    is_basic = kind is not None and kind.sensitivity == "basic"
    if row.kept_by == actor.id and row.origin == "applicant" and not is_basic:
        raise Refused(
            "Whoever handed a paper in does not check it.",
            code="paper_own",
            fix="Ask another officer.",
        )
