"""Whole files of people: opened by a partner, asked a thousand rows at a time, told as CSV.

A chunk's answers are kept in the commit that journals them, and what was asked is erased in it: a
killed worker goes on with the next chunk, nothing is asked twice, nothing personal stays.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.modules.audit.data import Entry
from danso.modules.audit.interface import carried_out, journal_health, record
from danso.modules.exchange.data import (
    AgreementUnknown,
    FileJobData,
    FileJobUnknown,
    FileOrder,
    FilesNotForwarded,
    FileState,
)
from danso.modules.exchange.engine.people_file import Row, fact_columns, read_rows
from danso.modules.exchange.models import Agreement, FileChunk, FileJob
from danso.modules.exchange.queries import agreement_data, file_job_data
from danso.modules.sources import interface as sources
from danso.toolkit.platform import platform
from danso.wire import keys
from danso.wire.reasons import VERIFY_FIELDS, judged_with, verdict

TASK: Final = "exchange.verify_file"
CHUNK: Final = 1_000
# As for batches at the gateway (issue 2, section 4): none while the journal is two seconds behind.
BACKLOG_SECONDS: Final = 2.0
_CLAIMS: Final = """
    %s::text[], %s::text[], %s::text[], %s::boolean[], %s::text[], %s::smallint[], %s::text[],
    array_fill(%s::bigint, ARRAY[%s]), %s::text[]"""
_ASK: Final = f"SELECT answer, '' FROM gateway_v1.verify({_CLAIMS})"  # noqa: S608 - constants
_ASK_FACTS: Final = f"SELECT answer, told FROM gateway_v1.verify_facts({_CLAIMS}, %s::text[])"  # noqa: S608
_NOTHING: Final = ("", "")


def open_file_job(order: FileOrder, content: bytes, *, actor: Actor) -> FileJobData:
    """See interface."""
    digest = hashlib.sha256(content).hexdigest()
    with carried_out(_opening(order, digest, actor)) as ledger:
        if platform().register_mode == "absent":
            raise FilesNotForwarded()
        agreement = _in_force(order.agreement)
        facts = [code for code in agreement.fields if sources.find_fact(code)]
        needs_consent = agreement_data(agreement).consent
        rows = read_rows(content, agreement.fields, facts, needs_consent=needs_consent)
        job = FileJob.objects.create(
            agreement=agreement,
            name=order.name,
            officer=order.officer,
            procedure=order.procedure,
            file_code=order.file_code,
            digest=digest,
            facts=list(fact_columns(content, facts)),
            opened_at=clock.now(),
            opened_by=actor.id,
        )
        for number, chunk in enumerate(_chunks(rows)):
            asked = json.dumps([row.as_list() for row in chunk], ensure_ascii=False)
            FileChunk.objects.create(job=job, n=number, asked=asked, rows=len(chunk))
            job.rows += len(chunk)
        job.save(update_fields=["rows"])
        ledger.detail = {"job": str(job.key), "rows": job.rows, "facts": ",".join(job.facts)}
        jobs.configure_task(TASK).defer(key=str(job.key))
        return file_job_data(job)


def _opening(order: FileOrder, digest: str, actor: Actor) -> Entry:
    return Entry(
        actor=actor,
        action="file.opened",
        outcome="done",
        service="batch",
        procedure=order.procedure,
        file_code=order.file_code,
        detail={"agreement": order.agreement, "digest": digest},
    )


def work_on_file(key: UUID, *, chunks: int = 1_000_000) -> bool:
    """See interface."""
    for _ in range(chunks):
        health = journal_health()
        oldest = health.oldest_unsealed_at
        if oldest and (clock.now() - oldest).total_seconds() > BACKLOG_SECONDS:
            return False
        if not _work_on_chunk(key):
            return True
    return False


@transaction.atomic
def _work_on_chunk(key: UUID) -> bool:
    """Ask the next chunk; False where there is none left (or none may be asked any more)."""
    job = (
        FileJob.objects.select_for_update(of=("self",))
        .select_related("agreement__partner")
        .filter(pk=key)
        .first()
    )
    if job is None:
        raise FileJobUnknown(str(key))
    chunk = FileChunk.objects.filter(job=job, told__isnull=True).order_by("n").first()
    if chunk is None or job.state == FileState.STOPPED:
        _finish(job)
        return False
    try:
        _in_force(job.agreement.code)
    except AgreementUnknown:
        _stop(job)
        return False
    _answer(job, chunk)
    return True


def _answer(job: FileJob, chunk: FileChunk) -> None:
    rows = [Row(*values) for values in json.loads(chunk.asked)]
    answers = iter(_ask(job, [row for row in rows if not row.wrong]))
    told = io.StringIO()
    writer = csv.writer(told)
    counted: Counter[str] = Counter(job.counts)
    for row in rows:
        words = _words(row, job.facts, *(_NOTHING if row.wrong else next(answers)))
        counted[words[0]] += 1
        writer.writerow([row.line, row.ref, *words])
    chunk.told, chunk.asked = told.getvalue(), "[]"
    chunk.save(update_fields=["told", "asked"])
    job.done += chunk.rows
    job.counts, job.state = dict(counted), FileState.RUNNING
    job.save(update_fields=["done", "counts", "state"])


def _ask(job: FileJob, rows: Sequence[Row]) -> list[tuple[str, str]]:
    if not rows:
        return []
    names = [row.full_name for row in rows]
    parameters: list[Any] = [
        [row.number for row in rows],
        [keys.name_key(name) for name in names],
        [keys.plain_key(name) for name in names],
        [name.isascii() for name in names],
        [row.birth for row in rows],
        [row.sex for row in rows],
        [row.place for row in rows],
        job.agreement.partner_id,
        len(rows),
        [_begun(job, row) for row in rows],
    ]
    if job.facts:
        parameters.append([json.dumps(row.facts) if row.facts else "" for row in rows])
    with connection.cursor() as cursor:
        cursor.execute(_ASK_FACTS if job.facts else _ASK, parameters)
        return list(cursor.fetchall())


def _begun(job: FileJob, row: Row) -> str:
    asked = (("birth", row.birth), ("sex", row.sex), ("permanent_place", row.place))
    detail = {"agreement": job.agreement.code, "job": str(job.key), "ref": row.ref}
    entry = {
        "actor_kind": "partner",
        "actor": job.agreement.partner.code,
        "unit": job.agreement.partner.agency,
        "action": "batch",
        "service": "batch",
        "purpose": job.agreement.purpose,
        "legal_basis": job.agreement.legal_basis,
        "system": "file",
        "officer": job.officer,
        "procedure": job.procedure,
        "file_code": job.file_code,
        "fields": ["number", "full_name", *(name for name, value in asked if value), *row.facts],
        "detail": detail | ({"consent": row.consent} if row.consent else {}),
    }
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).removesuffix("}}")


def _words(row: Row, facts: Sequence[str], answer: str, told: str) -> list[str]:
    """The columns after `ref`, as data.answer_headings names them."""
    if row.wrong:
        return ["wrong_row", row.wrong, *[""] * len(VERIFY_FIELDS), *[""] * 4 * len(facts)]
    found = verdict(answer)
    said: Mapping[str, Mapping[str, Any]] = json.loads(told) if told else {}
    result, code = judged_with(found, said)
    fields = (found.fields.get(name) for name in VERIFY_FIELDS)
    words = [result, code, *(field.code if field else "" for field in fields)]
    for one in (said.get(fact, {}) for fact in facts):
        doubted = "1" if one.get("doubted") else ""
        words += [one.get("code", ""), one.get("source", ""), one.get("as_of", ""), doubted]
    return words


def _stop(job: FileJob) -> None:
    """The agreement is over: what has not been asked is erased, and the refusal is on record."""
    FileChunk.objects.filter(job=job, told__isnull=True).update(asked="[]")
    job.state, job.finished_at = FileState.STOPPED, clock.now()
    job.save(update_fields=["state", "finished_at"])
    partner = job.agreement.partner
    record(
        Entry(
            actor=Actor("partner", partner.code, partner.agency, "file", job.officer),
            action="batch",
            outcome="refused:agreement_over",
            service="batch",
            purpose=job.agreement.purpose,
            legal_basis=job.agreement.legal_basis,
            procedure=job.procedure,
            file_code=job.file_code,
            detail={"agreement": job.agreement.code, "job": str(job.key)},
        )
    )


def _finish(job: FileJob) -> None:
    if job.finished_at is None:
        job.state, job.finished_at = FileState.DONE, clock.now()
        job.save(update_fields=["state", "finished_at"])


def _in_force(code: str) -> Agreement:
    now = clock.now()
    row = (
        Agreement.objects.select_related("partner")
        .filter(
            code=code,
            service="batch",
            revoked_at__isnull=True,
            since__lte=now,
            until__gt=now,
            partner__closed_at__isnull=True,
        )
        .first()
    )
    if row is None:
        raise AgreementUnknown(code)
    return row


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
