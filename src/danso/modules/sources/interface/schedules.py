"""The part of the door about sources that run by themselves, files sent on a page, and looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from uuid import UUID

from danso.kernel.actors import Actor
from danso.modules.population.data import Grounds
from danso.modules.sources.actions import (
    owner_mails,
    running,
    scheduling,
    showing,
    shrinking,
    trying,
    uploading,
)
from danso.modules.sources.adapters import registry
from danso.modules.sources.adapters.registry import Connectors
from danso.modules.sources.data import AlertRecord, Preview, RunRecord, SourceTroubled, TrialRecord
from danso.modules.sources.queries import schedules

__all__ = ["Connectors"]


def use_connectors(connectors: Connectors) -> Callable[[], None]:
    """Say how this process comes to the connectors of its home: the composition root does, at the
    start of the jobs. Returns what takes it back. Before, no source has a place."""
    return registry.use_connectors(connectors)


def tend_sources() -> list[str]:
    """The jobs' round: puts on record what died, plans what is newly placed, opens alerts about
    what is late, begins abandoned trials again, deletes files that nobody confirmed, withdraws
    links, facts and mismatches of what is locked now (`withdraw_locked`). Returns the
    sources that are due, the longest waiting first. Idempotent."""
    uploading.tend_trials()
    return scheduling.tend()


def run_source(code: str) -> bool:
    """Run a source that is due: look at its columns, load from the last checkpoint, match what
    changed, tell facts. False where it is not due, paused, or at work already.

    Raises nothing that a source can do: a failure is put on record with the next try (docs/how-to/
    connect-a-source.md), and an alert opens where somebody must act. Emits SourceTroubled,
    SourceRecovered beside what loading, matching and telling emit.
    """
    return running.run_source(code)


def pause_source(code: str, *, actor: Actor) -> None:
    """Let a source not run until it is resumed; a run at work goes on. Journaled. Harmless twice.
    Raises NotFound. The caller checks the right."""
    scheduling.pause_source(code, actor=actor)


def resume_source(code: str, *, actor: Actor) -> None:
    """Let a paused source run again, at once where it has a schedule. Journaled. Harmless twice.
    Raises NotFound. The caller checks the right."""
    scheduling.resume_source(code, actor=actor)


def run_source_now(code: str, *, actor: Actor) -> None:
    """Have the jobs run a source at once, whatever its schedule. Journaled.

    Raises NotFound, Conflict `source_paused`. The caller checks the right.
    """
    scheduling.run_source_now(code, actor=actor)


def source_runs() -> dict[str, RunRecord]:
    """Of every source of the catalogue when it runs next and how it fares. No personal data."""
    return schedules.runs()


def source_alerts(code: str | None = None) -> list[AlertRecord]:
    """What somebody has to see to, of one source or of all, the oldest first."""
    return schedules.alerts(code)


def open_upload(code: str, name: str, chunks: Iterable[bytes], *, actor: Actor) -> UUID:
    """Take in a file for a source, apart from its records, and have the jobs look at it. Written as
    it comes, at most 1 GB. Returns the trial's key. Journaled.

    Raises NotFound, InvalidValue `source_no_files`, `upload_too_large`. The caller checks the
    right.
    """
    return uploading.open_upload(code, name, chunks, actor=actor)


def open_look(code: str, *, actor: Actor) -> UUID:
    """Have the jobs look at a source where it is: a check, a dry run from its checkpoint, the first
    rows. Nothing is taken. Returns the trial's key. Journaled. Raises NotFound."""
    return uploading.open_look(code, actor=actor)


def try_rows(key: UUID) -> None:
    """Work off a trial that waits; harmless for any other. What is wrong goes on its record."""
    trying.try_rows(key)


def confirm_upload(key: UUID, *, actor: Actor) -> None:
    """Take a checked file: the jobs load it at once, then delete it. Journaled.

    Raises NotFound `trial_not_found`, Conflict `trial_over`, `source_paused`.
    """
    uploading.confirm_upload(key, actor=actor)


def cancel_trial(key: UUID, *, actor: Actor) -> None:
    """Delete a file that is not wanted. Journaled. Raises NotFound, Conflict `trial_over`."""
    uploading.cancel_trial(key, actor=actor)


def get_trial(key: UUID, source: str) -> TrialRecord:
    """A trial of this source: codes and counts. Raises NotFound `trial_not_found`."""
    return schedules.get_trial(key, source)


def uploads_of(code: str, *, limit: int = 10) -> list[TrialRecord]:
    """The files sent last on a page, the newest first."""
    return schedules.trials_of(code, limit=limit)


def preview_trial(key: UUID, code: str, *, actor: Actor, grounds: Grounds) -> Preview:
    """The first rows of a trial, at most 20, as they would be taken. Journaled as a look.

    Who sent a file sees all of it; of anything else the purpose's fields, and what the source tells
    to that purpose. No row of a locked source, and a look for one of its purposes only. Raises
    NotFound, Refused `source_purpose`.
    """
    return showing.preview_trial(key, code, actor=actor, grounds=grounds)


def export_faults(code: str, *, actor: Actor, grounds: Grounds) -> Iterator[tuple[str, str, str]]:
    """Every value that its field does not allow: record key, field, code; never the value. For the
    owner, who knows its records by their keys. Journaled. Raises NotFound, and Refused
    `source_purpose` where a locked source is asked for another purpose than its own."""
    return showing.export_faults(code, actor=actor, grounds=grounds)


def let_end(code: str, *, actor: Actor) -> int:
    """Say that records which the owner's latest whole state lacks have really ended; how many.

    A load that would end more than three in ten of a source's records (of more than 20) ends none:
    it opens the alert `shrunk` and waits for this, or for a load that brings them again. Their
    links and facts end with the next match. Raises Conflict `sweep_not_held`.
    """
    return shrinking.let_end(code, actor=actor)


def mail_owner(trouble: SourceTroubled) -> bool:
    """Tell a source's owner by e-mail that it needs somebody, where the home knows its address;
    whether it did. Names the source, the kind of trouble and the page; no record, no value."""
    return owner_mails.mail_owner(trouble)
