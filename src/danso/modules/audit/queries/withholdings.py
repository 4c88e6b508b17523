"""Every decision to withhold with its terms, signed or waiting: for those who sign."""

from __future__ import annotations

from collections import defaultdict

from django.db import connection

from danso.kernel.errors import NotFound
from danso.modules.audit.data import BodyKind, WithholdingCase, WithholdingTerm

_CASES = """
SELECT id, body_kind, body_unit, file_code, subject FROM audit_withholding ORDER BY id DESC
"""
_TERMS = """
SELECT t.withholding, t.decision_number, t.until, t.proposed_by, t.proposed_at,
       coalesce(s.signed_by, ''), s.signed_at
FROM audit_withholding_term t LEFT JOIN audit_withholding_signature s ON s.term = t.id
ORDER BY t.id
"""


def withholding_cases() -> list[WithholdingCase]:
    terms: dict[int, list[WithholdingTerm]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_TERMS)
        for withholding, *rest in cursor.fetchall():
            terms[withholding].append(WithholdingTerm(*rest))
        cursor.execute(_CASES)
        return [
            WithholdingCase(number, BodyKind(kind), unit, code, subject, tuple(terms[number]))
            for number, kind, unit, code, subject in cursor.fetchall()
        ]


def get_withholding_case(withholding: int) -> WithholdingCase:
    found = next((one for one in withholding_cases() if one.id == withholding), None)
    if found is None:
        raise NotFound(
            "There is no such withholding.", code="withholding_unknown", fix="Check its number."
        )
    return found
