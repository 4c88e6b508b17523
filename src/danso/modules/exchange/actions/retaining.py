"""What courts asked and sent, answers of files, and consents that ended are kept for a term, then
erased; that it happened stays on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

from django.db import connection, transaction

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.modules.exchange.data import FileState
from danso.modules.exchange.models import CaseRecord, FileChunk, FileJob
from danso.toolkit.platform import province

RETAINER: Final = Actor(kind="system", id="exchange")
# So many in one transaction; files have up to two hundred chunks each.
_AT_ONCE: Final = 5_000
_FILES_AT_ONCE: Final = 50
# The rule of retention.yaml for answers of a file; without it they stay.
_FILES: Final = "batch-result"
# (rule, what goes through `exchange_destroy_consents`, as which journal row)
_CONSENTS: Final = (("consent-request", "requests"), ("consent", "consents"))
_CONSENT: Final = ("exchange.destroy_consents", "consent")
_COURTS: Final = ("exchange.destroy_court_papers", "courts")
_BATCH: Final = ("exchange.destroy_file_answers", "batch")
# Only what was answered: the function does not touch what still waits for police.
_DESTROY_CONSENTS: Final = "SELECT exchange_destroy_consents(%s, %s, %s)"
_DESTROY: Final = "SELECT exchange_destroy_answered(%s, %s, %s)"


def destroy_past_term(*, now: datetime | None = None) -> dict[str, int]:
    """See interface."""
    at = now or clock.now().astimezone(UTC)
    kept = province().courts.kept
    found = {
        "records": _destroy(kept.records, at, _erase_records),
        "requests": _destroy(kept.requests, at, lambda before: _answered("requests", before)),
        "decisions": _destroy(kept.decisions, at, lambda before: _answered("decisions", before)),
    }
    if _FILES in province().retention:
        found["files"] = _destroy(_FILES, at, _erase_answers, _BATCH)
    for rule, kind in _CONSENTS:
        if rule in province().retention:
            found[rule] = _destroy(rule, at, partial(_ended, kind), _CONSENT)
    return {kind: count for kind, count in found.items() if count}


def _destroy(
    code: str, now: datetime, some: Callable[[datetime], int], as_what: tuple[str, str] = _COURTS
) -> int:
    before = province().keep(code).begins(now)
    if before is None:
        return 0
    destroyed = 0
    while count := _journaled(code, before, some, as_what):
        destroyed += count
    return destroyed


@transaction.atomic
def _journaled(
    code: str, before: datetime, some: Callable[[datetime], int], as_what: tuple[str, str]
) -> int:
    """Some of them in one transaction, with a journal row where there were any."""
    if count := some(before):
        action, service = as_what
        detail: dict[str, str | int] = {"retention": code, "count": count}
        audit.record(Entry(RETAINER, action, "done", service=service, detail=detail))
    return count


def _answered(kind: str, before: datetime) -> int:
    return _called(_DESTROY, kind, before)


def _ended(kind: str, before: datetime) -> int:
    """Requests that are over, and consents that ended."""
    return _called(_DESTROY_CONSENTS, kind, before)


def _called(statement: str, kind: str, before: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [kind, before, _AT_ONCE])
        (count,) = cursor.fetchone() or (0,)
    return int(count)


def _erase_records(before: datetime) -> int:
    """What they say about people, and about whom; the digest stays, and still proves the court's
    copy."""
    old = CaseRecord.objects.filter(at__lt=before).exclude(said={}).values("key")[:_AT_ONCE]
    return CaseRecord.objects.filter(key__in=old).update(
        text="", sealed="", pdf=None, said={}, answers=[], subjects=[], positions=[], position=None
    )


def _erase_answers(before: datetime) -> int:
    """Of files that are done; counts and digest stay."""
    old = FileJob.objects.select_for_update().filter(
        finished_at__lt=before, state__in=(FileState.DONE, FileState.STOPPED)
    )
    keys = list(old.values_list("key", flat=True)[:_FILES_AT_ONCE])
    FileChunk.objects.filter(job__in=keys, told__isnull=False).update(told="")
    return FileJob.objects.filter(key__in=keys).update(state=FileState.ERASED)
