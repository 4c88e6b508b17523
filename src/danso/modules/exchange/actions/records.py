"""Verification records: made from what a court was answered, sealed once the journal is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db import transaction

from danso.modules.audit import interface as audit
from danso.modules.audit.data import InclusionProof, NotSealedYet
from danso.modules.exchange.adapters.record_page import record_page
from danso.modules.exchange.data import CaseRecordMade
from danso.modules.exchange.models import CaseRecord, Partner
from danso.wire import canonical
from danso.wire.case_record import KIND, digest_of
from danso.wire.reasons import verdict


@transaction.atomic
def make_record(key: UUID, position: int) -> None:
    """Write the canonical record of an answer and bind it by an event. Once; `position` is the
    event's that announced the answer."""
    row = CaseRecord.objects.select_for_update().filter(key=key, digest="").first()
    if row is None or not row.said:
        return
    row.positions = list(
        audit.entries_of_record(str(key), before=position, expected=len(row.subjects))
    )
    record = _record(row)
    row.text = canonical.dumps(record).decode()
    row.digest = digest_of(record)
    row.save(update_fields=["positions", "text", "digest"])
    audit.emit(CaseRecordMade(record=key, digest=row.digest))


def place_record(key: UUID, position: int) -> None:
    """Keep where in the journal the record is bound."""
    CaseRecord.objects.filter(key=key, position=None).update(position=position)


def seal_records(limit: int = 200) -> int:
    """Give the records that a signed head covers their proofs and their page; returns how many."""
    waiting = CaseRecord.objects.filter(position__isnull=False, sealed="").order_by("position")
    done = 0
    for key in waiting.exclude(text="").values_list("key", flat=True)[:limit]:
        with transaction.atomic():
            row = (
                CaseRecord.objects.select_for_update(skip_locked=True)
                .filter(key=key, sealed="")
                .first()
            )
            if row is None or row.position is None:
                continue
            try:
                sealed = _sealed(row, row.position)
            except NotSealedYet:
                return done
            row.sealed = canonical.dumps(sealed).decode()
            row.pdf = record_page(sealed)
            row.save(update_fields=["sealed", "pdf"])
            done += 1
    return done


def _record(row: CaseRecord) -> dict[str, Any]:
    said: Mapping[str, Any] = row.said
    parties = [
        _party(party, answer, position)
        for party, answer, position in zip(said["parties"], row.answers, row.positions, strict=True)
    ]
    return {
        "kind": KIND,
        "key": str(row.key),
        "partner": Partner.objects.values_list("code", flat=True).get(pk=row.partner),
        "agreement": row.agreement,
        "purpose": said["purpose"],
        "case": said["case"],
        "asked_at": row.at.astimezone(UTC).isoformat(),
        "as_of": row.on_day.isoformat() if row.on_day else None,
        "fields": said["fields"],
        "parties": parties,
    }


def _party(party: Mapping[str, Any], answer: Mapping[str, Any], position: int) -> dict[str, Any]:
    found = verdict(answer["answer"])
    claimed = ("number", "full_name", "birth", "sex", "permanent_place")
    return {
        "ref": party.get("ref", ""),
        "role": party["role"],
        "asked": {name: party[name] for name in claimed if party.get(name) is not None},
        "result": found.result,
        "code": found.code,
        "answers": {name: field.code for name, field in found.fields.items()},
        "told": answer["shared"],
        "journal_position": position,
    }


def _sealed(row: CaseRecord, position: int) -> dict[str, Any]:
    seal = audit.prove_event(position)
    rows = [audit.inclusion(one, seal.head.head.size) for one in row.positions]
    return {
        "record": json.loads(row.text),
        "digest": row.digest,
        "seal": _proof(seal) | {"salt": (seal.salt or b"").hex(), "entry": seal.entry or ""},
        "rows": [_proof(one) | {"leaf": one.leaf.hex()} for one in rows],
        "head": seal.head.note(),
    }


def _proof(proof: InclusionProof) -> dict[str, Any]:
    return {
        "position": proof.position,
        "second": proof.second,
        "path": [step.hex() for step in proof.path],
    }
