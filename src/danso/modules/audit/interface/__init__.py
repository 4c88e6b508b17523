"""The journal's door: record, follow, look up, prove."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.audit.actions import follow, frame, resume, withhold
from danso.modules.audit.actions import record as recording
from danso.modules.audit.actions.follow import Handle, Start
from danso.modules.audit.actions.frame import Ledger
from danso.modules.audit.data import (
    Activity,
    CallCount,
    Decision,
    Entry,
    EntryFilter,
    Event,
    Follower,
    HandlerRun,
    InclusionProof,
    JournalEntry,
    JournalHealth,
    SignedHead,
    Tally,
    Uses,
    VerifyReport,
    Withholding,
    WithholdingCase,
)
from danso.modules.audit.interface.looks import (
    count_withheld,
    deeds_for,
    entries_about,
    get_look,
    lookers_of,
    prove_look,
)
from danso.modules.audit.queries import (
    activity,
    calls,
    health,
    hold,
    marked,
    search,
    tree,
    uses,
    whole,
    withholdings,
)
from danso.modules.audit.queries import followers as follower_queries
from danso.modules.audit.queries.whole import Progress

__all__ = [
    "Ledger",
    "Progress",
    "activity_by_day",
    "activity_by_minute",
    "activity_by_partner",
    "calls_of",
    "carried_out",
    "consistency",
    "count_withheld",
    "deeds_for",
    "emit",
    "emit_many",
    "entries_about",
    "entries_of_record",
    "export_journal",
    "find_entries",
    "find_uses",
    "followers",
    "get_look",
    "get_withholding_case",
    "handler",
    "inclusion",
    "journal_health",
    "journal_hold",
    "journal_refusal",
    "lookers_of",
    "open_entry",
    "propose_term",
    "propose_withholding",
    "prove_event",
    "prove_look",
    "public_keys",
    "record",
    "record_each",
    "record_many",
    "refusals",
    "refusals_journaled",
    "resume_after_loss",
    "run_handlers",
    "sign_withholding",
    "tally",
    "tree_head",
    "verify_journal",
    "withholding_cases",
    "withholdings_in_force",
]


def carried_out(opening: Entry) -> AbstractContextManager[Ledger]:
    """The frame of an action: run the block in one transaction and journal it there.

    What the block learns goes into the `Ledger` it is given: outcome, subject, fields, more detail,
    further rows, events; all are written as the block ends. If it raises, everything rolls back,
    then `journal_refusal` writes the opening entry. Inside an outer frame only the outer one
    journals the refusal. Duty: as `record`.
    """
    return frame.carried_out(opening)


def refusals_journaled(opening: Entry) -> AbstractContextManager[None]:
    """For a block that writes its own rows: only its refusals and failures are journaled here."""
    return frame.refusals_journaled(opening)


def journal_refusal(opening: Entry, error: Exception) -> None:
    """Journal that an action was refused or failed, in a transaction of its own.

    The outcome becomes `refused:<code>`, or `failed:<kind>` for a fault. Nothing is written for an
    error that has its row already, nor inside a transaction, which would take the row back with it:
    there it is the caller's to journal, after rolling back. Never raises.
    """
    frame.journal_refusal(opening, error)


def record(entry: Entry) -> None:
    """Journal one look or change in the caller's transaction: it stays exactly if that commits.

    Sealed within about a second. Duty: plan's rule that no access goes without a trace; decree
    13/2023/ND-CP article 27 (access to personal data is logged).
    """
    recording.record(entry)


def record_many(entries: Iterable[Entry]) -> None:
    """As `record`, for many rows in one statement (a batch, a page of search hits)."""
    recording.record_many(entries)


def record_each(entry: Entry, subjects: Sequence[UUID]) -> None:
    """As `record`, one row for each of these people that says the same otherwise, in one statement:
    20,000 people in a file cost one text."""
    recording.record_each(entry, subjects)


def emit(event: Event) -> None:
    """Announce a domain event to higher modules, in the caller's transaction. Ids only."""
    recording.emit(event)


