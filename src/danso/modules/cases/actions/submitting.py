"""Handing in: judged whole, a file code of its own, what the state holds read once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q

from danso.catalogue.shapes.procedures import Procedure
from danso.kernel import clock, text
from danso.kernel.actors import Actor
from danso.kernel.working_days import YearNotDecided
from danso.modules.audit.interface import Ledger, carried_out
from danso.modules.cases import rules
from danso.modules.cases.actions.drafts import (
    Weighed,
    journal_held,
    weigh,
)
from danso.modules.cases.actions.moving import FAR, entry, working_time
from danso.modules.cases.data import (
    ENDED_EMPTY,
    OPEN,
    CaseFiled,
    DueUnknown,
    FiledBefore,
    FiledCase,
    FormFaults,
    Status,
)
from danso.modules.cases.engine.codes import file_code, mark_of
from danso.modules.cases.models import Case, CasePaper, CaseStep, Draft
from danso.modules.cases.queries import definitions
from danso.modules.cases.queries.drafts import alive
from danso.modules.cases.queries.reading import party_body
from danso.toolkit.platform import province

# The row's lock is held to the commit: no code is given twice, and none is lost to a rollback.
_COUNT = """
INSERT INTO cases_counter (mark, day, last) VALUES (%s, %s, 1)
ON CONFLICT (mark, day) DO UPDATE SET last = cases_counter.last + 1
RETURNING last
"""


def submit(key: UUID, *, actor: Actor) -> FiledCase:
    """See interface."""
    with carried_out(entry("submitted", actor)) as ledger:
        draft = alive().select_for_update().filter(key=key, filed_by=actor.id).first()
        if draft is None:
            return _filed_already(key, actor, ledger)
        ledger.subject = draft.applicant
        weighed = weigh(draft)
        if weighed.prepared.faults:
            raise FormFaults(weighed.prepared.faults)
        row = _file(draft, weighed, actor)
        _finish(ledger, row, weighed, actor)
        draft.delete()
    return _told(row)


def _filed_already(key: UUID, actor: Actor, ledger: Ledger) -> FiledCase:
    """The button pressed twice: the same answer. The draft's key became the case's."""
    row = Case.objects.filter(key=key, filed_by=actor.id).first()
    if row is None:
        raise rules.draft_unknown()
    ledger.subject, ledger.outcome = row.applicant, "repeated"
    return _told(row)


def _file(draft: Draft, weighed: Weighed, actor: Actor) -> Case:
    prepared, procedure = weighed.prepared, weighed.prepared.procedure
    now = clock.now()
    doubled = rules.double_key(procedure, weighed.parties, weighed.kept)
    _check_double(doubled, procedure, now)
    answer_by, unknown = _answer_by(now)
    applicant = weighed.parties[_applicant_code(procedure)]
    row = Case(
        key=draft.key,
        code=_next_code(prepared.unit),
        definition=definitions.keep(procedure),
        procedure=procedure.code,
        purpose=procedure.purpose,
        applicant=draft.applicant,
        filed_by=actor.id,
        parties={code: party_body(one) for code, one in weighed.parties.items()},
        answers=dict(weighed.kept),
        given={code: asdict(one) for code, one in prepared.given.items()},
        channel=draft.channel,
        unit=prepared.unit,
        filed_at_unit=draft.filed_at_unit,
        roles=sorted(rules.roles_of(procedure)),
        double_key=doubled,
        search=f"{text.plain(applicant.name)} {applicant.number}"[:240],
        applicant_name=applicant.name,
        fee=prepared.fee,
        asked_again=_asked_again(procedure, weighed.kept),
        filed_at=now,
        answer_by=answer_by,
        due_unknown=unknown,
        queue_at=answer_by or FAR,
    )
    row.save(force_insert=True)
    CasePaper.objects.bulk_create(
        CasePaper(
            case=row,
            requirement=paper.requirement,
            kind=paper.kind,
            digest=paper.digest,
            name=paper.name,
            reused_from=paper.reused_from,
        )
        for paper in prepared.draft.papers
    )
    return row


def _finish(ledger: Ledger, row: Case, weighed: Weighed, actor: Actor) -> None:
    CaseStep.objects.create(case=row, what="filed", status=row.status, by=actor.id, unit=actor.unit)
    journal_held(ledger, weighed, actor, row.code)
    filed = entry(
        "filed",
        actor,
        procedure=row.procedure,
        purpose=row.purpose,
        code=row.code,
        subject=row.applicant,
    )
    # The frame's own row was opened before the file had its code: this one names it.
    ledger.entries.append(replace(filed, fields=ledger.fields))
    ledger.fields = ()
    ledger.detail = {"case": str(row.key)}
    ledger.happened(CaseFiled(row.key, row.procedure, row.unit, row.channel))


def _check_double(doubled: str, procedure: Procedure, now: datetime) -> None:
    """Two that come at once meet at the lock; the second finds the first committed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [doubled])
    since = now - timedelta(days=procedure.apart_days)
    empty = [status.value for status in ENDED_EMPTY]
    running = [status.value for status in OPEN if status is not Status.DECIDED]
    first = (
        Case.objects.filter(Q(filed_at__gte=since) | Q(status__in=running), double_key=doubled)
        .exclude(status__in=empty)
        .order_by("filed_at")
        .first()
    )
    if first is not None:
        raise FiledBefore(first.code)


def _asked_again(procedure: Procedure, kept: Mapping[str, str]) -> int:
    """How many things a person had to say although the state holds such a thing."""
    return sum(field.means is not None for field in procedure.form if field.code in kept)


def _next_code(unit: str) -> str:
    mark, today = mark_of(province().desk.agency, unit), clock.today()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [mark, today])
        (count,) = cursor.fetchone()
    return file_code(mark, today, count)


def _answer_by(now: datetime) -> tuple[datetime | None, str]:
    """Until when the desk must say whether it takes the file in."""
    with suppress(YearNotDecided):
        return working_time().add_hours(now, province().desk.answer_online_hours), ""
    return None, DueUnknown.YEAR_NOT_DECIDED.value


def _applicant_code(procedure: Procedure) -> str:
    return next(party.code for party in procedure.parties if party.found == "applicant")


def _told(row: Case) -> FiledCase:
    return FiledCase(row.key, row.code, row.unit, row.fee, row.answer_by)
