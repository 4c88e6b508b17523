"""Whether a row may be shown: one about a protected person, or merged into one, is not."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Func


class IsUnprotected(Func):
    """True of a column of person keys where nobody protected stands behind it; true of no key."""

    template = """NOT EXISTS (
        SELECT FROM population_v1.people p
        LEFT JOIN population_v1.people k ON k.person = p.merged_into
        WHERE p.person = %(expressions)s AND (p.protected OR k.protected))"""
    output_field: Any = BooleanField()