def emit_many(events: Iterable[Event]) -> None:
    """As `emit`, for many events in one statement."""
    recording.emit_many(events)


def handler(
    *events: type[Event], name: str, start: Start = "beginning"
) -> Callable[[Handle], Handle]:
    """Register a function that follows events of these classes: `@handler(PersonDied, name="x.y")`.

    It is called by `run_handlers` with a list of `Positioned` in order, each once; its effect and
    its cursor commit together, so keep all effects in the database and idempotent by position. If
    it raises, it stays where it was and is tried again. `name` is for ever: it keys the cursor.
    A new handler begins with all events there are, or with `start="now"` at the present end.
    """
    return follow.handler(*events, name=name, start=start)


def run_handlers(max_rows: int = 5000, *, only: Collection[str] | None = None) -> list[HandlerRun]:
    """Let each follower handle up to `max_rows` events; several workers may call it at once.

    Must not run inside an open transaction of the caller. `HandlerRun.behind` above 0: call again.
    """
    return follow.run_handlers(max_rows, only=only)


def followers() -> list[Follower]:
    """Every follower that ever ran here, and how far behind it is: for the operator's page."""
    return follower_queries.followers()


def find_entries(
    wanted: EntryFilter, *, before: int | None = None, limit: int = 100
) -> list[JournalEntry]:
    """Sealed entries of some days, newest first, withheld ones too; `before` a position goes on.

    For auditors only: the caller checks the role and journals the search.
    """
    return search.find_entries(wanted, before=before, limit=limit)


def find_uses(wanted: Uses, first: date, last: date, *, limit: int = 200) -> list[JournalEntry]:
    """Sealed entries of some days about the use of one thing, newest first, without saying about
    whom: `subject` is None and `file_code` empty. The caller checks the right and journals."""
    return uses.find_uses(wanted, first, last, limit=limit)


def open_entry(position: int) -> tuple[JournalEntry, InclusionProof]:
    """One entry with its salt, exact text and proof. The caller journals, as `find_entries`.

    Raises NotFound (`entry_unknown`), NotSealedYet until a signed head covers it.
    """
    entry, salt, text = search.get_entry(position)
    return entry, replace(tree.prove_inclusion(position), salt=salt, entry=text)


def entries_of_record(record: str, *, before: int, expected: int) -> tuple[int, ...]:
    """Positions of the entries whose detail names this `record`, written in the commit whose event
    stands at `before`, in their order. Raises NotFound (`entries_missing`) unless `expected` are
    there."""
    return marked.entries_of_record(record, before=before, expected=expected)


def prove_event(position: int) -> InclusionProof:
    """The proof, with exact text and salt, of a domain event: ids only, so anybody may have it.

    Raises NotFound (`event_unknown`), NotSealedYet until a signed head covers it.
    """
    return marked.prove_event(position)


def propose_withholding(decision: Decision, *, actor: Actor) -> int:
    """Propose to withhold one body's future looks at one person; returns the withholding's id.

    Holds only once another officer calls `sign_withholding`. Any body but a BodyKind, civil courts
    above all, is refused (WithholdingRefused), as is an end date that has passed.
    """
    return withhold.propose_withholding(decision, actor=actor)


def propose_term(
    withholding: int,
    *,
    decision_number: str,
    until: datetime,
    actor: Actor,
    is_early_end: bool = False,
) -> None:
    """Propose a renewal, or an early end, by a further decision; holds once another signs."""
    withhold.propose_term(
        withholding,
        decision_number=decision_number,
        until=until,
        actor=actor,
        is_early_end=is_early_end,
    )


def sign_withholding(withholding: int, *, actor: Actor) -> None:
    """Sign what waits of a withholding. Refused for the officer who proposed it."""
    withhold.sign_withholding(withholding, actor=actor)


def withholdings_in_force() -> list[Withholding]:
    """Decisions that withhold entries now (for the auditor)."""
    return withhold.withholdings_in_force()


