"""One problem code of the gateway in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem code of the gateway."""

    code: str
    status: int
    text: Words
    fix: Words
