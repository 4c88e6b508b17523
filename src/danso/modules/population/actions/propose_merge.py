"""A merge, or its undoing, by two officers: one proposes, another within reach confirms."""

from __future__ import annotations

from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import Conflict, NotFound
from danso.modules.population.actions.ledger import Ledger, carried_out
from danso.modules.population.actions.merge_people import locked_both, merge_people, unmerge
from danso.modules.population.data import EVERYWHERE, Grounds, ProposalKind, Scope
from danso.modules.population.models import Merge, MergeProposal, Person
from danso.modules.population.queries.people import record_of
from danso.modules.population.rules import check_may_change, check_reach
from danso.toolkit.platform import platform


def propose_merge(
    kept: UUID, merged: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> UUID:
    with carried_out("propose_merge", actor=actor, grounds=grounds, subject=kept) as ledger:
        check_may_change(platform().register_mode, actor)
        locked_both(kept, merged, scope)
        return _keep("merge", kept, merged, ledger, actor=actor, grounds=grounds)


def propose_unmerge(
    merged: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> UUID:
    with carried_out("propose_unmerge", actor=actor, grounds=grounds, subject=merged) as ledger:
        check_may_change(platform().register_mode, actor)
        merge = Merge.objects.select_for_update().filter(merged=merged, undone_at=None).first()
        if merge is None:
            raise NotFound(
                "This record is not merged into another.",
                code="merge_not_found",
                fix="Look at its history.",
            )
        check_reach(record_of(Person.objects.get(key=merge.kept)), scope)
        return _keep("unmerge", merge.kept, merged, ledger, actor=actor, grounds=grounds)


def confirm_proposal(
    proposal: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> None:
    with carried_out("confirm_merge", actor=actor, grounds=grounds) as ledger:
        row = _waiting(proposal)
        ledger.subject = row.kept
        ledger.detail = {"proposal": str(row.key)}
        # Who confirms is the one who acts now; the action checks that the two are not the same.
        officers = (actor, Actor(**row.proposed_by))
        why = _grounds_of(row, grounds)
        if row.kind == "merge":
            merge_people(
                row.kept, row.merged, officers=officers, grounds=why, scope=scope, needs_two=True
            )
        else:
            unmerge(row.merged, officers=officers, grounds=why, scope=scope, needs_two=True)
        _close(row, "done", actor)


def decline_proposal(
    proposal: UUID, *, actor: Actor, grounds: Grounds, scope: Scope = EVERYWHERE
) -> None:
    with carried_out("decline_merge", actor=actor, grounds=grounds) as ledger:
        row = _waiting(proposal)
        ledger.subject = row.kept
        ledger.detail = {"proposal": str(row.key)}
        check_reach(record_of(Person.objects.get(key=row.kept)), scope)
        _close(row, "declined", actor)


def _keep(
    kind: ProposalKind,
    kept: UUID,
    merged: UUID,
    ledger: Ledger,
    *,
    actor: Actor,
    grounds: Grounds,
) -> UUID:
    if MergeProposal.objects.filter(state="waiting", merged__in=(kept, merged)).exists():
        raise Conflict(
            "A proposal about this record waits for a second officer.",
            code="proposal_waiting",
            fix="Have it confirmed or declined first.",
        )
    row = MergeProposal.objects.create(
        kind=kind,
        kept=kept,
        merged=merged,
        reason=grounds.reason,
        evidence=grounds.evidence,
        proposed_by={name: getattr(actor, name) for name in Actor.__slots__},
        proposed_at=clock.now(),
        state="waiting",
    )
    ledger.detail = {"proposal": str(row.key)}
    other = merged if ledger.subject == kept else kept
    ledger.entries.append(
        grounds.entry(f"population.propose_{kind}", actor, subject=other, detail=ledger.detail)
    )
    return row.key


def _waiting(proposal: UUID) -> MergeProposal:
    row = MergeProposal.objects.select_for_update().filter(key=proposal).first()
    if row is None:
        raise NotFound(
            "There is no such proposal.", code="proposal_not_found", fix="Look at the list again."
        )
    if row.state != "waiting":
        raise Conflict(
            "This proposal was decided already.",
            code="proposal_decided",
            fix="Look at the records' history.",
        )
    return row


def _grounds_of(row: MergeProposal, grounds: Grounds) -> Grounds:
    """The proposer's reason and evidence; purpose and file of the one who confirms."""
    return Grounds(
        reason=row.reason,
        evidence=row.evidence,
        purpose=grounds.purpose,
        legal_basis=grounds.legal_basis,
        procedure=grounds.procedure,
        file_code=grounds.file_code,
        service=grounds.service,
    )


def _close(row: MergeProposal, state: str, actor: Actor) -> None:
    row.state, row.decided_by, row.decided_at = state, actor.id, clock.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
