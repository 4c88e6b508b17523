"""Journals what the screens list besides the register's own search and open."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from danso.modules.audit import interface as audit
from danso.modules.audit.data import Entry
from danso.screens.steward.desk import Desk


def record_looks(
    people: Iterable[UUID], desk: Desk, *, action: str, fields: tuple[str, ...]
) -> None:
    """One journal row for each person shown, with the fields shown."""
    grounds = desk.grounds
    with transaction.atomic():
        audit.record_many(
            Entry(
                actor=desk.officer.actor,
                action=f"steward.{action}",
                outcome="listed",
                subject=person,
                service=grounds.service,
                purpose=grounds.purpose,
                legal_basis=grounds.legal_basis,
                file_code=grounds.file_code,
                fields=fields,
            )
            for person in people
        )


def record_row(row: UUID, desk: Desk, *, person: UUID | None) -> None:
    """A look at a file's original row; of the person it clashes with, if any."""
    grounds = desk.grounds
    with transaction.atomic():
        audit.record(
            Entry(
                actor=desk.officer.actor,
                action="steward.quarantine_row",
                outcome="shown",
                subject=person,
                service=grounds.service,
                purpose=grounds.purpose,
                legal_basis=grounds.legal_basis,
                file_code=grounds.file_code,
                detail={"row": str(row)},
            )
        )


def record_owners_record(link: UUID, source: str, desk: Desk) -> None:
    """A look at a source's record whose person is not known yet."""
    grounds = desk.grounds
    with transaction.atomic():
        audit.record(
            Entry(
                actor=desk.officer.actor,
                action="steward.source_record",
                outcome="shown",
                service=grounds.service,
                purpose=grounds.purpose,
                legal_basis=grounds.legal_basis,
                file_code=grounds.file_code,
                detail={"link": str(link), "source": source},
            )
        )


def record_court_paper(
    action: str, key: UUID, file_code: str, desk: Desk, *, person: UUID | None
) -> None:
    """A look at what a court sent about somebody."""
    grounds = desk.grounds
    with transaction.atomic():
        audit.record(
            Entry(
                actor=desk.officer.actor,
                action=f"steward.{action}",
                outcome="shown",
                subject=person,
                service=grounds.service,
                purpose=grounds.purpose,
                legal_basis=grounds.legal_basis,
                file_code=file_code,
                detail={"paper": str(key), "own_file": grounds.file_code},
            )
        )