def withholding_cases() -> list[WithholdingCase]:
    """Every decision ever proposed with its terms, the newest first: in force, waiting or over."""
    return withholdings.withholding_cases()


def get_withholding_case(withholding: int) -> WithholdingCase:
    """One of them; raises NotFound (`withholding_unknown`)."""
    return withholdings.get_withholding_case(withholding)


def tree_head(size: int | None = None) -> SignedHead:
    """The latest signed head (or that of `size` leaves); `.note()` is its text for publishing.

    Raises NotSealedYet where there is none.
    """
    return tree.get_tree_head(size)


def public_keys() -> dict[str, bytes]:
    """Every Ed25519 public key (32 bytes) that ever signed heads, by key id, oldest first."""
    return tree.public_keys()


def inclusion(position: int, size: int | None = None) -> InclusionProof:
    """That the leaf at `position` is in the tree of the latest head (or that of `size` leaves)."""
    return tree.prove_inclusion(position, size)


def consistency(old_size: int, new_size: int | None = None) -> tuple[bytes, ...]:
    """That the tree of `old_size` leaves is the start of the latest head's (or `new_size`'s)."""
    return tree.prove_consistency(old_size, new_size)


def journal_health() -> JournalHealth:
    """Age of the oldest unsealed row, backlog, size, last sweep of the sealer, last signed head."""
    return health.journal_health()


def journal_hold(heads: Path) -> str:
    """Why the sealer refuses to seal: the newest head in `heads` is newer or other than this
    journal, because an older copy was restored. "" where nothing holds it."""
    return hold.journal_hold(heads)


def activity_by_minute(since: datetime, until: datetime) -> dict[datetime, Activity]:
    """By minute of sealing (UTC) in [since, until); minutes without any entry are left out.

    Reads the counters that the sealer keeps, not the journal: a figure, not evidence.
    """
    return activity.activity_by_minute(since, until)


def activity_by_day(first: date, last: date) -> dict[date, Activity]:
    """As `activity_by_minute`, by day in Vietnam from `first` to `last`, both included."""
    return activity.activity_by_day(first, last)


def activity_by_partner(first: date, last: date) -> dict[str, Activity]:
    """By partner's code over these days, both included; partners that asked nothing are left out.

    Officers are not counted one by one.
    """
    return activity.activity_by_partner(first, last)


def calls_of(partner: str, first: date, last: date) -> list[CallCount]:
    """One partner's calls by day, action and outcome, both days included; empty days left out."""
    return calls.calls_of(partner, first, last)


def refusals(first: date, last: date) -> dict[str, int]:
    """Refused calls over these days by reason code, the most frequent first."""
    return activity.refusals(first, last)


def tally(since: datetime, *, action: str = "") -> list[Tally]:
    """Sealed entries by minute, action, partner and outcome since an instant, oldest first.

    For pages that move: reads small counters that the sealer keeps, never the journal itself.
    `action` narrows to one (exact); minutes without entries are left out.
    """
    return health.tally(since, action=action)


def verify_journal(
    against: Sequence[SignedHead] = (), *, progress: Progress | None = None
) -> VerifyReport:
    """Walk the whole journal and compare it with stored and kept heads. Reads every row: minutes.

    `progress(done, size)` is called after each chunk. Sealing may go on meanwhile.
    """
    return whole.verify(against, progress=progress or _silent)


def export_journal(folder: Path, *, progress: Progress | None = None) -> int:
    """Write journal.jsonl, heads.txt and keys.txt for tools/check_journal.py; returns the size.

    Holds every entry, withheld ones too: for the auditor only, who journals that it was made.
    """
    return whole.export(folder, progress=progress or _silent)


def _silent(done: int, size: int) -> None:
    pass


def resume_after_loss(heads: Path, *, actor: Actor) -> SignedHead:
    """Confirm that a restored copy lacks positions that were published; returns that head.

    Journals which positions were lost, then sets the published head in the folder `heads` aside,
    so that the sealer starts again. Raises Conflict where nothing is behind.
    """
    return resume.resume_after_loss(heads, actor=actor)
