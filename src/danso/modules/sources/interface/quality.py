"""The part of the door about quality: records beside their people, mismatches, figures by day."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.population.data import Grounds
from danso.modules.sources.actions import agreeing, locked, mismatch_sheets, mismatching, tallying
from danso.modules.sources.actions.correcting import Decider
from danso.modules.sources.actions.mismatching import Said
from danso.modules.sources.data import (
    Compared,
    MismatchRecord,
    MismatchState,
    Owner,
    OwnersAnswer,
    QualityCount,
    RightSide,
    RowOutcome,
    StepRecord,
    Waits,
    WorklistFile,
)
from danso.modules.sources.engine.agreeing import register_field as register_field_of
from danso.modules.sources.queries import quality
from danso.toolkit.platform import province


def compare_source(code: str, *, actor: Actor, records: Collection[str] | None = None) -> Compared:
    """Bring the mismatches of a source up to its records, links and the register: each field that
    says something of a person is compared; what differs is asked of the owner, with ten working
    days to answer; what agrees now closes by itself; what its owner called mended and a load since
    did not mend is asked again. `records`: of these only.

    Set-wise: only what changed is written. One transaction, one journal row, one SourceCompared.
    Called by `match_source`. A locked source is never compared. Plan II.2.10, II.5.1.
    """
    return agreeing.compare_source(code, actor=actor, records=records)


def compare_people(people: Collection[UUID]) -> None:
    """As `compare_source`, for the records linked to these people. Idempotent."""
    agreeing.compare_people(people)


def answer_mismatch(
    key: UUID, answer: OwnersAnswer, given: Said, *, owner: Owner, seen: str
) -> MismatchState:
    """The owner answers: `corrected` waits for the next load; `right`, with its proof, becomes a
    correction for whoever decides the field in the register, or goes up to the province where no
    correction may change it. `seen`: `as_seen` of the mismatch that was answered. Returns
    the state.

    Raises NotFound `mismatch_not_found`, Refused `mismatch_not_yours`, Conflict
    (`mismatch_elsewhere`, `mismatch_decided`, `mismatch_changed`, `correction_open`), InvalidValue
    (`mismatch_proof_missing`, and what `open_correction` raises). Journaled; emits MismatchMoved.
    """
    return mismatching.answer_mismatch(key, answer, given, owner=owner, seen=seen)


def decide_mismatch(
    key: UUID, side: RightSide, given: Said, *, decider: Decider, seen: str
) -> MismatchState:
    """Provincial police decide a disagreement with both proofs before them. `register`: the owner
    is asked again and cannot contest any more. `source`: the register changes in this transaction
    (in a copy the change is asked of the register above), and the mismatch closes. `seen`: as with
    `answer_mismatch`; a value that moved while the province had it is asked of the owner anew.

    Raises NotFound `mismatch_not_found` for anybody else, Refused `mismatch_own` for whoever said
    anything about it before (as its owner, as police), Conflict (`mismatch_elsewhere`,
    `mismatch_changed`, `mismatch_not_correctable`), InvalidValue `mismatch_proof_missing`.
    Journaled; emits MismatchMoved.
    """
    return mismatching.decide_mismatch(key, side, given, decider=decider, seen=seen)


def contest_answered(correction: UUID, state: str) -> None:
    """Commune police answered a correction: where an owner contested the register by it, a
    rejection goes up, else the owner is asked again unless both agree now. Idempotent."""
    mismatching.contest_answered(correction, state)


def read_locked(code: str, record: str, *, actor: Actor, grounds: Grounds) -> Mapping[str, str]:
    """One record of a locked source, by its own key: no other way leads to it. For one of the
    source's purposes only (its own, else its database's); the look is journaled, as is a refusal.
    Raises Refused `source_purpose`, NotFound `record_gone`."""
    return locked.read_locked(code, record, actor=actor, grounds=grounds)


def withdraw_locked() -> list[str]:
    """Of every source that is locked now and led to somebody before: its links end, candidates and
    clerks' decisions with them, facts and comparisons are taken back, open mismatches close without
    what stood on both sides, what commune police were asked about them is withdrawn. Returns which.

    One transaction a source, journaled by counts; queues and figures show nothing of it before
    that either. A source opened again is matched anew. Idempotent.
    """
    return locked.withdraw_locked()


def check_purpose(source: str, purpose: str) -> None:
    """Whether a purpose may come near the rows of a source: any, unless it is locked. Raises
    Refused `source_purpose`."""
    locked.check_purpose(source, purpose)


def as_seen(record: MismatchRecord) -> str:
    """What an answer carries to show which two values it answers; it tells neither of them."""
    return quality.as_seen(record.key, record.said, record.held)


def get_mismatch(key: UUID, *, sources: Collection[str] | None) -> MismatchRecord:
    """One mismatch of these sources (None: any). Raises NotFound `mismatch_not_found`. Personal
    data: the caller journals the look."""
    return quality.get_mismatch(key, sources)


def list_mismatches(
    *,
    sources: Collection[str] | None,
    states: Collection[str],
    field: str = "",
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[MismatchRecord], int]:
    """Mismatches of these sources (None: all) in these states, none about protected people, the
    earliest deadline first, and how many there are. Personal data: the caller journals the look."""
    return quality.list_mismatches(sources, states, field=field, limit=limit, offset=offset)


def steps_of(mismatch: UUID) -> list[StepRecord]:
    """What was said about a mismatch, in order."""
    return quality.steps_of(mismatch)


def register_field(source: str, field: str) -> str:
    """The register's field (catalogue code) that a source's field is compared with; '' for none."""
    return register_field_of(province().source(source), field)


def mismatch_file(code: str, *, owner: Owner, grounds: Grounds) -> WorklistFile:
    """What waits for a source's owner, as XLSX to be answered; journaled for each person on it.
    Raises Refused `mismatch_not_yours`."""
    return mismatch_sheets.mismatch_file(code, owner=owner, grounds=grounds)


def read_mismatches(
    content: bytes, *, code: str, owner: Owner, grounds: Grounds
) -> list[RowOutcome]:
    """Take an answered file back, each line by itself; the same file again changes nothing.
    Raises InvalidValue for a file that is no such list."""
    return mismatch_sheets.read_mismatches(content, code=code, owner=owner, grounds=grounds)


def keep_quality(code: str) -> int:
    """Count a source's figures of today anew (the latest of a day stands); returns how many rows.
    Called by `match_source`."""
    return tallying.keep_quality(code)


def keep_quality_behind() -> None:
    """As `keep_quality`, for the sources of which something was compared since."""
    tallying.keep_behind()


def quality_by_field(
    code: str | None = None, *, field: str | None = None, day: date | None = None
) -> list[QualityCount]:
    """The latest figures on or before a day (today), of one source or all, of one field ('' the
    whole record) or each: all communes together. No personal data."""
    return quality.quality_by_field(code, field, day or clock.today())


def quality_by_commune(
    code: str | None = None, *, field: str = "", day: date | None = None
) -> list[QualityCount]:
    """As `quality_by_field`, of one field by commune; of all sources together without `code`."""
    return quality.quality_by_commune(code, field, day or clock.today())


def quality_trend(
    code: str, *, field: str = "", days: int = 90, commune: str | None = None
) -> list[QualityCount]:
    """A source's figures of a field by day, the oldest first; days without a count are absent."""
    return quality.quality_trend(code, field, days, commune)


def waits_by_agency() -> list[Waits]:
    """How many mismatches of each agency's sources wait for whom."""
    return quality.waits_by_agency()


def waits_by_commune() -> list[Waits]:
    """How many mismatches about a commune's people wait for whom."""
    return quality.waits_by_commune()


def quality_days(code: str | None = None, *, limit: int = 90) -> list[date]:
    """The days that have figures, of a source or any, the latest first."""
    return quality.quality_days(code, limit)
