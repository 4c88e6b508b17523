"""Withholding: proposed by one officer, in force once another has signed, ended by its date."""

from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

from django.db import connection

from danso.kernel import clock
from danso.kernel.actors import Actor
from danso.kernel.errors import NotFound
from danso.modules.audit.actions.frame import Ledger, carried_out
from danso.modules.audit.data import BodyKind, Decision, Entry, Withholding, WithholdingRefused
from danso.modules.audit.rules import check_term, check_withholding

_OPEN = """
INSERT INTO audit_withholding (body_kind, body_unit, file_code, subject)
VALUES (%s, %s, %s, %s) RETURNING id
"""
_TERM = """
INSERT INTO audit_withholding_term
    (withholding, decision_number, until, proposed_by, proposed_at)
VALUES (%s, %s, %s, %s, %s)
"""
_UNSIGNED = """
SELECT t.id, t.proposed_by FROM audit_withholding_term t
LEFT JOIN audit_withholding_signature s ON s.term = t.id
WHERE t.withholding = %s AND s.term IS NULL ORDER BY t.id DESC LIMIT 1
"""
_SIGN = """
INSERT INTO audit_withholding_signature (term, proposed_by, signed_by, signed_at)
VALUES (%s, %s, %s, %s)
"""
_BODY = "SELECT body_kind, subject FROM audit_withholding WHERE id = %s"
_NOW = """
SELECT id, body_kind, body_unit, file_code, subject, decision_number, since, until
FROM audit_withholding_now WHERE until > %s ORDER BY id
"""


def propose_withholding(decision: Decision, *, actor: Actor) -> int:
    known = {"body": decision.body_kind, "decision": decision.number}
    with _carried_out("proposed", actor, **known) as ledger:
        kind = check_withholding(decision.body_kind, decision_number=decision.number, actor=actor)
        check_term(decision.until, now=clock.now(), is_early_end=False)
        with connection.cursor() as cursor:
            cursor.execute(_OPEN, [kind, decision.body_unit, decision.file_code, decision.subject])
            opened: int = cursor.fetchone()[0]
        _add_term(opened, decision.number, decision.until, actor)
        ledger.detail["withholding"] = opened
        return opened


def propose_term(
    withholding: int,
    *,
    decision_number: str,
    until: datetime,
    actor: Actor,
    is_early_end: bool = False,
) -> None:
    with _carried_out("term_proposed", actor, withholding=withholding) as ledger:
        ledger.detail["decision"] = decision_number
        body_kind, _ = _get(withholding)
        ledger.detail["body"] = body_kind
        check_withholding(body_kind, decision_number=decision_number, actor=actor)
        check_term(until, now=clock.now(), is_early_end=is_early_end)
        _add_term(withholding, decision_number, until, actor)


def sign_withholding(withholding: int, *, actor: Actor) -> None:
    with _carried_out("signed", actor, withholding=withholding) as ledger:
        body_kind, _ = _get(withholding)
        ledger.detail["body"] = body_kind
        with connection.cursor() as cursor:
            cursor.execute(_UNSIGNED, [withholding])
            row = cursor.fetchone()
            if row is None:
                raise NotFound(
                    "Nothing of this withholding waits for a second officer.",
                    code="withholding_signed",
                    fix="Propose a renewal or an early end first.",
                )
            check_withholding(body_kind, decision_number="signed", actor=actor)
            if row[1] == actor.id:
                raise WithholdingRefused(
                    "The officer who proposed a withholding can't sign it.",
                    code="withholding_same_officer",
                    fix="Let another officer sign.",
                )
            cursor.execute(_SIGN, [row[0], row[1], actor.id, clock.now()])


def withholdings_in_force() -> list[Withholding]:
    with connection.cursor() as cursor:
        cursor.execute(_NOW, [clock.now()])
        return [
            Withholding(number, BodyKind(kind), *rest) for number, kind, *rest in cursor.fetchall()
        ]


def _add_term(withholding: int, decision_number: str, until: datetime, actor: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TERM, [withholding, decision_number, until, actor.id, clock.now()])


def _get(withholding: int) -> tuple[str, UUID]:
    with connection.cursor() as cursor:
        cursor.execute(_BODY, [withholding])
        row: tuple[str, UUID] | None = cursor.fetchone()
    if row is None:
        raise NotFound(
            "There is no such withholding.", code="withholding_unknown", fix="Check its number."
        )
    return row


def _carried_out(step: str, actor: Actor, **detail: str | int) -> AbstractContextManager[Ledger]:
    """Without the subject: the journal's own row must not tell the person that they are hidden."""
    return carried_out(
        Entry(actor=actor, action=f"journal.withholding_{step}", outcome="done", detail=detail)
    )
