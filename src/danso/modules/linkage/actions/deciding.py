"""A clerk decides whom a record is about; risky links by two officers; every decision undone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from danso.kernel import clock
from danso.kernel.keys import new_key
from danso.modules.audit import interface as audit
from danso.modules.linkage.actions.noting import note_records
from danso.modules.linkage.data import (
    LinkDecided,
    OpenLink,
    Outcome,
    Undoing,
    decision_closed,
    decision_not_found,
    link_needs_two,
    link_not_open,
    link_waiting,
    reason_missing,
    undo_reason_missing,
)
from danso.modules.linkage.models import Candidate, Decision, Link, PastLink
from danso.modules.linkage.queries.links import check_not_closed
from danso.modules.linkage.queries.review import check_decision_reach, open_link
from danso.modules.population.data import Scope, person_not_found
from danso.toolkit.platform import province

if TYPE_CHECKING:
    from danso.kernel.actors import Actor
    from danso.modules.audit.interface import Ledger
    from danso.modules.population.data import Grounds

_MOVED = ("source", "record", "person", "band", "weight", "reason", "run", "since", "decision")


def decide_link(
    link: UUID, person: UUID | None, *, actor: Actor, grounds: Grounds, scope: Scope
) -> Outcome:
    opening = grounds.entry("linkage.decide_link", actor, subject=person)
    with audit.carried_out(opening) as ledger:
        # Locked before it is read: a run or a colleague may be at the same record.
        row = _locked(link)
        check_not_closed(row.source)
        found = open_link(link, scope)
        if found.waiting is not None:
            raise link_waiting()
        risky = _is_risky(found, person)
        if risky and not grounds.reason.strip():
            raise reason_missing()
        decision = _keep(found, person, actor, grounds, needs_two=risky)
        ledger.detail = _detail(decision)
        if risky:
            ledger.outcome = "waiting"
            return "waiting"
        _carry_out(row, decision, actor, ledger)
    return "linked" if person else "not_found"


def confirm_link(decision: UUID, *, actor: Actor, grounds: Grounds, scope: Scope) -> None:
    with audit.carried_out(grounds.entry("linkage.confirm_link", actor)) as ledger:
        row = _decision(decision, "waiting", scope, ledger)
        if row.proposed_by == actor.id:
            raise link_needs_two()
        link = Link.objects.filter(source=row.source, record=row.record).first()
        if link is None or link.band != "clerk":
            raise link_not_open()
        check_not_closed(row.source)
        found = open_link(link.key, scope)
        _check_candidate(found, row.person)
        if _content(found) != row.content:
            raise link_not_open()
        _carry_out(link, row, actor, ledger)


def decline_link(decision: UUID, *, actor: Actor, grounds: Grounds, scope: Scope) -> None:
    with audit.carried_out(grounds.entry("linkage.decline_link", actor)) as ledger:
        row = _decision(decision, "waiting", scope, ledger)
        _close(row, "declined", actor)


def undo_link(decision: UUID, *, actor: Actor, grounds: Grounds, scope: Scope) -> Undoing:
    with audit.carried_out(grounds.entry("linkage.undo_link", actor)) as ledger:
        row = _decision(decision, "standing", scope, ledger)
        if not grounds.reason.strip():
            raise undo_reason_missing()
        if row.needs_two and not row.undo_by:
            row.undo_by, row.undo_reason, row.undo_at = actor.id, grounds.reason, clock.now()
            row.save(update_fields=["undo_by", "undo_reason", "undo_at"])
            ledger.outcome = "waiting"
            return "waiting"
        if row.undo_by == actor.id:
            raise link_needs_two()
        link = Link.objects.filter(decision=row.key).first()
        before = PastLink.objects.filter(ended_by=row.key).order_by("-id").first()
        if link is None or before is None:
            raise decision_closed()
        _end(link, by=row.key)
        kept = {name: getattr(before, name) for name in _MOVED}
        Link.objects.create(**(kept | {"since": clock.now()}), key=new_key())
        row.state = "undone"
        row.save(update_fields=["state"])
        if row.source in province().sources:
            # What stands again is as old as the decision: the next run looks at it.
            note_records(row.source, [row.record])
        ledger.happened(LinkDecided(row.key, row.source))
    return "undone"


def keep_link(decision: UUID, *, actor: Actor, grounds: Grounds, scope: Scope) -> None:
    with audit.carried_out(grounds.entry("linkage.keep_link", actor)) as ledger:
        row = _decision(decision, "standing", scope, ledger)
        if not row.undo_by:
            raise decision_closed()
        row.undo_by, row.undo_reason, row.undo_at = "", "", None
        row.save(update_fields=["undo_by", "undo_reason", "undo_at"])


def _locked(link: UUID) -> Link:
    row = Link.objects.select_for_update().filter(key=link, band="clerk").first()
    if row is None:
        raise link_not_open()
    return row


def _is_risky(found: OpenLink, person: UUID | None) -> bool:
    if person is None:
        return False
    _check_candidate(found, person)
    return any(one.needs_two for one in found.candidates if one.person == person)


def _check_candidate(found: OpenLink, person: UUID | None) -> None:
    if person is not None and person not in {one.person for one in found.candidates}:
        raise person_not_found()


def _content(found: OpenLink) -> str:
    rows = Candidate.objects.filter(source=found.source, record=found.record)
    return rows.values_list("content", flat=True)[:1].get()


def _keep(
    found: OpenLink, person: UUID | None, actor: Actor, grounds: Grounds, *, needs_two: bool
) -> Decision:
    return Decision.objects.create(
        source=found.source,
        record=found.record,
        person=person,
        content=_content(found),
        needs_two=needs_two,
        reason=grounds.reason,
        state="waiting",
        proposed_by=actor.id,
        proposed_at=clock.now(),
    )


def _carry_out(link: Link, decision: Decision, actor: Actor, ledger: Ledger) -> None:
    """The link as decided; what stood there is a past one."""
    person = decision.person
    weight = link.weight
    if person is not None:
        candidate = Candidate.objects.get(source=link.source, record=link.record, person=person)
        weight = candidate.weight
    _end(link, by=decision.key)
    Link.objects.create(
        source=link.source,
        record=link.record,
        person=person,
        band="linked" if person else "not_found",
        weight=weight,
        reason="clerk",
        run=link.run,
        since=clock.now(),
        key=new_key(),
        decision=decision.key,
    )
    _close(decision, "standing", actor)
    ledger.happened(LinkDecided(decision.key, decision.source))


def _end(link: Link, *, by: UUID) -> None:
    moved = {name: getattr(link, name) for name in _MOVED}
    PastLink.objects.create(**moved, ended_by=by, until=clock.now())
    Link.objects.filter(source=link.source, record=link.record).delete()


def _decision(decision: UUID, state: str, scope: Scope, ledger: Ledger) -> Decision:
    found = Decision.objects.filter(key=decision).first()
    if found is None:
        raise decision_not_found()
    # The link first, as runs lock them: else each could wait for the other.
    list(Link.objects.select_for_update().filter(source=found.source, record=found.record))
    row = Decision.objects.select_for_update().get(key=decision)
    check_decision_reach(decision, scope)
    ledger.subject, ledger.detail = row.person, _detail(row)
    if row.state != state:
        raise decision_closed()
    return row


def _detail(row: Decision) -> dict[str, str | int]:
    return {"decision": str(row.key), "source": row.source}


def _close(row: Decision, state: str, actor: Actor) -> None:
    row.state, row.decided_by, row.decided_at = state, actor.id, clock.now()
    row.save(update_fields=["state", "decided_by", "decided_at"])
